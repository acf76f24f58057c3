/** Whatever way is taken, and though the server repeats every word it hears, no secret comes into the transcript. */
import { describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { Pop3Client } from '../../../web/pop3/client.ts';
import { recorded } from '../../../web/sync/record.ts';
import type { SessionTranscript } from '../../../web/model/transcript.ts';
import type { Transport } from '../../../web/wire/transport.ts';
import { account } from '../store/mail-fixtures.ts';
import { bytes, latin1 } from '../../support/octets.ts';
import { fixedContext } from '../../support/sasl.ts';
import { ScriptedTransport, TLS_FACTS } from '../../support/scripted-transport.ts';

const PASSWORD = 'correct horse';
const TOKEN = 'ya29.token-of-an-account';

const base64 = (text: string): string => btoa(text);

/** Lets every login fail, and says back all that it hears: as text, and as a challenge. */
class EchoServer implements Transport {
  readonly security = TLS_FACTS;
  /** All that must stay secret of what the client has sent: whole responses and the last words of commands. */
  readonly payloads: string[] = [];
  readonly #mechanism: string;
  readonly #ready: Uint8Array[];
  #waiting: ((chunk: Uint8Array | null) => void) | null = null;
  #exchange = 0;

  constructor(mechanism: string) {
    this.#mechanism = mechanism;
    this.#ready = [bytes(`+OK ready${mechanism === 'APOP' ? ' <1.2@example.test>' : ''}\r\n`)];
  }

  read(): Promise<Uint8Array | null> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#serve();
    });
  }

  write(octets: Uint8Array): Promise<void> {
    for (const line of latin1(octets).split('\r\n').slice(0, -1)) this.#ready.push(bytes(this.#answer(line)));
    this.#serve();
    return Promise.resolve();
  }

  startTls(): Promise<void> {
    return Promise.reject(new Error('TLS runs already'));
  }

  close(): void {
    this.#ready.length = 0;
  }

  #serve(): void {
    const resolve = this.#waiting;
    const chunk = this.#ready.shift();
    if (resolve === null || chunk === undefined) {
      if (chunk !== undefined) this.#ready.unshift(chunk);
      return;
    }
    this.#waiting = null;
    resolve(chunk);
  }

  #answer(line: string): string {
    const [verb = '', ...words] = line.split(' ');
    if (verb === 'CAPA') {
      const own = /^(?:APOP|USER)$/.test(this.#mechanism) ? 'USER' : `SASL ${this.#mechanism}`;
      return `+OK\r\n${own}\r\nUTF8 USER\r\n.\r\n`;
    }
    if (verb === 'UTF8') return '+OK\r\n';
    if (verb === 'USER') return `+OK you are ${words.join(' ')}\r\n`;
    const payload = /^(?:PASS|APOP|AUTH)$/.test(verb) ? words.slice(verb === 'PASS' ? 0 : 1).join(' ') : line;
    if (payload.length > 3) this.payloads.push(payload);
    if (verb === 'AUTH') this.#exchange = 0;
    const challenge = /^(?:PASS|APOP)$/.test(verb) ? null : this.#challenge(line);
    return challenge === null ? `-ERR no: ${line}\r\n` : `+ ${challenge}\r\n`;
  }

  /** One that makes sense, so that the mechanism goes on; then what was heard, said back. */
  #challenge(line: string): string | null {
    this.#exchange += 1;
    if (this.#exchange === 1) return base64(this.#firstChallenge(line));
    return this.#exchange < 4 && line !== '*' ? line : null;
  }

  #firstChallenge(line: string): string {
    if (this.#mechanism === 'DIGEST-MD5') return 'realm="r",nonce="n",qop="auth",algorithm=md5-sess';
    if (this.#mechanism.startsWith('CRAM')) return '<1.2@example.test>';
    const nonce = /r=([^,]+)/.exec(atob(line.split(' ')[2] ?? ''))?.[1];
    return nonce === undefined ? '' : `r=${nonce}more,s=${base64('salt')},i=4096`;
  }
}

const BY_PASSWORD = [
  'USER',
  'APOP',
  'PLAIN',
  'LOGIN',
  'CRAM-MD5',
  'CRAM-SHA1',
  'CRAM-SHA256',
  'DIGEST-MD5',
  'SCRAM-SHA-1',
  'SCRAM-SHA-256',
  'SCRAM-SHA-512',
];
const BY_TOKEN = ['XOAUTH2', 'OAUTHBEARER'];

