import { afterEach, describe, expect, it } from 'vitest';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import type { Security } from '../../../web/model/account.ts';
import { Pop3Client } from '../../../web/pop3/client.ts';
import type { RetrievedMessage } from '../../../web/pop3/retrieve.ts';
import { latin1 } from '../../support/octets.ts';
import { AWKWARD, clock, dial, enter, fetchAll, openClient, retrieval, startServer, stopAll } from './rig.ts';
import { fixedContext } from '../../support/sasl.ts';

afterEach(stopAll);

const text = (message: RetrievedMessage): string =>
  'raw' in message ? latin1(message.raw) : message.error.code;
const newestFirst = AWKWARD.toReversed();

/** Lets real sockets deliver what is on its way, then turns the clock until `promise` is settled. */
async function inSilence<T>(promise: Promise<T>): Promise<T> {
  let settled = false;
  const watched = promise.finally(() => (settled = true));
  watched.catch(() => undefined);
  while (!settled) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1000);
  }
  return watched;
}

describe('a fetch over a real socket', () => {
  it.each<{ name: string; security: Security; faults: Faults }>([
    { name: 'in clear', security: 'none', faults: {} },
    { name: 'with STLS', security: 'starttls', faults: {} },
    { name: 'over TLS', security: 'tls', faults: {} },
    { name: 'in drips of 7 octets', security: 'none', faults: { dripOctets: 7 } },
    { name: 'one by one', security: 'none', faults: { punishPipelining: true } },
    {
      name: 'with LIST that lies',
      security: 'none',
      faults: { listOctets: (n) => (n % 2 === 0 ? 1 : 999_999_999) },
    },
    { name: 'with LIST that leaves out', security: 'none', faults: { listOctets: () => null } },
    { name: 'without capabilities', security: 'none', faults: { refuse: { CAPA: 'what?' } } },
    { name: 'with LIST refused', security: 'none', faults: { refuse: { LIST: 'no' } } },
    {
      name: 'with a mechanism that is only claimed',
      security: 'none',
      faults: { capabilities: ['SASL LOGIN', 'USER'] },
    },
    { name: 'with USER and PASS', security: 'none', faults: { capabilities: ['USER', 'PIPELINING'] } },
  ])('is exact to the byte $name', async ({ security, faults }) => {
    const mails =
      faults.dripOctets === undefined ? newestFirst : newestFirst.filter((mail) => mail.length < 1000);
    const server = await startServer(mails.toReversed(), faults, { implicitTls: security === 'tls' });
    const client = await enter(server, security);
    expect((await fetchAll(client)).map(text)).toEqual(mails);
    await client.quit();
  });

  it('reads lines that end in LF alone', async () => {
    const client = await enter(await startServer(['a\r\n.b\r\n', 'c\r\n'], { bareLineFeeds: true }));
    expect((await fetchAll(client)).map(text)).toEqual(['c\n', 'a\n.b\n']);
  });

  it('pipelines thousands of messages through a small window, in order', async () => {
    const mails = Array.from({ length: 3000 }, (_, number) => `Subject: ${number}\r\n\r\n.${number}\r\n`);
    const client = await enter(await startServer(mails));
    const messages = await fetchAll(client, { windowCommands: 10, windowOctets: 2000 });
    expect(messages.map(text)).toEqual(mails.toReversed());
  });

  it('takes a line of 8 MB', async () => {
    const mail = `Subject: long\r\n\r\n${'x'.repeat(8 * 1024 * 1024)}\r\n`;
    const [message] = await fetchAll(await enter(await startServer([mail])));
    expect(message && 'raw' in message && message.raw.length).toBe(mail.length);
  });

  it('finds an empty maildrop empty', async () => {
    const client = await enter(await startServer([]));
    expect(await client.list()).toEqual([]);
    await client.quit();
  });

  it('can be taken slowly', async () => {
    const mails = Array.from({ length: 20 }, (_, number) => `${number}${'x'.repeat(100_000)}\r\n`);
    const client = await enter(await startServer(mails));
    const got: string[] = [];
    for await (const message of client.retrieve(await client.list(), retrieval())) {
      await new Promise((resolve) => setImmediate(resolve));
      got.push(text(message));
    }
    expect(got).toEqual(mails);
  });
});

describe('one bad message', () => {
  it('is reported, and the rest is fetched', async () => {
    const client = await enter(
      await startServer(['1\r\n', '2\r\n', '3\r\n'], { refuse: { 'RETR 2': 'disk trouble' } }),
    );
    const messages = await fetchAll(client);
    expect(messages.map(text)).toEqual(['3\r\n', 'command-refused', '1\r\n']);
    expect(messages[1]).toMatchObject({
      listed: { uidl: 'uid-2' },
      error: { detail: { said: 'disk trouble' } },
    });
    await client.quit();
  });

  it('is not kept when it is too large', async () => {
    const client = await enter(await startServer(['1\r\n', `${'x'.repeat(90_000)}\r\n`, '3\r\n']));
    expect((await fetchAll(client, { maxOctets: 50_000 })).map(text)).toEqual([
      '3\r\n',
      'message-too-large',
      '1\r\n',
    ]);
  });
});

