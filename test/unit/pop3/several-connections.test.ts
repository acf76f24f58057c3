/** Servers that hang up on what they do not like: the next connection does better, and there is an end to it. */
import { describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { VisitNotes } from '../../../web/pop3/visit-notes.ts';
import type { Pop3Client } from '../../../web/pop3/client.ts';
import { open } from './scripts.ts';

const bob = { user: 'bob', password: 'secret' };
const capa = (...lines: string[]): string =>
  ['S: +OK', 'C: CAPA', 'S: +OK', ...lines.map((line) => `S: ${line}`), 'S: .'].join('\n');
const IN = 'S: +OK\nC: CAPA\nS: +OK\nS: .';
const PLAIN = 'AGJvYgBzZWNyZXQ=';
const SCRAM_FIRST = 'biwsbj1ib2Iscj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0w=';

/** Logs in over as many connections as there are scripts; the last error, or null. Fails when not all were used. */
async function visit(...scripts: string[]): Promise<PoplarError | null> {
  const notes = new VisitNotes();
  for (const [at, script] of scripts.entries()) {
    try {
      const session: { client: Pop3Client } = await open(script, { secure: true, security: 'tls', notes });
      await session.client.login(bob);
      expect(at).toBe(scripts.length - 1);
      return null;
    } catch (error) {
      if (!(error instanceof PoplarError)) throw error;
      if (notes.learn(error)) continue;
      expect(at).toBe(scripts.length - 1);
      return error;
    }
  }
  throw new Error('it wants another connection');
}

describe('a server that hangs up', () => {
  it('on CAPA is not asked again', async () => {
    const second = 'S: +OK\nC: AUTH\nS: -ERR\nC: USER bob\nS: +OK\nC: PASS secret\nS: +OK';
    expect(await visit('S: +OK\nC: CAPA\n-- end', second)).toBeNull();
  });

  it('on AUTH alone is not asked again', async () => {
    const bare = 'S: +OK\nC: CAPA\nS: -ERR';
    const second = `${bare}\nC: USER bob\nS: +OK\nC: PASS secret\nS: +OK`;
    expect(await visit(`${bare}\nC: AUTH\n-- end`, second)).toBeNull();
  });

  it('on an initial response gets it in two steps', async () => {
    const first = `${capa('SASL PLAIN')}\nC: AUTH PLAIN ${PLAIN}\n-- end`;
    const second = `${capa('SASL PLAIN')}\nC: AUTH PLAIN\nS: +\nC: ${PLAIN}\n${IN}`;
    expect(await visit(first, second)).toBeNull();
  });

  it('after a refusal gets the next mechanism on a new connection', async () => {
    const refused = `C: AUTH SCRAM-SHA-256 ${SCRAM_FIRST}\nS: -ERR [AUTH] no`;
    const first = `${capa('SASL PLAIN SCRAM-SHA-256')}\n${refused}\nC: AUTH PLAIN ${PLAIN}\n-- end`;
    const second = `${capa('SASL PLAIN SCRAM-SHA-256')}\nC: AUTH PLAIN ${PLAIN}\n${IN}`;
    expect(await visit(first, second)).toBeNull();
  });

  it('whatever comes is left after a few connections, with what it said of the password', async () => {
    const refused = `C: AUTH SCRAM-SHA-256 ${SCRAM_FIRST}\nS: -ERR [AUTH] no`;
    const first = `${capa('SASL PLAIN SCRAM-SHA-256')}\n${refused}\nC: AUTH PLAIN ${PLAIN}\n-- end`;
    const second = `${capa('SASL PLAIN SCRAM-SHA-256')}\nC: AUTH PLAIN ${PLAIN}\nS: -ERR [AUTH] still no`;
    expect(await visit(first, second)).toMatchObject({
      code: 'login-refused',
      detail: { said: '[AUTH] no' },
    });
  });

  it('at the greeting is not called again', async () => {
    expect(await visit('-- end')).toMatchObject({ code: 'connection-lost' });
  });

  it('in the middle of PASS twice is not called for ever', async () => {
    const hangUp = `${capa('USER')}\nC: USER bob\nS: +OK\nC: PASS secret\n-- end`;
    expect(await visit(hangUp, capa('USER'))).toMatchObject({ code: 'connection-lost' });
  });
});

describe('a refusal of the credentials', () => {
  it('leads from SCRAM to the password as it is, once', async () => {
    const script = `${capa('SASL SCRAM-SHA-256 PLAIN LOGIN', 'USER')}
C: AUTH SCRAM-SHA-256 ${SCRAM_FIRST}
S: -ERR [AUTH] no
C: AUTH PLAIN ${PLAIN}
S: -ERR [AUTH] no`;
    expect(await visit(script)).toMatchObject({ code: 'login-refused' });
  });

  it.each([
    ['[IN-USE] locked', 'maildrop-in-use'],
    ['[SYS/TEMP] later', 'login-temporary'],
    ['[SYS/PERM] closed', 'server-refused'],
  ])('does not follow from %j', async (said, code) => {
    const script = `${capa('SASL SCRAM-SHA-256 PLAIN')}\nC: AUTH SCRAM-SHA-256 ${SCRAM_FIRST}\nS: -ERR ${said}`;
    expect(await visit(script)).toMatchObject({ code });
  });
});

describe('an access token', () => {
  const first = Buffer.from('user=bob\x01auth=Bearer old\x01\x01').toString('base64');
  const second = Buffer.from('user=bob\x01auth=Bearer new\x01\x01').toString('base64');
  const refused = `C: AUTH XOAUTH2\nS: +\nC: ${first}\nS: + eyJzdGF0dXMiOiI0MDEifQ==\nC: \nS: -ERR [AUTH] no`;

  it('that is refused is refreshed once, in two steps each', async () => {
    const script = `${capa('SASL XOAUTH2 PLAIN')}\n${refused}\nC: AUTH XOAUTH2\nS: +\nC: ${second}\n${IN}`;
    const { client, transport } = await open(script, { secure: true, security: 'tls' });
    await client.login({ user: 'bob', password: '', accessToken: 'old', refreshToken: async () => 'new' });
    expect(transport.remaining).toEqual([]);
  });

  it('that is refused twice is refused, and no password is sent in its place', async () => {
    const again = refused.replace(first, second);
    const { client, transport } = await open(`${capa('SASL XOAUTH2 PLAIN')}\n${refused}\n${again}`, {
      secure: true,
      security: 'tls',
    });
    const login = { user: 'bob', password: 'x', accessToken: 'old', refreshToken: async () => 'new' };
    await expect(client.login(login)).rejects.toMatchObject({ code: 'login-refused' });
    expect(transport.remaining).toEqual([]);
  });
});
