/** Quirks met before a maildrop is open: greetings, CAPA, mechanisms, refusals, TLS. */
import { expect } from 'vitest';
import { PoplarError } from '../../../../web/errors.ts';
import { patienceMs } from '../../../../web/pop3/patience.ts';
import { cleanDraft } from '../../../../web/worker/draft.ts';
import { BARE, BARE_LOGIN, BARE_WAYS, open } from '../scripts.ts';
import { BYE, listing, retr, type Quirk } from './rig.ts';

const ONE = `${listing(['1 a'])}${retr(1, 'one')}${BYE}`;
const fetchesOne = { fetched: ['one\r\n'], error: null };
const capa = (...tags: string[]): string =>
  `S: +OK\nC: CAPA\nS: +OK\n${tags.map((tag) => `S: ${tag}\n`).join('')}S: .\n`;
const USER = 'C: USER bob\nS: +OK\nC: PASS secret\nS: +OK\n';
const AGAIN = 'C: CAPA\nS: -ERR\n';
const PLAIN = 'AGJvYgBzZWNyZXQ=';

/** A refusal of the password in a server's words, over TLS. */
const refused = (words: string, error: string): Quirk['shown'] => [
  {
    connections: [`${capa('USER')}C: USER bob\nS: +OK\nC: PASS secret\nS: ${words}`],
    security: 'tls',
    outcome: { error, fetched: [] },
  },
];