async function transcriptOf(mechanism: string): Promise<{ lines: string[]; payloads: string[] }> {
  const server = new EchoServer(mechanism);
  const kept: SessionTranscript[] = [];
  const parts = { keep: async (session: SessionTranscript) => void kept.push(session), now: () => 0 };
  const person = { ...account('anna'), user: 'anna@example.test' };
  const login = BY_TOKEN.includes(mechanism)
    ? { user: person.user, password: '', accessToken: TOKEN }
    : { user: person.user, password: PASSWORD };
  await expect(
    recorded(parts, { account: person, password: PASSWORD, security: null }, async (onTranscript) => {
      const options = { security: 'tls', sasl: fixedContext(), onTranscript } as const;
      const client = await Pop3Client.open(server, options);
      await client.login(login);
    }),
  ).rejects.toMatchObject({ hop: 'login' });
  expect(kept).toHaveLength(1);
  return { lines: kept[0]?.lines ?? [], payloads: server.payloads };
}

describe('the transcript of a login', () => {
  it.each([...BY_PASSWORD, ...BY_TOKEN])('holds no secret by %s', async (mechanism) => {
    const { lines, payloads } = await transcriptOf(mechanism);
    const text = lines.join('\n');
    expect(payloads.length).toBeGreaterThan(0);
    for (const secret of [PASSWORD, TOKEN, base64(PASSWORD), base64(TOKEN), ...payloads]) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain('********');
    expect(text).not.toContain('anna');
    expect(text).toMatch(
      mechanism === 'USER' ? /C: USER ‹user›@example\.test/ : new RegExp(`C: .*${mechanism.slice(0, 4)}`),
    );
  });

  it('says which code ended it', async () => {
    const kept: SessionTranscript[] = [];
    const parts = { keep: async (session: SessionTranscript) => void kept.push(session), now: () => 7 };
    const work = recorded(
      parts,
      { account: account('anna'), password: 'x', security: TLS_FACTS },
      async (onTranscript) => onTranscript('S: +OK'),
    );
    await work;
    expect(kept).toEqual([
      {
        startedAt: 7,
        endedAt: 7,
        host: account('anna').incoming.host,
        port: account('anna').incoming.port,
        security: account('anna').incoming.security,
        error: null,
        lines: ['-- TLS TLSv1.3 TLS_AES_256_GCM_SHA384', 'S: +OK'],
      },
    ]);
  });

  it.each([
    ['S: -ERR [IN-USE] anna is here', '-- maildrop-in-use: [IN-USE] ‹user› is here'],
    ['S: 220 mx ESMTP', '-- not-pop3: 220 mx ESMTP'],
    ['-- end', '-- connection-lost'],
  ])('shows what ended it, also before anything was asked: %s', async (script, line) => {
    const kept: SessionTranscript[] = [];
    const parts = { keep: async (session: SessionTranscript) => void kept.push(session), now: () => 0 };
    const session = { account: { ...account('anna'), user: 'anna' }, password: 'x', security: null };
    const work = recorded(parts, session, async (onTranscript) => {
      const options = { security: 'none', sasl: fixedContext(), onTranscript } as const;
      await Pop3Client.open(new ScriptedTransport(script), options);
    });
    await expect(work).rejects.toMatchObject({ code: line.split(/[: ]+/)[1] });
    expect(kept[0]?.lines).toEqual([line]);
  });

  it('hides what a server repeats much later', async () => {
    const forms = ['correct horse', btoa('correct horse'), btoa('\0anna\0correct horse')];
    const kept: SessionTranscript[] = [];
    const parts = { keep: async (session: SessionTranscript) => void kept.push(session), now: () => 0 };
    const session = { account: { ...account('anna'), user: 'anna' }, password: PASSWORD, security: null };
    const work = recorded(parts, session, async (onTranscript) => {
      onTranscript('C: AUTH PLAIN ********');
      for (const form of forms) onTranscript(`S: +OK you said "${form}"`);
      throw new PoplarError('connection-lost', 'connection', { detail: { said: forms.join() } });
    });
    await expect(work).rejects.toMatchObject({ code: 'connection-lost' });
    const repeated = 'S: +OK you said "********"';
    expect(kept[0]?.lines).toEqual([
      'C: AUTH PLAIN ********',
      repeated,
      repeated,
      repeated,
      '-- connection-lost',
    ]);
  });

  it('hides no failure behind one of the store, and no failure of the store behind success', async () => {
    const parts = { keep: () => Promise.reject(new Error('disk')), now: () => 0 };
    const session = { account: account('anna'), password: 'x', security: null };
    const failing = recorded(parts, session, () => Promise.reject(new Error('server')));
    await expect(failing).rejects.toThrow('server');
    await expect(recorded(parts, session, async () => 1)).rejects.toThrow('disk');
  });
});
