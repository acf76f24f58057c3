import { describe, expect, it } from 'vitest';
import { scramSha256 } from '../../../web/sasl/scram.ts';
import { fixedContext } from '../../support/sasl.ts';
import { BARE, BARE_LOGIN, BARE_WAYS, capable, enter, open } from './scripts.ts';
import type { Session } from './scripts.ts';

const capa = (...lines: string[]): string =>
  ['S: +OK', 'C: CAPA', 'S: +OK', ...lines.map((line) => `S: ${line}`), 'S: .'].join('\n');
const AFTER = 'C: CAPA\nS: +OK\nS: PIPELINING\nS: .';

const passScript = (password: string, said: string): string =>
  `${capa('USER')}\nC: USER bob\nS: +OK\nC: PASS ${password}\nS: ${said}`;

async function refused(script: string, secure: boolean): Promise<{ error: unknown; session: Session }> {
  const session = await open(script, { secure, security: secure ? 'tls' : 'none' });
  const error: unknown = await session.client.login({ user: 'bob', password: 'secret' }).then(
    () => 'it let bob in',
    (caught: unknown) => caught,
  );
  expect(session.transport.remaining).toEqual([]);
  return { error, session };
}

describe('a login', () => {
  it.each([
    {
      name: 'takes AUTH PLAIN with an initial response when offered',
      script: `${capa('SASL LOGIN PLAIN', 'USER')}\nC: AUTH PLAIN AGJvYgBzZWNyZXQ=\nS: +OK\n${AFTER}`,
    },
    {
      name: 'takes AUTH LOGIN when it is all there is, whatever the prompts',
      script: `${capa('SASL LOGIN')}\nC: AUTH LOGIN\nS: + VXNlciBOYW1lAA==\nC: Ym9i\nS: + ?? not base64\nC: c2VjcmV0\nS: +OK\n${AFTER}`,
    },
    {
      name: 'sends the initial response again to a server that passed it over',
      script: `${capa('SASL PLAIN')}\nC: AUTH PLAIN AGJvYgBzZWNyZXQ=\nS: +\nC: AGJvYgBzZWNyZXQ=\nS: +OK\n${AFTER}`,
    },
    {
      name: 'takes USER and PASS when there is no SASL',
      script: `${capa('USER')}\nC: USER bob\nS: +OK\nC: PASS secret\nS: +OK\n${AFTER}`,
    },
    {
      name: 'tries USER and PASS when CAPA forgets to name any way in',
      script: `${capa('TOP')}\nC: USER bob\nS: +OK\nC: PASS secret\nS: +OK\n${AFTER}`,
    },
    {
      name: 'asks for UTF-8 before it, when offered, so that nothing is replaced by a notice',
      script: `${capa('UTF8 USER', 'USER')}\nC: UTF8\nS: +OK\nC: USER bob\nS: +OK\nC: PASS secret\nS: +OK\n${AFTER}`,
    },
    {
      name: 'does not mind a refused UTF8',
      script: `${capa('UTF8', 'USER')}\nC: UTF8\nS: -ERR\nC: USER bob\nS: +OK\nC: PASS secret\nS: +OK\n${AFTER}`,
    },
    {
      name: 'takes the next mechanism when one is refused as such',
      script: `${capa('SASL PLAIN LOGIN')}\nC: AUTH PLAIN AGJvYgBzZWNyZXQ=\nS: -ERR [AUTH] Unsupported authentication mechanism.\nC: AUTH LOGIN\nS: +\nC: Ym9i\nS: +\nC: c2VjcmV0\nS: +OK\n${AFTER}`,
    },
    {
      name: 'falls back to USER when every mechanism is refused as such',
      script: `${capa('SASL PLAIN', 'USER')}\nC: AUTH PLAIN AGJvYgBzZWNyZXQ=\nS: -ERR Unknown command.\nC: USER bob\nS: +OK\nC: PASS secret\nS: +OK\n${AFTER}`,
    },
  ])('$name', async ({ script }) => {
    const { client, transport, transcript } = await enter(script, { secure: true, security: 'tls' });
    expect(transport.remaining).toEqual([]);
    expect(client.capabilities.pipelining).toBe(true);
    for (const secret of ['secret', 'c2VjcmV0', 'AGJvYgBzZWNyZXQ='])
      expect(transcript.join('\n')).not.toContain(secret);
  });

  it.each([
    {
      name: 'asks for the language',
      language: 'de-AT',
      offers: 'LANG RESP-CODES USER',
      ask: 'LANG de-AT',
      says: '+OK',
    },
    {
      name: 'does not mind a refusal',
      language: 'sq',
      offers: 'LANG RESP-CODES USER',
      ask: 'LANG sq',
      says: '-ERR',
    },
    {
      name: 'leaves English as it is',
      language: 'en-GB',
      offers: 'LANG RESP-CODES USER',
      ask: null,
      says: '',
    },
    { name: 'asks only who offers it', language: 'de', offers: 'RESP-CODES USER', ask: null, says: '' },
    {
      name: 'asks nobody whose words are all there is',
      language: 'de',
      offers: 'LANG USER',
      ask: null,
      says: '',
    },
  ])('$name ($language)', async ({ language, offers, ask, says }) => {
    const asked = ask === null ? '' : `C: ${ask}\nS: ${says}\n`;
    const script = `${capa(...offers.split(' '))}\n${asked}C: USER bob\nS: +OK\nC: PASS secret\nS: +OK\n${AFTER}`;
    const { transport } = await enter(script, { secure: true, security: 'tls', language });
    expect(transport.remaining).toEqual([]);
  });

  it('does not ask a server for CAPA again that did not know it', async () => {
    const { client, transport } = await enter(BARE_LOGIN);
    expect(transport.remaining).toEqual([]);
    expect(client.capabilities.known).toBe(false);
  });

  it('believes in pipelining only what is said after it', async () => {
    const { client } = await enter(capable('USER\nUIDL\nPIPELINING', 'UIDL'));
    expect(client.capabilities.pipelining).toBe(false);
    const refusing = capable('USER\nUIDL\nPIPELINING', '.').split('C: CAPA');
    const { client: other } = await enter(`${refusing[0]}C: CAPA${refusing[1]}C: CAPA\nS: -ERR`);
    expect(other.capabilities.pipelining).toBe(false);
    expect(other.capabilities.has('UIDL')).toBe(true);
  });

  it('sends PLAIN in two steps when the line would exceed 255 octets (RFC 5034 §4)', async () => {
    const password = 'p'.repeat(200);
    const response = Buffer.from(`\0bob\0${password}`).toString('base64');
    const { client, transport } = await open(
      `${capa('SASL PLAIN')}\nC: AUTH PLAIN\nS: +\nC: ${response}\nS: +OK\n${AFTER}`,
    );
    await client.login({ user: 'bob', password: password });
    expect(transport.remaining).toEqual([]);
  });

  it('sends UTF-8', async () => {
    const { client, transport } = await open(
      `${BARE_WAYS}\nC: USER j\xc3\xbcrgen\nS: +OK\nC: PASS  p\xc3\xa4ss \nS: +OK`,
    );
    await client.login({ user: 'jürgen', password: ' päss ' });
    expect(transport.remaining).toEqual([]);
  });
});

