/** What is learnt of a server holds beyond the visit, for the same server alone. */
import { describe, expect, it } from 'vitest';
import type { PoplarError } from '../../../web/errors.ts';
import type { ServerNotes } from '../../../web/model/server-notes.ts';
import { fingerprintOf } from '../../../web/pop3/fingerprint.ts';
import { VisitNotes } from '../../../web/pop3/visit-notes.ts';
import { open } from './scripts.ts';

const bob = { user: 'bob', password: 'secret' };
const PLAIN = 'AGJvYgBzZWNyZXQ=';
const USER = 'C: USER bob\nS: +OK\nC: PASS secret\nS: +OK';
const capa = (...lines: string[]): string =>
  ['C: CAPA', 'S: +OK', ...lines.map((line) => `S: ${line}`), 'S: .'].join('\n');

/** Logs in by this script with what an earlier visit has left; fails when a line of it was not said. */
async function visit(script: string, remembered: ServerNotes | null = null): Promise<ServerNotes> {
  const notes = new VisitNotes(remembered);
  const { client, transport } = await open(script, { secure: true, security: 'tls', notes });
  await client.login(bob);
  expect(transport.remaining).toEqual([]);
  return notes.lasting(1000);
}

describe('the next visit', () => {
  it('spares a server of the old days what it counted as strikes', async () => {
    const notes = await visit(`S: +OK old\nC: CAPA\nS: -ERR what\nC: AUTH\nS: -ERR what\n${USER}`);
    expect(notes).toMatchObject({ skipCapa: true, skipAuthListing: true, learntAt: 1000 });
    expect(await visit(`S: +OK old\n${USER}`, notes)).toEqual(notes);
  });

  it('asks again where the refusal was one of a bad moment', async () => {
    const notes = await visit(
      `S: +OK\nC: CAPA\nS: -ERR [SYS/TEMP] later\nC: AUTH\nS: -ERR [SYS/TEMP] later\n${USER}`,
    );
    expect(notes).toMatchObject({ skipCapa: false, skipAuthListing: false });
  });

  it('believes nothing of that before STLS, where anybody may have said it', async () => {
    for (const [answer, skipCapa] of [
      ['S: -ERR [SYS/TEMP] later', false],
      ['S: -ERR', true],
    ] as const) {
      const notes = new VisitNotes();
      const tls = `S: +OK\nC: CAPA\nS: -ERR\nC: STLS\nS: +OK\n-- TLS\nC: CAPA\n${answer}`;
      const script = `${tls}\nC: AUTH\nS: -ERR\n${USER}`;
      const { client } = await open(script, { security: 'starttls', notes });
      await client.login(bob);
      expect(notes.lasting(0)).toMatchObject({ skipCapa, skipAuthListing: true });
    }
  });

  it('asks behind TLS, and the next time, whoever hung up on CAPA before it', async () => {
    const notes = new VisitNotes();
    const options = { security: 'starttls', notes } as const;
    const hungUp: unknown = await open('S: +OK\nC: CAPA\n-- end', options).catch((error: unknown) => error);
    expect(hungUp).toMatchObject({ code: 'connection-lost' });
    expect(notes.learn(hungUp as PoplarError)).toBe(true);
    const behind = `-- TLS\n${capa('USER')}\n${USER}\n${capa('USER')}`;
    const { client, transport } = await open(`S: +OK\nC: STLS\nS: +OK\n${behind}`, options);
    await client.login(bob);
    expect([transport.remaining, notes.lasting(0).skipCapa]).toEqual([[], false]);
  });

  it('asks again where another server greets', async () => {
    const notes = await visit(`S: +OK old\nC: CAPA\nS: -ERR\nC: AUTH\nS: -ERR\n${USER}`);
    const now = await visit(`S: +OK new\n${capa('USER')}\n${USER}\n${capa('USER')}`, notes);
    expect(now).toMatchObject({ skipCapa: false, fingerprint: 'new' });
  });

  it('leaves out a mechanism that is listed and not spoken', async () => {
    const listed = capa('SASL PLAIN LOGIN');
    const notes = await visit(
      `S: +OK\n${listed}\nC: AUTH PLAIN ${PLAIN}\nS: -ERR unsupported\nC: AUTH LOGIN\nS: +\nC: Ym9i\nS: +\nC: c2VjcmV0\nS: +OK\n${listed}`,
    );
    expect(notes.deadWays).toEqual(['PLAIN']);
    const login = `C: AUTH LOGIN\nS: +\nC: Ym9i\nS: +\nC: c2VjcmV0\nS: +OK`;
    expect(await visit(`S: +OK\n${listed}\n${login}\n${listed}`, notes)).toEqual(notes);
  });

  it('asks for UTF-8 mode where the server wants it, and from then on at once', async () => {
    const start = 'S: +OK\nC: CAPA\nS: -ERR\nC: AUTH\nS: -ERR';
    const refused = 'C: USER bob\nS: +OK\nC: PASS secret\nS: -ERR [UTF8] only in UTF-8 mode';
    const notes = await visit(`${start}\n${refused}\nC: UTF8\nS: +OK\n${USER}`);
    expect(notes.utf8).toBe(true);
    await visit(`S: +OK\nC: UTF8\nS: +OK\n${USER}`, notes);
  });

  it('tries it after all where nothing else is left, and remembers that it works now', async () => {
    const old = {
      fingerprint: '',
      learntAt: 5,
      skipCapa: false,
      skipAuthListing: false,
      twoSteps: false,
      utf8: false,
      oneByOne: false,
    };
    const listed = capa('SASL PLAIN');
    const notes = await visit(`S: +OK\n${listed}\nC: AUTH PLAIN ${PLAIN}\nS: +OK\n${listed}`, {
      ...old,
      deadWays: ['PLAIN'],
    });
    expect(notes).toEqual({ ...old, deadWays: [] });
  });
});

describe('the fingerprint of a greeting', () => {
  it.each([
    ['Dovecot (Debian) ready.', 'Dovecot (Debian) ready.'],
    ['POP3 pop-12.example.test v2007f.104 server ready', 'server ready'],
    [
      'Qpopper (version 4.0.5) at mail.example.test starting.  <123.456@mail.example.test>',
      'Qpopper (version 4.0.5) at mail.example.test starting.',
    ],
    [
      'The Microsoft Exchange POP3 service is ready. [TABPADIAUAAxADIAMwBDAEEAMAAyADcAMgAu]',
      'The Microsoft Exchange service is ready.',
    ],
    ['Gpop ready for requests from 203.0.113.9 d4mb123456', 'Gpop ready for requests from'],
    ['ready Sat, 28 Nov 2026 11:46:11 +0000', 'ready'],
    ['', ''],
  ])('of %j is %j', (greeting, fingerprint) => {
    expect(fingerprintOf(greeting)).toBe(fingerprint);
  });

  it('is of bounded length', () => {
    expect(fingerprintOf('word '.repeat(1000)).length).toBeLessThanOrEqual(120);
  });
});