export const LOGIN_QUIRKS: readonly Quirk[] = [
  {
    row: 1,
    server: 'popa3d',
    quirk: 'says +OK and -ERR without any text',
    shown: [
      {
        connections: [`${BARE_LOGIN}${listing(['1 a', '2 b'])}C: RETR 2\nS: -ERR\n${retr(1, 'one')}${BYE}`],
        outcome: { ...fetchesOne, skipped: ['b command-refused'] },
      },
    ],
  },
  {
    row: 2,
    server: 'popa3d, solid-pop3d',
    quirk: 'refuse CAPA',
    shown: [{ connections: [`${BARE_LOGIN}${ONE}`], outcome: fetchesOne }],
  },
  {
    row: 2,
    server: 'old servers',
    quirk: 'hang up on CAPA, and are not asked again',
    shown: [
      {
        connections: ['S: +OK\nC: CAPA\n-- end', `S: +OK\nC: AUTH\nS: -ERR\n${USER}${ONE}`],
        outcome: fetchesOne,
      },
    ],
  },
  {
    row: 3,
    server: 'mailutils, Twisted',
    quirk: 'write capabilities with typing errors, unknown words, blanks and in lower case',
    shown: [
      {
        connections: [
          `${capa('user  ', 'EXPIRENEVER', 'X-GOOGLE-RICO', '', 'PIPELINE CELERITY AUSPEX POTENCE')}${USER}${capa('uidl', 'pipelining ').slice('S: +OK\n'.length)}C: UIDL\nC: LIST\nS: +OK\nS: 1 a\nS: .\nS: +OK\nS: .\n${retr(1, 'one')}${BYE}`,
        ],
        outcome: fetchesOne,
      },
    ],
  },
  {
    row: 4,
    server: 'UW ipop3d',
    quirk: 'answers AUTH with fewer mechanisms than it takes',
    shown: async () => {
      const { client, transport } = await open(
        `${BARE}C: AUTH\nS: +OK\nS: GSSAPI\nS: .\n${USER}C: QUIT\nS: +OK`,
      );
      await client.login({ user: 'bob', password: 'secret' });
      await client.quit();
      expect(transport.remaining).toEqual([]);
    },
  },
  {
    row: 4,
    server: 'various',
    quirk: 'offer a mechanism and then do not know it',
    shown: [
      {
        connections: [
          `${capa('SASL LOGIN PLAIN')}C: AUTH PLAIN ${PLAIN}\nS: -ERR Unsupported authentication mechanism\nC: AUTH LOGIN\nS: + VXNlcm5hbWU6\nC: Ym9i\nS: + UGFzc3dvcmQ6\nC: c2VjcmV0\nS: +OK\n${AGAIN}${ONE}`,
        ],
        security: 'tls',
        outcome: fetchesOne,
      },
    ],
  },
  {
    row: 5,
    server: 'Dovecot',
    quirk: 'marks the lack of TLS as if the password were wrong',
    shown: [
      {
        connections: [
          `${BARE_WAYS}C: USER bob\nS: -ERR [AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.`,
        ],
        outcome: { error: 'login-needs-tls' },
      },
    ],
  },
  {
    row: 5,
    server: 'WildDuck',
    quirk: 'refuses USER in clear in words that say nothing of TLS',
    shown: [
      {
        connections: [`${capa('STLS', 'USER')}C: USER bob\nS: -ERR Command is not valid in this state`],
        outcome: { error: 'login-needs-tls' },
      },
    ],
  },
  {
    row: 6,
    server: 'popa3d, WildDuck',
    quirk: 'hang up after a refused password: the next mechanism gets a connection of its own',
    shown: [
      {
        connections: [
          `${capa('SASL CRAM-MD5 PLAIN')}C: AUTH PLAIN ${PLAIN}\nS: -ERR no\nC: AUTH CRAM-MD5\n-- end`,
          `${capa('SASL CRAM-MD5 PLAIN')}C: AUTH CRAM-MD5\nS: + PDFAeD4=\nC: Ym9iIDQ0NTNjM2QwZmQxNjg3OTJkNTY1YzcyOGI0ZGY2NzM5\nS: +OK\n${AGAIN}${ONE}`,
        ],
        security: 'tls',
        outcome: fetchesOne,
      },
    ],
  },
  {
    row: 7,
    server: 'Dovecot',
    quirk: 'answers a login after up to 15 s when earlier ones failed',
    shown: () => {
      for (const verb of ['USER', 'PASS', 'APOP', 'AUTH'] as const)
        expect(patienceMs(verb)).toBeGreaterThanOrEqual(60_000);
    },
  },
  {
    row: 8,
    server: 'mailutils, Dovecot',
    quirk: 'refuse a second session with [IN-USE]',
    shown: refused('-ERR [IN-USE] Mailbox is locked by another POP3 session.', 'maildrop-in-use'),
  },
  {
    row: 8,
    server: 'UW ipop3d',
    quirk: 'refuses a second session in words',
    shown: refused("-ERR Can't get lock.  Mailbox in use", 'maildrop-in-use'),
  },
  {
    row: 19,
    server: 'Outlook.com',
    quirk: 'hangs up on a token in the line of AUTH: it comes in two steps',
    shown: async () => {
      const token = Buffer.from('user=bob\x01auth=Bearer T\x01\x01').toString('base64');
      const script = `${capa('SASL PLAIN XOAUTH2')}C: AUTH XOAUTH2\nS: +\nC: ${token}\nS: +OK\n${AGAIN}${BYE}`;
      const { client, transport } = await open(script, { secure: true, security: 'tls' });
      await client.login({ user: 'bob', password: '', accessToken: 'T' });
      await client.quit();
      expect(transport.remaining).toEqual([]);
    },
  },
  {
    row: 19,
    server: 'Exchange',
    quirk: 'refuses the password in words of its own',
    shown: refused('-ERR Logon failure: unknown user name or bad password.', 'login-refused'),
  },
  {
    row: 21,
    server: 'QQ, 163',
    quirk: 'refuse in GBK',
    shown: [
      {
        connections: [
          `${BARE_WAYS}C: USER bob\nS: +OK\nC: PASS secret\nS: -ERR \xc7\xeb\xca\xb9\xd3\xc3\xca\xda\xc8\xa8\xc2\xeb`,
        ],
        outcome: { error: 'login-refused', said: '请使用授权码' },
      },
    ],
  },
  {
    row: 26,
    server: 'an attacker',
    quirk: 'says more in clear behind the +OK of STLS',
    shown: [
      {
        connections: [`${capa('STLS')}C: STLS\nS: +OK\nS: +OK injected`],
        security: 'starttls',
        outcome: { error: 'tls-injection' },
      },
    ],
  },
  {
    row: 27,
    server: 'various',
    quirk: 'have certificates that are expired, self-signed or for another name',
    shown: (
      ['certificate-expired', 'certificate-self-signed', 'certificate-wrong-name', 'tls-too-old'] as const
    ).map((code) => ({
      connections: [new PoplarError(code, 'tls', { detail: { subject: 'CN=other' } })],
      security: 'tls' as const,
      outcome: { error: code },
    })),
  },
  {
    row: 28,
    server: 'Courier',
    quirk: 'replaces messages with UTF-8 headers unless UTF8 was said before the login',
    shown: [
      {
        connections: [`${capa('UTF8', 'USER')}C: UTF8\nS: +OK\n${USER}${AGAIN}${ONE}`],
        outcome: fetchesOne,
      },
    ],
  },
  {
    row: 29,
    server: 'solid-pop3d',
    quirk: 'refuses the right password when a message is damaged',
    shown: refused('-ERR message is damaged', 'login-temporary'),
  },
  {
    row: 29,
    server: 'solid-pop3d',
    quirk: 'shows a new Maildir as empty at the first login',
    shown: [
      { connections: [`${BARE_LOGIN}${listing([])}${BYE}`], outcome: { fetched: [], error: null } },
      { connections: [`${BARE_LOGIN}${ONE}`], outcome: fetchesOne },
    ],
  },
  {
    row: 34,
    server: 'people',
    quirk: 'type blanks around names, and passwords that have them',
    shown: () => {
      const incoming = { host: ' pop.example.test ', port: 995, security: 'tls' as const };
      const given = { displayName: '', incoming, rememberPassword: false, demo: false };
      const draft = { ...given, address: ' bob@example.test', user: ' bob ', password: ' secret ' };
      expect(cleanDraft(draft)).toMatchObject({
        ...{ user: 'bob', password: ' secret ', address: 'bob@example.test' },
        incoming: { host: 'pop.example.test' },
      });
    },
  },
];
