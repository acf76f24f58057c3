/** The embedded POP3 server over real sockets: a whole session, TLS, the lock, and each fault switch. */
import { afterEach, expect, test } from 'vitest';
import { Maildrop } from '../../../proxy/demo/maildrop.ts';
import { startPop3Server, type Pop3Server, type Pop3ServerOptions } from '../../../proxy/demo/pop3-server.ts';
import { octetsOf } from '../../../proxy/demo/pop3-reply.ts';
import { Conversation } from './conversation.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(options: Partial<Pop3ServerOptions> = {}): Promise<Pop3Server> {
  const maildrop = new Maildrop([
    { uidl: 'one', raw: octetsOf('Subject: 1\r\n\r\nfirst\r\n') },
    { uidl: 'two', raw: octetsOf('Subject: 2\r\n\r\n.dot\r\n') },
  ]);
  const server = await startPop3Server({ users: [{ user: 'u', password: 'p', maildrop }], ...options });
  closers.push(() => server.close());
  return server;
}

async function dial(server: Pop3Server): Promise<Conversation> {
  const conversation = await Conversation.dial(server.host, server.port);
  closers.push(() => conversation.close());
  return conversation;
}

test('a whole session runs, pipelined', async () => {
  const client = await dial(await start());
  client.send('USER u\r\nPASS p\r\nSTAT\r\nRETR 2\r\nQUIT\r\n');
  expect(await client.untilClosed()).toBe(
    '+OK Poplar demo maildrop\r\n+OK name heard\r\n+OK maildrop has 2 messages (41 octets)\r\n+OK 2 41\r\n' +
      '+OK 20 octets\r\nSubject: 2\r\n\r\n..dot\r\n.\r\n+OK bye\r\n',
  );
});
