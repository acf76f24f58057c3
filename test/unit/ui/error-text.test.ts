/** Every error has words, the words keep to the house's tone, and facts that are missing leave no holes. */
import { describe, expect, it } from 'vitest';
import { PoplarError, type ErrorCode, type ErrorDetail } from '../../../web/errors.ts';
import { errorText, errorWriters } from '../../../web/ui/error-text.ts';

const codes = Object.keys(errorWriters) as ErrorCode[];

const everyFact: ErrorDetail = {
  host: 'pop.example.com',
  port: 995,
  address: '10.0.0.7',
  said: '-ERR go away',
  message: 'ECONNRESET',
  user: 'ada',
  security: 'tls',
  found: 'smtp',
  field: 'host',
  verb: 'RETR',
  seconds: 90,
  octets: 60_000_000,
  limitOctets: 50_000_000,
  offered: 'GSSAPI',
  names: 'mail.example.net, example.net',
  issuer: 'Example CA',
  subject: 'mail.example.net',
  sha256: 'AB:CD',
  validFromMs: Date.UTC(2030, 0, 2),
  validToMs: Date.UTC(2024, 10, 3),
};

const say = (code: ErrorCode, detail: ErrorDetail = {}): string => {
  const { title, advice } = errorText({ code, detail });
  return `${title} ${advice}`;
};

