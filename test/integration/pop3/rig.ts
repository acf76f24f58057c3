/** The client over a real socket against the embedded POP3 server with fault switches. */
import { readFileSync } from 'node:fs';
import { Maildrop } from '../../../proxy/demo/maildrop.ts';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import { startPop3Server } from '../../../proxy/demo/pop3-server.ts';
import type { Pop3Server, Pop3ServerOptions } from '../../../proxy/demo/pop3-server.ts';
import type { Security } from '../../../web/model/account.ts';
import { Pop3Client } from '../../../web/pop3/client.ts';
import type { RetrievedMessage, RetrieveOptions } from '../../../web/pop3/retrieve.ts';
import type { Transport } from '../../../web/wire/transport.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { bytes } from '../../support/octets.ts';
import { createSocketDial } from '../../support/socket-transport.ts';
import { fixedContext } from '../../support/sasl.ts';

const certificate = (name: string): string =>
  readFileSync(new URL(`../../fixtures/certs/${name}`, import.meta.url), 'utf8');
const tls = { cert: certificate('good.pem'), key: certificate('server.key') };
const ca = certificate('ca.pem');

const HEAD = 'From: Ann <ann@example.test>\r\nSubject: x\r\n\r\n';

/** Mail that breaks sloppy clients; all of it ends with CRLF, as it does on the wire. */
export const AWKWARD: readonly string[] = [
  `${HEAD}plain\r\n`,
  `${HEAD}.\r\n..\r\n...\r\n.dot\r\n`,
  `${HEAD}+OK\r\n-ERR [IN-USE] no\r\nQUIT\r\n`,
  `${HEAD}bare\nline\n.\nfeeds\n..\r\n`,
  `${HEAD}NUL \0 and \x80\xff octets, a lone \r here\r\n`,
  `${HEAD}${'x'.repeat(100_000)}\r\n`,
  HEAD,
  'no header at all\r\n',
  '\r\n',
];

const started: { close(): Promise<void> | void }[] = [];

/** To be called after each test. */
export async function stopAll(): Promise<void> {
  for (const thing of started.splice(0).reverse()) await thing.close();
}

export async function startServer(
  mails: readonly string[],
  faults: Faults = {},
  options: Partial<Pop3ServerOptions> = {},
): Promise<Pop3Server> {
  const maildrop = new Maildrop(mails.map((mail, index) => ({ uidl: `uid-${index + 1}`, raw: bytes(mail) })));
  const users = [{ user: 'bob', password: 'secret', maildrop }];
  const server = await startPop3Server({ users, faults, tls, ...options });
  started.push(server);
  return server;
}

export async function dial({ host, port }: Pop3Server, security: Security = 'none'): Promise<Transport> {
  const transport = await createSocketDial({ ca })(
    { host, port, security },
    {},
    new AbortController().signal,
  );
  started.push(transport);
  return transport;
}

export const clock = new FakeClock();

export async function openClient(server: Pop3Server, security: Security = 'none'): Promise<Pop3Client> {
  return Pop3Client.open(await dial(server, security), { security, clock, sasl: fixedContext() });
}

/** Opens and logs in. */
export async function enter(server: Pop3Server, security: Security = 'none'): Promise<Pop3Client> {
  const client = await openClient(server, security);
  await client.login({ user: 'bob', password: 'secret' });
  return client;
}

/** Everything in the maildrop, newest first. */
export async function fetchAll(
  client: Pop3Client,
  options: Partial<RetrieveOptions> = {},
): Promise<RetrievedMessage[]> {
  const messages: RetrievedMessage[] = [];
  for await (const message of client.retrieve((await client.list()).toReversed(), retrieval(options))) {
    messages.push(message);
  }
  return messages;
}

export function retrieval(options: Partial<RetrieveOptions> = {}): RetrieveOptions {
  const limits = { windowOctets: 1024 * 1024, windowCommands: 100, maxOctets: 64 * 1024 * 1024 };
  return { signal: new AbortController().signal, ...limits, ...options };
}
