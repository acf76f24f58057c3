/** What the demo server's tests share: a small maildrop, a started server, dialled clients, everything closed at the end. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Maildrop } from '../../../proxy/demo/maildrop.ts';
import { octetsOf } from '../../../proxy/demo/pop3-reply.ts';
import { startPop3Server, type Pop3Server, type Pop3ServerOptions } from '../../../proxy/demo/pop3-server.ts';
import { Conversation } from './conversation.ts';

const pem = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/certs/${name}`, import.meta.url)), 'utf8');

/** A certificate for localhost and 127.0.0.1, and the authority that signed it. */
export const TLS = { key: pem('server.key'), cert: pem('good.pem') };
export const AUTHORITY = pem('ca.pem');

export const MESSAGES = [
  { uidl: 'one', raw: octetsOf('Subject: 1\r\n\r\nfirst\r\n') },
  { uidl: 'two', raw: octetsOf('Subject: 2\r\n\r\n.dot\r\n') },
] as const;

export class Rig {
  readonly #closers: (() => Promise<void> | void)[] = [];

  /** Starts a server with the two messages; user `u`, password `p`. */
  async start(options: Partial<Pop3ServerOptions> = {}): Promise<Pop3Server> {
    const maildrop = new Maildrop(MESSAGES);
    const server = await startPop3Server({ users: [{ user: 'u', password: 'p', maildrop }], ...options });
    this.#closers.push(() => server.close());
    return server;
  }

  async dial(server: Pop3Server): Promise<Conversation> {
    const client = await Conversation.dial(server.host, server.port);
    this.#closers.push(() => client.close());
    return client;
  }

  /** A client that has taken the greeting. */
  async greeted(server: Pop3Server): Promise<Conversation> {
    const client = await this.dial(server);
    await client.until('\n');
    return client;
  }

  /** A client in TRANSACTION. */
  async loggedIn(server: Pop3Server): Promise<Conversation> {
    const client = await this.greeted(server);
    await logIn(client);
    return client;
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}

/** USER and PASS, each after the other's answer. */
export async function logIn(client: Conversation): Promise<void> {
  for (const line of ['USER u', 'PASS p']) {
    client.send(`${line}\r\n`);
    const answer = await client.until('\n');
    if (!answer.startsWith('+OK')) throw new Error(`${line}: ${answer}`);
  }
}
