/**
 * The whole product for an end-to-end test: the built page behind the real proxy, a mail server with fault switches,
 * and the demo mail server where a test wants it. Everything on ephemeral ports of loopback.
 */
import { fileURLToPath } from 'node:url';
import type { Users } from '../../proxy/door/basic-auth.ts';
import { startDemo } from '../../proxy/demo/demo.ts';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import type { Faults } from '../../proxy/demo/pop3-faults.ts';
import { startPop3Server, type Pop3Server } from '../../proxy/demo/pop3-server.ts';
import type { AccessTokens } from '../../proxy/tunnel/access-tokens.ts';
import { startProxy, type RunningProxy } from '../../proxy/server.ts';

/** Folder of the built page. */
export const builtPage = fileURLToPath(new URL('../../dist/web', import.meta.url));

export interface App {
  /** Where the page is, ending with a slash. */
  url: string;
  origin: string;
  port: number;
  proxy: RunningProxy;
  mail: Pop3Server;
  maildrop: Maildrop;
  /** Switches of the mail server; may be changed while it runs. */
  faults: Faults;
  /** Commands that the mail server has heard, in order. */
  commands: string[];
  /** Stops the proxy alone, as when the network is gone. */
  stopProxy(): Promise<void>;
  close(): Promise<void>;
}

export interface AppOptions {
  maildrop?: Maildrop;
  /** Run the demo mail server too, so that the page offers the demo mailbox. */
  demo?: boolean;
  /** More ports of loopback that the proxy may dial. */
  ports?: readonly number[];
  /** Folder of another page than the one that was built. */
  staticRoot?: string;
  /** Who may use the proxy; everybody when left out. */
  users?: Users;
  /** Tokens that the proxy asks for; none when left out. */
  accessTokens?: AccessTokens;
  /** Origins of pages that are served from elsewhere. */
  allowOrigins?: readonly string[];
  /** Where the page is mounted; at the root when left out. */
  basePath?: string;
  /** Origins of WebSocket bridges that the page may use. */
  connectOrigins?: readonly string[];
  /** Port of the page; any free one otherwise. */
  port?: number;
}

export const bob = { user: 'bob', password: 'secret', address: 'bob@example.test' } as const;

/** Starts everything; the caller closes it. */
export async function startApp(options: AppOptions = {}): Promise<App> {
  const maildrop = options.maildrop ?? new Maildrop();
  const faults: Faults = {};
  const commands: string[] = [];
  const mail = await startPop3Server({
    users: [{ user: bob.user, password: bob.password, maildrop }],
    faults,
    onCommand: (command) => commands.push(command),
  });
  const demo = options.demo ? await startDemo({ host: '127.0.0.1' }) : null;
  const ports = [mail.port, ...(options.ports ?? []), ...(demo ? [demo.mailbox.port] : [])];
  const proxy = await startProxy({
    port: options.port ?? 0,
    basePath: options.basePath ?? '/',
    staticRoot: options.staticRoot ?? builtPage,
    demo: demo?.mailbox ?? null,
    users: options.users ?? null,
    accessTokens: options.accessTokens ?? null,
    allowOrigins: options.allowOrigins ?? [],
    wrongPasswordDelayMs: 50,
    connectOrigins: options.connectOrigins ?? [],
    allowPrivate: ports.map((port) => ({ host: '127.0.0.1', port })),
  });
  let proxyRuns = true;
  const stopProxy = async (): Promise<void> => {
    if (proxyRuns) await proxy.close();
    proxyRuns = false;
  };
  return {
    url: proxy.url,
    origin: new URL(proxy.url).origin,
    port: proxy.port,
    proxy,
    mail,
    maildrop,
    faults,
    commands,
    stopProxy,
    async close() {
      await stopProxy();
      await mail.close();
      await demo?.close();
    },
  };
}

/** A small plain message with CRLF lines. */
export function simpleMail(subject: string, body = 'Hello.'): Uint8Array {
  return new TextEncoder().encode(
    `From: Ann Garden <ann@example.test>\r\nTo: Bob <bob@example.test>\r\nSubject: ${subject}\r\n` +
      `Date: Mon, 23 Nov 2026 06:00:00 +0000\r\nMessage-ID: <${subject.replace(/\W/g, '-')}@example.test>\r\n\r\n${body}\r\n`,
  );
}