describe.each(codes)('the words for %s', (code) => {
  it.each([
    ['a bridge', { ...everyFact, bridge: 'wss://bridge.example.org/way', elsewhere: true }],
    ['every fact', everyFact],
    ['no fact', {}],
    ['empty facts', Object.fromEntries(Object.keys(everyFact).map((key) => [key, '']))],
    ['facts of the wrong type', Object.fromEntries(Object.keys(everyFact).map((key) => [key, true]))],
  ])('read well with %s', (_name, detail) => {
    const { title, advice } = errorText(new PoplarError(code, 'page', { detail }));
    expect(title).toMatch(/^[A-Zp].{4,}[^.\s]$/);
    expect(advice).toMatch(/^[A-Z“].{15,}\.$/);
    expect(`${title} ${advice}`).not.toMatch(
      /undefined|null|NaN|\[object| {2}|“”|\(\)|please|sorry|something went wrong|oops|!|client|backend|sync engine/i,
    );
  });
});

describe('the words', () => {
  it.each([
    [
      'storage-blocked',
      'older-version-open',
      /^Another tab still runs an older Poplar .*Close the other tabs/,
    ],
    ['storage-blocked', 'newer-version-opened', /^A newer Poplar was opened .*Reload it/],
    ['storage-blocked', 'newer-version-stored', /^A newer Poplar has stored .*Reload it/],
    ['storage-failed', 'deleted', /^The mail on this device was deleted .*fetched again/],
    ['storage-failed', 'terminated', /^The browser has closed the mail store .*Reload/],
    ['storage-failed', 'damaged', /damaged .*“Check and repair” in the settings/],
    ['storage-failed', 'DataError', /did not do its work .*“Check and repair” in the settings/],
  ] as const)('say of %s by %s what to do', (code, reason, words) => {
    expect(say(code, { reason })).toMatch(words);
  });

  it('name host and port where the connection failed', () => {
    const title = errorText({ code: 'connection-refused', detail: everyFact }).title;
    expect(title).toBe('pop.example.com accepts no connections on port 995');
  });

  it.each([
    ['pop2', 'h is a POP2 server on port 25'],
    ['pop1', 'first POP'],
    ['kpop', 'needs a ticket of your company’s network'],
    ['smtp', 'h is an SMTP server on port 25 That is for sending mail. POP3 usually answers on port 995'],
    ['imap', 'h is an IMAP server on port 25 IMAP is another way of reading mail.'],
    ['http', 'web server'],
    ['ssh', 'SSH'],
    ['nntp', 'newsgroups'],
    ['tls', 'This port expects TLS from the first byte: choose TLS, port 995.'],
    ['unknown', 'does not answer like a POP3 server'],
    ['constructor', 'does not answer like a POP3 server'],
  ])('tell what to change when %s answers in place of POP3', (found, words) => {
    expect(say('not-pop3', { host: 'h', port: 25, found })).toContain(words);
  });

  it('keep an unusual port that expects TLS', () => {
    const { action } = errorText({ code: 'not-pop3', detail: { host: 'h', port: 2995, found: 'tls' } });
    expect(action).toEqual({ kind: 'server', label: 'Use TLS, port 2995', port: 2995, security: 'tls' });
  });

  it.each([
    [{ port: 110, security: 'none' }, 'choose TLS on port 995', 'server'],
    [{ port: 995, security: 'tls' }, 'TLS was set up, so the port is right', 'retry'],
    [{ port: 1109, security: 'none' }, 'Port 1109 is that of a KPOP server.', 'server'],
    [{ port: 993, security: 'none' }, 'Port 993 is that of an IMAP server.', 'server'],
    [{ port: 995, security: 'tls', verb: 'UIDL' }, 'It owed the answer to UIDL', 'retry'],
  ])('tell what silence may mean with %j', (detail, words, kind) => {
    expect(say('server-silent', detail)).toContain(words);
    expect(errorText({ code: 'server-silent', detail }).action?.kind).toBe(kind);
  });

  it('name the service whose port was chosen for TLS', () => {
    expect(say('tls-not-spoken', { host: 'h', port: 143 })).toContain('Port 143 is that of an IMAP server');
    expect(say('tls-not-spoken', { host: 'h', port: 995 })).not.toContain('is that of');
  });

  it('offer STARTTLS on port 110 where TLS is not spoken', () => {
    const { advice, action } = errorText({ code: 'tls-not-spoken', detail: everyFact });
    expect(advice).toContain('Choose STARTTLS on port 110');
    expect(action).toEqual({
      kind: 'server',
      label: 'Use STARTTLS, port 110',
      port: 110,
      security: 'starttls',
    });
  });

  it('quote the server without its status word', () => {
    expect(say('login-refused', everyFact)).toContain('The server said: “go away”.');
    expect(say('login-refused', { said: '-ERR' })).not.toContain('said');
  });

  it('show the dates and names of a certificate', () => {
    expect(say('certificate-expired', everyFact)).toContain('until 3 November 2024');
    expect(say('certificate-not-yet-valid', everyFact)).toContain('on 2 January 2030');
    expect(say('certificate-wrong-name', everyFact)).toContain('mail.example.net, example.net');
    expect(say('certificate-incomplete-chain', everyFact)).toContain('the issuer, Example CA');
  });

  it('name the option that allows an old TLS, for this server alone', () => {
    expect(say('tls-too-old', everyFact)).toContain('--legacy-tls pop.example.com');
  });

  it('say for each certificate fault something of its own', () => {
    const certificate = codes.filter((code) => code.startsWith('certificate-'));
    const titles = certificate.map((code) => errorText({ code, detail: everyFact }).title);
    expect(new Set(titles).size).toBe(certificate.length);
  });

  it('advise nothing that a bridge cannot do', () => {
    const { action } = errorText({ code: 'not-pop3', detail: { ...everyFact, bridge: 'websockify' } });
    expect(action?.kind).toBe('retry');
    for (const code of ['not-pop3', 'server-silent', 'login-needs-tls'] as const) {
      expect(say(code, { ...everyFact, verb: '', found: 'tls', bridge: 'websockify' })).toContain(
        '--ssl-target',
      );
    }
  });

  it('tell how a bridge on another site is allowed, and only there', () => {
    const bridge = 'wss://bridge.example.org/way';
    const option = '--connect-origin wss://bridge.example.org.';
    expect(say('bridge-unreachable', { bridge, elsewhere: true })).toContain(option);
    expect(say('bridge-unreachable', { bridge, elsewhere: false })).not.toContain('--connect-origin');
  });

  it.each([
    [{}, 'turned the connection away'],
    [{ verb: 'PASS' }, 'does not let this account in'],
    [{ verb: 'PASS', popIsOff: true }, 'POP3 is switched off for this mailbox'],
    [{ verb: 'AUTH', bridge: 'websockify' }, 'does not let this account in'],
    [{ bridge: 'websockify' }, 'address of the bridge'],
  ])('tell a server that turns everybody away from one that shuts an account out: %j', (detail, words) => {
    expect(say('server-refused', detail)).toContain(words);
  });

  it('name the command that was refused', () => {
    expect(say('command-refused', { host: 'h', verb: 'LIST' })).toContain('h refused the command LIST');
  });

  it('blame the password only when it is the password', () => {
    const asking = codes.filter((code) => errorText({ code, detail: {} }).action?.kind === 'password');
    expect(asking.sort()).toEqual(['login-refused', 'password-needed']);
  });

  it('give the wait and the size in units people use', () => {
    expect(say('login-delay', everyFact)).toContain('2 min');
    expect(say('message-too-large', everyFact)).toContain('It has 60 MB, and the limit is 50 MB.');
  });
});
