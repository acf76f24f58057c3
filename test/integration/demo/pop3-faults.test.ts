/** Each fault switch does what it says, over a real socket. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import type { Pop3Server } from '../../../proxy/demo/pop3-server.ts';
import { AUTHORITY, Rig, TLS } from './rig.ts';

const rig = new Rig();
afterEach(() => rig.close());

const FIRST = '+OK 21 octets\r\nSubject: 1\r\n\r\nfirst\r\n.\r\n';

const withFaults = (faults: Faults): Promise<Pop3Server> => rig.start({ faults, tls: TLS });

describe('the greeting', () => {
  test.each([
    ['refused', '-ERR [SYS/PERM] closed for good', '-ERR [SYS/PERM] closed for good\r\n'],
    ['without a text', '+OK', '+OK\r\n'],
  ])('%s', async (_name, greeting, seen) => {
    const client = await rig.dial(await withFaults({ greeting }));
    expect(await client.until('\r\n')).toBe(seen);
    if (greeting.startsWith('-ERR')) expect(await client.untilClosed()).toBe('');
  });

  test('of another protocol', async () => {
    const client = await rig.dial(await withFaults({ greeting: '220 mail.example ESMTP' }));
    expect(await client.ask('USER u')).toBe('220 mail.example ESMTP');
  });

  test('that never comes: commands are answered all the same', async () => {
    const client = await rig.dial(await withFaults({ greeting: null }));
    expect(await client.ask('USER u')).toBe('+OK name heard');
  });
});

describe('cutting', () => {
  test('after so many octets of a connection', async () => {
    for (const dropAfterOctets of [0, 1, 26, 40]) {
      const client = await rig.dial(await withFaults({ dropAfterOctets }));
      client.send('CAPA\r\n');
      expect(await client.untilClosed()).toHaveLength(dropAfterOctets);
      await rig.close();
    }
  });

  test('after so many octets of the n-th RETR', async () => {
    const client = await rig.loggedIn(await withFaults({ dropInRetr: { nth: 2, afterOctets: 16 } }));
    client.send('RETR 1\r\nNOOP\r\nRETR 1\r\nNOOP\r\n');
    expect(await client.untilClosed()).toBe(`${FIRST}+OK\r\n${FIRST.slice(0, 16)}`);
  });

  test('at a command', async () => {
    const client = await rig.loggedIn(await withFaults({ dropAt: ['RETR 2'] }));
    client.send('RETR 1\r\nRETR 2\r\n');
    expect(await client.untilClosed()).toBe(FIRST);
  });
});

describe('falling silent', () => {
  test.each([
    ['at a command', { stallAt: ['UIDL'] }, '+OK\r\n'],
    ['within a RETR', { stallInRetr: { nth: 1, afterOctets: 16 } }, `+OK\r\n${FIRST.slice(0, 16)}`],
  ])(
    '%s: nothing more comes, and the lock is freed when the client leaves',
    async (_name, faults: Faults, seen) => {
      const server = await withFaults(faults);
      const client = await rig.loggedIn(server);
      client.send('NOOP\r\n');
      client.send(faults.stallAt === undefined ? 'RETR 1\r\nNOOP\r\n' : 'UIDL\r\nNOOP\r\n');
      expect(await client.until(seen)).toBe(seen);
      // The server answers others meanwhile: a round trip of a second client proves that time has passed.
      const other = await rig.greeted(server);
      for (let turn = 0; turn < 5; turn += 1) expect(await other.ask('USER u')).toMatch(/^\+OK/);
      expect(client.received).toBe('');
      client.socket.end();
      expect(await client.untilClosed()).toBe('');
      while (server.connections > 1) await nextTurn();
      expect(await other.ask('PASS p')).toMatch(/^\+OK maildrop/);
    },
  );
});

describe('the shape of what is sent', () => {
  test('one octet a write: everything arrives', async () => {
    const client = await rig.loggedIn(await withFaults({ dripOctets: 1 }));
    client.send('RETR 1\r\n');
    expect(await client.until('\r\n.\r\n')).toBe(FIRST);
  });

  test('bare line feeds', async () => {
    const client = await rig.loggedIn(await withFaults({ bareLineFeeds: true }));
    client.send('RETR 1\r\n');
    expect(await client.until('\n.\n')).toBe(FIRST.replaceAll('\r\n', '\n'));
  });

  test('the terminator glued to the last line', async () => {
    const client = await rig.loggedIn(await withFaults({ gluedTerminator: true }));
    client.send('RETR 1\r\nNOOP\r\n');
    expect(await client.until('first.\r\n+OK\r\n')).toContain('\r\n\r\nfirst.');
  });

  test('garbage in place of an answer', async () => {
    const client = await rig.loggedIn(await withFaults({ instead: { LIST: '\0garbage\r\n' } }));
    expect(await client.ask('LIST')).toBe('\0garbage');
    expect(await client.ask('NOOP')).toBe('+OK');
  });
});

test('octets behind the +OK of STLS come in clear, before TLS', async () => {
  const client = await rig.greeted(await withFaults({ afterStls: '+OK injected\r\n' }));
  client.send('STLS\r\n');
  expect(await client.until('injected\r\n')).toBe('+OK begin TLS\r\n+OK injected\r\n');
  await client.secure(AUTHORITY);
  expect(await client.ask('USER u')).toMatch(/^\+OK/);
});

describe('pipelining', () => {
  test('is punished with a cut when that is switched on', async () => {
    const client = await rig.loggedIn(await withFaults({ punishPipelining: true }));
    client.send('NOOP\r\nNOOP\r\n');
    expect(await client.untilClosed()).toBe('');
  });

  test('is not offered then, and one command at a time goes well', async () => {
    const client = await rig.loggedIn(await withFaults({ punishPipelining: true }));
    client.send('CAPA\r\n');
    expect(await client.until('\r\n.\r\n')).not.toContain('PIPELINING');
    for (let turn = 0; turn < 20; turn += 1) expect(await client.ask('NOOP')).toBe('+OK');
  });
});

test('switches may be flipped while the server runs', async () => {
  const faults: Faults = {};
  const client = await rig.loggedIn(await withFaults(faults));
  expect(await client.ask('LIST 1')).toBe('+OK 1 21');
  faults.listOctets = () => 1;
  faults.refuse = { 'RETR 1': '[SYS/TEMP] later' };
  expect(await client.ask('LIST 1')).toBe('+OK 1 1');
  expect(await client.ask('RETR 1')).toBe('-ERR [SYS/TEMP] later');
  delete faults.refuse;
  expect(await client.ask('RETR 1')).toBe('+OK 1 octets');
});
