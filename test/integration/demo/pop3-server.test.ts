/** The embedded POP3 server over real sockets, as it should be: a session, TLS, the lock, back-pressure, closing. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Maildrop } from '../../../proxy/demo/maildrop.ts';
import { Conversation } from './conversation.ts';
import { AUTHORITY, logIn, MESSAGES, Rig, TLS } from './rig.ts';

const rig = new Rig();
afterEach(() => rig.close());

test('a whole session runs, pipelined', async () => {
  const client = await rig.dial(await rig.start());
  client.send('USER u\r\nPASS p\r\nSTAT\r\nRETR 2\r\nQUIT\r\n');
  expect(await client.untilClosed()).toBe(
    '+OK Poplar demo maildrop\r\n+OK name heard\r\n+OK maildrop has 2 messages (41 octets)\r\n+OK 2 41\r\n' +
      '+OK 20 octets\r\nSubject: 2\r\n\r\n..dot\r\n.\r\n+OK bye\r\n',
  );
});

test('lines may come octet by octet, and a line without end is refused', async () => {
  const client = await rig.greeted(await rig.start());
  for (const octet of 'CAPA\r\n') client.send(octet);
  expect(await client.until('\r\n.\r\n')).toContain('PIPELINING');
  client.send('x'.repeat(20_000));
  expect(await client.ask('')).toBe('-ERR line too long');
  expect(await client.ask('USER u')).toMatch(/^\+OK/);
});

test('a second session hears [IN-USE] until the first has gone, even without QUIT', async () => {
  const server = await rig.start();
  const first = await rig.loggedIn(server);
  const second = await rig.greeted(server);
  await second.ask('USER u');
  expect(await second.ask('PASS p')).toMatch(/^-ERR \[IN-USE\]/);
  expect([server.connections, server.accepted]).toEqual([2, 2]);
  expect(await first.ask('DELE 1')).toMatch(/^\+OK/);
  first.close();
  while (server.connections > 1) await nextTurn();
  await second.ask('USER u');
  expect(await second.ask('PASS p')).toMatch(/^\+OK maildrop has 2/);
});

test('STLS upgrades the connection and changes the capabilities', async () => {
  const client = await rig.greeted(await rig.start({ tls: TLS, requiresTls: true }));
  client.send('CAPA\r\n');
  expect(await client.until('\r\n.\r\n')).toMatch(/\r\nSTLS\r\n(?![^]*USER)/);
  expect(await client.ask('USER u')).toMatch(/^-ERR \[AUTH\]/);
  expect(await client.ask('STLS')).toMatch(/^\+OK/);
  await client.secure(AUTHORITY);
  client.send('CAPA\r\n');
  expect(await client.until('\r\n.\r\n')).toMatch(/\r\nUSER\r\n/);
  await logIn(client);
  expect(await client.ask('QUIT')).toMatch(/^\+OK/);
  await client.untilClosed();
});

test('octets in clear behind STLS end the connection', async () => {
  const client = await rig.greeted(await rig.start({ tls: TLS }));
  client.send('STLS\r\nCAPA\r\n');
  expect(await client.untilClosed()).toMatch(/^\+OK begin TLS\r\n$/);
});

test('TLS can be spoken from the first octet', async () => {
  const server = await rig.start({ tls: TLS, implicitTls: true });
  const client = await Conversation.dialTls(server.host, server.port, AUTHORITY);
  expect(await client.until('\r\n')).toMatch(/^\+OK/);
  expect(await client.ask('STLS')).toMatch(/^-ERR/);
  await logIn(client);
  expect(await client.ask('QUIT')).toMatch(/^\+OK/);
  await client.untilClosed();
});

test('a client that does not read makes the server wait, and gets every octet in the end', async () => {
  const raw = new Uint8Array(24 * 1024 * 1024).fill(120);
  const heard: string[] = [];
  const maildrop = new Maildrop([{ uidl: 'big', raw }]);
  const server = await rig.start({
    users: [{ user: 'u', password: 'p', maildrop }],
    onCommand: (command) => heard.push(command),
  });
  const client = await rig.loggedIn(server);
  client.socket.pause();
  client.send('RETR 1\r\nNOOP\r\nSTAT\r\n');
  const probe = await rig.greeted(server);
  for (let turn = 0; turn < 50; turn += 1) await probe.ask('CAPA x');
  expect(heard.filter((command) => /^(?:RETR|NOOP|STAT)/.test(command))).toEqual(['RETR 1']);
  let octets = 0;
  client.socket.removeAllListeners('data');
  for await (const chunk of client.socket) {
    octets += (chunk as Buffer).length;
    if (octets >= '+OK 25165826 octets\r\n\r\n.\r\n+OK\r\n+OK 1 25165826\r\n'.length + raw.length) break;
  }
  expect(heard.slice(-2)).toEqual(['NOOP', 'STAT']);
});

test('secrets are not told to the listener', async () => {
  const heard: string[] = [];
  const server = await rig.start({ onCommand: (command) => heard.push(command) });
  const client = await rig.loggedIn(server);
  expect(await client.ask('UIDL 1')).toBe('+OK 1 one');
  expect(heard).toEqual(['greeting', 'USER u', 'PASS', 'UIDL 1']);
});

test('a silent client is cut after the idle time, and its lock goes with it', async () => {
  const server = await rig.start({ idleTimeoutMs: 50 });
  const client = await rig.loggedIn(server);
  expect(await client.untilClosed()).toBe('');
  expect(await (await rig.loggedIn(server)).ask('NOOP')).toBe('+OK');
});

test('closing cuts the open connections and frees the port', async () => {
  const server = await rig.start();
  const client = await rig.loggedIn(server);
  await server.close();
  expect(await client.untilClosed()).toBe('');
  await expect(Conversation.dial(server.host, server.port)).rejects.toThrow('ECONNREFUSED');
});

test('a port that is taken is told', async () => {
  const server = await rig.start();
  await expect(rig.start({ port: server.port })).rejects.toThrow('EADDRINUSE');
});

test('the messages on the wire are the messages in the maildrop', async () => {
  const client = await rig.loggedIn(await rig.start());
  expect(await client.ask('RETR 1')).toBe(`+OK ${MESSAGES[0].raw.length} octets`);
  expect(await client.until('\r\n.\r\n')).toBe(`${Buffer.from(MESSAGES[0].raw).toString('latin1')}.\r\n`);
});
