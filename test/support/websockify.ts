/** Debian's websockify on a free port of loopback, as an operator starts it. */
import { spawn } from 'node:child_process';
import { debianPrograms } from './debian-program.ts';
import { freePort, Running } from './running.ts';

const programs = debianPrograms({ websockify: 'websockify' });

/** Why it cannot run here, or null when it can. */
export const websockifyMissing = programs.missing;

export interface WebsockifyOptions {
  /** Port of the server on loopback that it leads to. */
  target: number;
  /** Folder that it serves beside the bridge. */
  web?: string;
  /** Other arguments, as `--ssl-target`. */
  args?: readonly string[];
  /** PEM file of an authority that it trusts as a client, in versions that look. */
  ca?: string;
}

export interface Websockify {
  /** Where it is, ending with a slash. */
  url: string;
  /** The bridge's address. */
  bridge: string;
  close(): Promise<void>;
}

/** Starts it and waits until it listens. */
export async function startWebsockify({
  target,
  web,
  args = [],
  ca,
}: WebsockifyOptions): Promise<Websockify> {
  const port = await freePort();
  const serve = web === undefined ? [] : ['--web', web];
  const way = [`127.0.0.1:${port}`, `127.0.0.1:${target}`];
  const env = { ...process.env, ...(ca !== undefined && { SSL_CERT_FILE: ca }) };
  const child = spawn(programs.paths.websockify, [...serve, ...args, ...way], { env });
  const running = new Running(child, port);
  await running.hasSaid('proxying from');
  return {
    url: `http://127.0.0.1:${port}/`,
    bridge: `ws://127.0.0.1:${port}/websockify`,
    close: async () => void (await running.end('SIGTERM')),
  };
}