describe('a connection that goes wrong', () => {
  it('ends when it is lost within a message; what came before is whole', async () => {
    const client = await enter(
      await startServer(['1\r\n', `${'x'.repeat(5000)}\r\n`, '3\r\n'], {
        dropInRetr: { nth: 2, afterOctets: 1000 },
      }),
    );
    const got: string[] = [];
    const fetching = async (): Promise<void> => {
      for await (const message of client.retrieve((await client.list()).toReversed(), retrieval()))
        got.push(text(message));
    };
    await expect(fetching()).rejects.toMatchObject({ code: 'connection-lost', hop: 'connection' });
    expect(got).toEqual(['3\r\n']);
  });

  it.each<{ name: string; faults: Faults }>([
    { name: 'falls silent within a message', faults: { stallInRetr: { nth: 1, afterOctets: 5 } } },
    { name: 'falls silent after a command', faults: { stallAt: ['UIDL'] } },
    { name: 'forgets the line end before the last dot', faults: { gluedTerminator: true } },
  ])('ends when the server $name', async ({ faults }) => {
    const client = await enter(await startServer(['text without an end'], faults));
    await expect(inSilence(fetchAll(client))).rejects.toMatchObject({
      code: 'server-silent',
      hop: 'maildrop',
    });
  });

  it('ends when somebody cancels', async () => {
    const mail = `${'x'.repeat(500)}\r\n`;
    const client = await enter(await startServer([mail], { stallInRetr: { nth: 1, afterOctets: 200 } }));
    const controller = new AbortController();
    const fetching = fetchAll(client, { signal: controller.signal, onOctets: () => controller.abort() });
    await expect(fetching).rejects.toMatchObject({ code: 'cancelled' });
  });

  it.each<{ name: string; faults: Faults; expected: object }>([
    {
      name: 'SMTP',
      faults: { greeting: '220 mx ESMTP' },
      expected: { code: 'not-pop3', detail: { found: 'smtp' } },
    },
    {
      name: 'IMAP',
      faults: { greeting: '* OK IMAP4rev1' },
      expected: { code: 'not-pop3', detail: { found: 'imap' } },
    },
    { name: 'a refusal', faults: { greeting: '-ERR closed' }, expected: { code: 'server-refused' } },
    { name: 'a hang-up', faults: { dropAfterOctets: 0 }, expected: { code: 'connection-lost' } },
    { name: 'garbage', faults: { instead: { CAPA: '\0\xff\r\n' } }, expected: { code: 'protocol-error' } },
  ])('is named when it answers with $name', async ({ faults, expected }) => {
    await expect(openClient(await startServer([], faults))).rejects.toMatchObject(expected);
  });

  it('is silent when the port waits for TLS', async () => {
    const server = await startServer([], {}, { implicitTls: true });
    await expect(inSilence(openClient(server))).rejects.toMatchObject({
      code: 'server-silent',
      hop: 'login',
    });
  });
});

describe('the way in', () => {
  it('tells a wrong password from a maildrop in use', async () => {
    const server = await startServer(['1\r\n']);
    const stranger = await openClient(server);
    await expect(stranger.login({ user: 'bob', password: 'wrong' })).rejects.toMatchObject({
      code: 'login-refused',
      hop: 'login',
    });
    const first = await enter(server);
    const second = await openClient(server);
    await expect(second.login({ user: 'bob', password: 'secret' })).rejects.toMatchObject({
      code: 'maildrop-in-use',
      retryable: true,
    });
    await first.quit();
  });

  it('says that TLS is needed when the server insists', async () => {
    const client = await openClient(await startServer([], {}, { requiresTls: true }));
    await expect(client.login({ user: 'bob', password: 'secret' })).rejects.toMatchObject({
      code: 'login-needs-tls',
    });
  });

  it.each<{ faults: Faults; code: string }>([
    { faults: { afterStls: '+OK injected\r\n' }, code: 'tls-injection' },
    { faults: { refuse: { STLS: 'no' } }, code: 'starttls-refused' },
    { faults: { capabilities: ['USER'] }, code: 'starttls-not-offered' },
  ])('never falls back to clear text: $code', async ({ faults, code }) => {
    const server = await startServer([], faults);
    await expect(openClient(server, 'starttls')).rejects.toMatchObject({ code, hop: 'tls' });
  });

  it('is secure after STLS', async () => {
    const transport = await dial(await startServer([]), 'starttls');
    expect(transport.security).toBeNull();
    await Pop3Client.open(transport, { security: 'starttls', sasl: fixedContext() });
    expect(transport.security?.protocol).toMatch(/^TLS/);
  });
});
