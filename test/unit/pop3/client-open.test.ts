import { describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { Pop3Client } from '../../../web/pop3/client.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ScriptedTransport } from '../../support/scripted-transport.ts';
import { settled } from '../../support/settled.ts';
import { open } from './scripts.ts';
import { fixedContext } from '../../support/sasl.ts';

/** Opens what must not open; the error, after a look at the transport. */
async function refused(script: string, security: 'tls' | 'starttls' | 'none'): Promise<unknown> {
  const transport = new ScriptedTransport(script, { secure: security === 'tls' });
  const error: unknown = await Pop3Client.open(transport, { security, sasl: fixedContext() }).then(
    () => 'it opened',
    (caught: unknown) => caught,
  );
  expect(transport.closed).toBe(true);
  expect(transport.remaining).toEqual([]);
  return error;
}

describe('opening', () => {
  it('learns what the server offers', async () => {
    const { client, transport } = await open(`
      S: +OK ready
      C: CAPA
      S: +OK
      S: UIDL
      S: SASL PLAIN
      S: .
    `);
    expect(client.capabilities.mechanisms).toEqual(['PLAIN']);
    expect(transport.remaining).toEqual([]);
  });

  it('goes on with a server that does not know CAPA', async () => {
    const { client } = await open('S: +OK\nC: CAPA\nS: -ERR');
    expect(client.capabilities.known).toBe(false);
  });

  it.each([
    ['S: 220 mx.example.test ESMTP', { code: 'not-pop3', detail: { found: 'smtp' } }],
    ['S: * OK IMAP4rev1 ready', { code: 'not-pop3', detail: { found: 'imap' } }],
    ['S! "\\u0015\\u0003\\u0001\\u0000\\u0002\\u0002F"', { code: 'not-pop3', detail: { found: 'tls' } }],
    ['S: -ERR out of order', { code: 'server-refused', detail: { said: 'out of order' } }],
    ['-- end', { code: 'connection-lost' }],
    ['S: +OK\nC: CAPA\n-- end', { code: 'connection-lost', detail: { verb: 'CAPA' } }],
    ['S: +OK\nC: CAPA\nS: what?', { code: 'protocol-error' }],
  ])('closes and names what is wrong: %j', async (script, expected) => {
    const error = await refused(script, 'none');
    expect(error).toMatchObject(expected);
  });

  it('names why a write failed when the server says nothing any more', async () => {
    const transport = new ScriptedTransport('S: +OK\n-- end');
    const cause = new PoplarError('tunnel-idle', 'proxy');
    transport.write = () => Promise.reject(cause);
    await expect(Pop3Client.open(transport, { security: 'none', sasl: fixedContext() })).rejects.toBe(cause);
  });

  it('does not go on in clear when TLS was asked for', async () => {
    const transport = new ScriptedTransport('S: +OK\nC: CAPA\nS: -ERR');
    await expect(Pop3Client.open(transport, { security: 'tls', sasl: fixedContext() })).rejects.toMatchObject(
      {
        code: 'tls-failed',
      },
    );
    expect(transport.closed).toBe(true);
  });
});

describe('STLS', () => {
  const offered = `
    S: +OK
    C: CAPA
    S: +OK
    S: STLS
    S: SASL GSSAPI
    S: .
    C: STLS
  `;

  it('is done before anything else, and what was learnt before is forgotten', async () => {
    const { client, transport, transcript } = await open(
      `${offered}
      S: +OK begin
      -- TLS
      C: CAPA
      S: +OK
      S: SASL PLAIN
      S: .
      `,
      { security: 'starttls' },
    );
    expect(client.capabilities.mechanisms).toEqual(['PLAIN']);
    expect(client.capabilities.has('STLS')).toBe(false);
    expect(transport.remaining).toEqual([]);
    expect(transcript).toContain('-- TLS');
  });

  it('is tried when the server does not know CAPA: behind it CAPA is asked again, as anybody may have refused', async () => {
    const before = 'S: +OK\nC: CAPA\nS: -ERR\nC: STLS\nS: +OK\n-- TLS';
    const { client, transport } = await open(`${before}\nC: CAPA\nS: +OK\nS: UTF8\nS: .`, {
      security: 'starttls',
    });
    expect(transport.security).not.toBeNull();
    expect(transport.remaining).toEqual([]);
    expect(client.capabilities.has('UTF8')).toBe(true);
  });

  it.each([
    {
      name: 'it is not offered',
      script: 'S: +OK\nC: CAPA\nS: +OK\nS: USER\nS: .',
      code: 'starttls-not-offered',
    },
    {
      name: 'it is not known',
      script: 'S: +OK\nC: CAPA\nS: -ERR\nC: STLS\nS: -ERR what?',
      code: 'starttls-not-offered',
    },
    { name: 'it is refused', script: `${offered}\nS: -ERR not now`, code: 'starttls-refused' },
  ])('ends the session when $name, and nothing is sent in clear', async ({ script, code }) => {
    expect(await refused(script, 'starttls')).toMatchObject({ code, hop: 'tls' });
  });

  it.each([
    ['in the same chunk', 'S: +OK begin\nS: +OK injected'],
    ['without a line end', 'S! "+OK begin\\r\\n+OK in"'],
  ])('refuses bytes behind the +OK %s', async (_, injected) => {
    expect(await refused(`${offered}\n${injected}`, 'starttls')).toMatchObject({ code: 'tls-injection' });
  });

  it('refuses bytes that wait unread in the transport', async () => {
    const perReply = (all: Uint8Array): Uint8Array[] => {
      const lf = all.indexOf(10) + 1;
      return [all.slice(0, lf), all.slice(lf)].filter((chunk) => chunk.length > 0);
    };
    const transport = new ScriptedTransport(
      'S: +OK\nC: CAPA\nS: -ERR\nC: STLS\nS: +OK begin\nS: +OK injected',
      {
        cut: perReply,
      },
    );
    await expect(
      Pop3Client.open(transport, { security: 'starttls', sasl: fixedContext() }),
    ).rejects.toMatchObject({
      code: 'tls-injection',
    });
    expect(transport.closed).toBe(true);
  });
});

describe('silence', () => {
  it.each([
    { name: 'before the greeting', script: '', afterMs: 30_000, detail: {} },
    { name: 'within the greeting', script: 'S! "+OK rea"', afterMs: 30_000, detail: {} },
    { name: 'after CAPA', script: 'S: +OK\nC: CAPA', afterMs: 120_000, detail: { verb: 'CAPA' } },
    {
      name: 'within a listing',
      script: 'S: +OK\nC: CAPA\nS: +OK\nS: UIDL',
      afterMs: 120_000,
      detail: { verb: 'CAPA' },
    },
  ])('$name ends the session', async ({ script, afterMs, detail }) => {
    const clock = new FakeClock();
    const transport = new ScriptedTransport(script);
    const opening = Pop3Client.open(transport, { security: 'none', clock, sasl: fixedContext() });
    const outcome = expect(opening).rejects.toMatchObject({
      code: 'server-silent',
      hop: 'login',
      retryable: true,
      detail,
    });
    await settled();
    clock.advance(afterMs - 1);
    await settled();
    expect(transport.closed).toBe(false);
    clock.advance(1);
    await outcome;
    expect(transport.closed).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('leaves no alarm behind', async () => {
    const clock = new FakeClock();
    await open('S: +OK\nC: CAPA\nS: -ERR', { clock });
    expect(clock.pending).toBe(0);
  });
});