describe('a refused login', () => {
  const plain = `${capa('SASL PLAIN LOGIN', 'USER', 'RESP-CODES')}\nC: AUTH PLAIN AGJvYgBzZWNyZXQ=`;
  const passed = `${capa('USER')}\nC: USER bob\nS: +OK\nC: PASS secret`;
  it.each([
    {
      name: 'a wrong password ends it at once',
      script: `${plain}\nS: -ERR [AUTH] Authentication failed.`,
      code: 'login-refused',
    },
    {
      name: 'a wrong password without a code',
      script: `${passed}\nS: -ERR Login failed.`,
      code: 'login-refused',
    },
    { name: 'a wrong password without a word', script: `${passed}\nS: -ERR`, code: 'login-refused' },
    {
      name: 'an unknown user',
      script: `${capa('USER')}\nC: USER bob\nS: -ERR never heard of`,
      code: 'login-refused',
    },
    { name: 'a maildrop in use', script: `${passed}\nS: -ERR [IN-USE] locked`, code: 'maildrop-in-use' },
    { name: 'a login too early', script: `${passed}\nS: -ERR [LOGIN-DELAY] wait`, code: 'login-delay' },
    {
      name: 'a bad moment',
      script: `${passed}\nS: -ERR Temporary problem, please try again later`,
      code: 'login-temporary',
    },
    { name: 'a closed account', script: `${passed}\nS: -ERR [SYS/PERM] closed`, code: 'server-refused' },
    {
      name: 'a refusal without [AUTH] where the server marks passwords with it',
      script: `${capa('USER', 'AUTH-RESP-CODE')}\nC: USER bob\nS: +OK\nC: PASS secret\nS: -ERR no`,
      code: 'login-temporary',
    },
    {
      name: 'mechanisms that are only claimed',
      script: `${capa('SASL LOGIN')}\nC: AUTH LOGIN\nS: -ERR [AUTH] mechanism is not known`,
      code: 'login-no-mechanism',
    },
    { name: 'mechanisms that are not ours', script: capa('SASL GSSAPI NTLM'), code: 'login-no-mechanism' },
    { name: 'a hang-up', script: `${passed}\n-- end`, code: 'connection-lost' },
  ])('$name → $code', async ({ script, code }) => {
    expect((await refused(script, true)).error).toMatchObject({ code });
  });

  it.each([
    {
      name: 'the server says so',
      script: `${plain}\nS: -ERR [AUTH] Plaintext authentication disallowed on non-secure connections.`,
    },
    { name: 'only TLS brings a way in', script: capa('SASL GSSAPI', 'STLS') },
    { name: 'USER is not offered in clear', script: capa('STLS') },
    {
      name: 'USER is refused in clear',
      script: `${capa('USER', 'STLS')}\nC: USER bob\nS: -ERR Command is not valid in this state`,
    },
  ])('needs TLS when $name', async ({ script }) => {
    expect((await refused(script, false)).error).toMatchObject({ code: 'login-needs-tls', hop: 'login' });
  });

  it('names the mechanisms that are offered', async () => {
    const { error } = await refused(capa('SASL GSSAPI NTLM'), true);
    expect(error).toMatchObject({ detail: { offered: 'GSSAPI NTLM' } });
  });

  it('does not tell a password that the server echoes', async () => {
    const { error, session } = await refused(`${passed}\nS: -ERR wrong password: secret`, true);
    expect(error).toMatchObject({ code: 'login-refused', detail: { said: 'wrong password: ********' } });
    expect(session.transcript.join('\n')).not.toContain('secret');
  });

  it('does not believe a success before the exchange is complete', async () => {
    const { error } = await refused(`${capa('SASL LOGIN')}\nC: AUTH LOGIN\nS: +\nC: Ym9i\nS: +OK`, true);
    expect(error).toMatchObject({ code: 'protocol-error', detail: { what: 'server-not-proved' } });
  });

  it('shows no password to a server whose proof is wrong, and blames no password', async () => {
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const mechanism = scramSha256.begin({ user: 'bob', password: 'secret' }, fixedContext());
    const first = Buffer.from((await mechanism.start()) ?? []);
    const challenge = `r=${fixedContext().createNonce()}more,s=QSXCR+Q6sek8bf92,i=4096`;
    const final = Buffer.from((await mechanism.next(Buffer.from(challenge))) ?? []).toString('base64');
    const wrong = `v=${Buffer.alloc(32).toString('base64')}`;
    const { error, session } = await refused(
      [
        `${capa('SASL SCRAM-SHA-256 PLAIN LOGIN', 'USER')}\nC: AUTH SCRAM-SHA-256 ${first.toString('base64')}`,
        `S: + ${base64(challenge)}\nC: ${final}\nS: + ${base64(wrong)}\nC: *\nS: -ERR [AUTH] aborted`,
      ].join('\n'),
      true,
    );
    expect(error).toMatchObject({ code: 'protocol-error', detail: { what: 'server-not-proved' } });
    expect(session.transport.writes.at(-1)).toBe('*\r\n');
  });

  it.each([
    { name: 'goes on to the next mechanism', offer: ['SASL SCRAM-SHA-256 PLAIN'], entered: true },
    { name: 'blames no password', offer: ['SASL SCRAM-SHA-256'], entered: false },
  ])('$name after a challenge that makes the password cheap to guess', async ({ offer, entered }) => {
    const first = 'biwsbj1ib2Iscj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0w=';
    const weak = Buffer.from(`r=${fixedContext().createNonce()}more,s=QSXCR+Q6sek8bf92,i=1`);
    const cancelled = `C: AUTH SCRAM-SHA-256 ${first}\nS: + ${weak.toString('base64')}\nC: *\nS: -ERR [AUTH] aborted`;
    const next = entered ? `\nC: AUTH PLAIN AGJvYgBzZWNyZXQ=\nS: +OK\n${AFTER}` : '';
    const { error } = await refused(`${capa(...offer)}\n${cancelled}${next}`, true);
    const expected = entered ? 'it let bob in' : expect.objectContaining({ code: 'login-no-mechanism' });
    expect(error).toEqual(expected);
  });

  it('cancels an exchange it cannot follow', async () => {
    const { error } = await refused(
      `${capa('SASL LOGIN')}\nC: AUTH LOGIN\nS: +\nC: Ym9i\nS: +\nC: c2VjcmV0\nS: + UElO\nC: *\nS: -ERR Authentication aborted by client.`,
      true,
    );
    expect(error).toMatchObject({ code: 'login-refused' });
  });

  it.each([
    ['bob\r\nDELE 1', 'secret'],
    ['bob', 'secret\n'],
    ['bob', 'sec\0ret'],
  ])('refuses line breaks and NUL before anything is sent: %j %j', async (user, password) => {
    for (const script of [BARE, capa('SASL PLAIN LOGIN', 'USER', 'UTF8')]) {
      const { client, transport } = await open(script);
      const sent = transport.writes.length;
      await expect(client.login({ user: user, password: password })).rejects.toMatchObject({
        code: 'bad-input',
      });
      expect(transport.writes).toHaveLength(sent);
    }
  });
});

