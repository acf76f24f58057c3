/**
 * Real mail servers for the interoperability tests and the benchmark: starts and stops them through a folder of
 * start scripts (`run.sh start NAME PORT DIR`). The folder is $POPLAR_SERVERS, else ../shared/servers beside the
 * repository; where it is missing or cannot run, `unavailable()` says why in one line.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Where the start scripts are. */
export const serversFolder =
  process.env['POPLAR_SERVERS'] ?? fileURLToPath(new URL('../../../shared/servers', import.meta.url));
const script = join(serversFolder, 'common', 'run.sh');

export interface MailServer {
  /** Clear text, with STLS where the server offers it. */
  port: number;
  /** TLS from the first byte. */
  tlsPort: number;
  /** All writable state of the server: maildrops, users, certificate. */
  dir: string;
  /** PEM of the server's self-signed certificate for `localhost` and 127.0.0.1. */
  certificatePath: string;
  stop(): Promise<void>;
}

/** Why real servers cannot run here, or null when they can. */
export function unavailable(): string | null {
  const told = process.env['POPLAR_SERVERS_SKIP'];
  if (told !== undefined) return told;
  if (!existsSync(script))
    return 'there is no folder with mail servers beside this repository (POPLAR_SERVERS)';
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'real servers need Linux and root';
  for (const tool of ['unshare', 'apt-get', 'python3', 'openssl']) {
    if (!(process.env['PATH'] ?? '').split(':').some((dir) => existsSync(join(dir, tool)))) {
      return `real servers need the program ${tool}`;
    }
  }
  return null;
}

export interface StartOptions {
  /** Knobs of the start script, e.g. DOVECOT_EXTRA. */
  env?: Record<string, string>;
  /** Called with the state folder before the server starts, e.g. to put mail and users there. */
  prepare?: (dir: string) => void;
  /** Parent of the state folder; the system's temporary folder otherwise. */
  parentDir?: string;
}

/** Starts a server on free ports of loopback and waits until it accepts. The caller stops it. */
export async function startMailServer(name: string, options: StartOptions = {}): Promise<MailServer> {
  const dir = mkdtempSync(join(options.parentDir ?? tmpdir(), `poplar-${name}-`));
  options.prepare?.(dir);
  const port = await freePortPair();
  const stop = async (): Promise<void> => {
    await run('sh', [script, 'stop', name, dir]);
    rmSync(dir, { recursive: true, force: true });
    rmSync(`${dir}.log`, { force: true });
  };
  const { stdout } = await run('sh', [script, 'start', name, String(port), dir], {
    env: { ...process.env, ...options.env },
    timeout: 150_000,
  });
  if (!/^READY/m.test(stdout)) {
    const log = readFileSync(`${dir}.log`, 'utf8');
    await stop();
    throw new Error(`${name} did not start: ${log.slice(-2000)}`);
  }
  return { port, tlsPort: port + 1, dir, certificatePath: join(dir, 'tls', 'cert.pem'), stop };
}

/** A port that is free together with the two above it (servers listen on neighbours). */
async function freePortPair(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 20_000);
    const free = await Promise.all([port, port + 1, port + 2].map(isFree));
    if (free.every(Boolean)) return port;
  }
  throw new Error('found no three free ports in a row');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