describe('a password that looks like protocol', () => {
  it.each(['OK', '+', 'K', '+OK in'])('%j does not spoil the reply to it', async (password) => {
    const session = await open(`${passScript(password, '+OK in')}\n${AFTER}`, {
      secure: true,
      security: 'tls',
    });
    await session.client.login({ user: 'bob', password: password });
    expect(session.transport.remaining).toEqual([]);
  });

  it.each(['ERR', '-', 'IN-USE', '['])('%j does not change why it was refused', async (password) => {
    const script = passScript(password, '-ERR [IN-USE] locked');
    const session = await open(script, { secure: true, security: 'tls' });
    await expect(session.client.login({ user: 'bob', password: password })).rejects.toMatchObject({
      code: 'maildrop-in-use',
    });
  });
});

it('a password beyond ASCII is not shown when the server repeats it', async () => {
  const octets = Buffer.from('pässwörd 密').toString('latin1');
  const script = passScript(octets, `-ERR no: ${octets}`);
  const session = await open(script, { secure: true, security: 'tls' });
  const error: unknown = await session.client
    .login({ user: 'bob', password: 'pässwörd 密' })
    .catch((caught: unknown) => caught);
  expect(JSON.stringify(error)).not.toContain('ssw');
  expect(session.transcript.join('\n')).not.toContain('ssw');
});
