import { describe, expect, it } from 'vitest';
import { commandRefusal, isAboutMechanism, loginRefusal } from '../../../web/pop3/refusal.ts';
import { parseStatusLine } from '../../../web/pop3/status-line.ts';
import type { StatusLine } from '../../../web/pop3/status-line.ts';

function status(text: string): StatusLine {
  const parsed = parseStatusLine(`-ERR ${text}`);
  if (parsed === null) throw new Error('not a status');
  return parsed;
}

describe('a refused login', () => {
  const table: { text: string; code: string; retryable: boolean }[] = [
    // Codes.
    { text: '[AUTH] Authentication failed.', code: 'login-refused', retryable: false },
    { text: '[AUTH/EXPIRED] Password expired', code: 'login-refused', retryable: false },
    { text: '[IN-USE] Mailbox is locked by another POP3 session.', code: 'maildrop-in-use', retryable: true },
    { text: '[LOGIN-DELAY] Logins must be at least 1 minute apart', code: 'login-delay', retryable: true },
    { text: '[SYS/TEMP] Temporary authentication failure.', code: 'login-temporary', retryable: true },
    { text: '[SYS/PERM] Mailbox disabled', code: 'server-refused', retryable: false },
    // A code beats words, save where TLS is missing: Dovecot marks that with [AUTH].
    { text: '[AUTH] Login failed, try again', code: 'login-refused', retryable: false },
    {
      text: '[AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.',
      code: 'login-needs-tls',
      retryable: false,
    },
    { text: '[AUTH] Plaintext authentication disabled.', code: 'login-needs-tls', retryable: false },
    // Nor is the password wrong where POP3 is switched off.
    { text: '[AUTH] POP3 is disabled for this mailbox', code: 'server-refused', retryable: false },
    { text: 'Must issue a STLS command first', code: 'login-needs-tls', retryable: false },
    { text: 'TLS is required to log in', code: 'login-needs-tls', retryable: false },
    // Words of servers without codes.
    { text: "Can't get lock.  Mailbox in use", code: 'maildrop-in-use', retryable: true },
    { text: 'maildrop already locked', code: 'maildrop-in-use', retryable: true },
    { text: 'Mailbox busy', code: 'maildrop-in-use', retryable: true },
    { text: 'There is already another POP3 session', code: 'maildrop-in-use', retryable: true },
    { text: 'Temporary problem, please try again later', code: 'login-temporary', retryable: true },
    { text: 'Temporary system problem', code: 'login-temporary', retryable: true },
    { text: 'service unavailable', code: 'login-temporary', retryable: true },
    { text: 'message is damaged', code: 'login-temporary', retryable: true },
    { text: 'user mailbox is locked by another session', code: 'maildrop-in-use', retryable: true },
    { text: 'lockfile exists', code: 'maildrop-in-use', retryable: true },
    { text: 'IN-USE', code: 'maildrop-in-use', retryable: true },
    { text: 'already logged in', code: 'maildrop-in-use', retryable: true },
    { text: '[UTF8] this mailbox needs UTF-8', code: 'utf8-needed', retryable: true },
    { text: '[X/Y] Login failed', code: 'login-refused', retryable: false },
    { text: '[SYS/TEMP/DISK] full', code: 'login-temporary', retryable: true },
    { text: '[SYS/PERM/QUOTA] full', code: 'server-refused', retryable: false },
    { text: '[SYS] Login failed', code: 'login-refused', retryable: false },
    { text: 'Protocol error. Connection is closed. 10', code: 'login-temporary', retryable: true },
    { text: 'internal server error', code: 'login-temporary', retryable: true },
    { text: 'login too frequent', code: 'login-temporary', retryable: true },
    { text: 'connection timed out', code: 'login-temporary', retryable: true },
    { text: 'Your account is not enabled for POP access', code: 'server-refused', retryable: false },
    { text: 'POP3 access disabled for this user', code: 'server-refused', retryable: false },
    { text: 'please enable POP3 in the settings', code: 'server-refused', retryable: false },
    { text: 'account expired', code: 'server-refused', retryable: false },
    { text: 'Your account has been locked', code: 'server-refused', retryable: false },
    { text: 'account suspended', code: 'server-refused', retryable: false },
    // Nothing says otherwise: it may be the password.
    { text: 'Authentication failed (bad password?)', code: 'login-refused', retryable: false },
    { text: 'Logon failure: unknown user name or bad password', code: 'login-refused', retryable: false },
    { text: 'Login failed.', code: 'login-refused', retryable: false },
    { text: 'invalid block size', code: 'login-refused', retryable: false },
    { text: '', code: 'login-refused', retryable: false },
  ];
  it.each(table)('$text → $code', ({ text, code, retryable }) => {
    const error = loginRefusal(status(text), 'PASS', false);
    expect(error).toMatchObject({ code, retryable, hop: 'login' });
    expect(error.detail).toMatchObject({ said: text, verb: 'PASS' });
  });

  it.each([
    ['[LOGIN-DELAY] Logins must be at least 1 minute apart', 60],
    ['[LOGIN-DELAY] minimum time between logins is 180 seconds', 180],
    ['[LOGIN-DELAY] come back in 2 hours', 7200],
    ['[LOGIN-DELAY] wait 30s', 30],
    ['[LOGIN-DELAY] too soon', undefined],
    ['[IN-USE] for 5 minutes', undefined],
  ])('%j asks for %j seconds', (text, seconds) => {
    expect(loginRefusal(status(text), 'PASS', false).detail['seconds']).toBe(seconds);
  });

  it('is not about the password when the server marks those with [AUTH] and did not (RFC 3206 §4)', () => {
    expect(loginRefusal(status('no'), 'PASS', true)).toMatchObject({
      code: 'login-temporary',
      retryable: true,
    });
    expect(loginRefusal(status('[AUTH] no'), 'PASS', true).code).toBe('login-refused');
  });

  it.each([
    ['[AUTH] Unsupported authentication mechanism.', true],
    ['Unknown command', true],
    ['Invalid command.', true],
    ['AUTH LOGIN not supported', true],
    ['[AUTH] Authentication failed.', false],
    ['[AUTH] Plaintext authentication disabled.', false],
    ['', false],
  ])('%j is about the mechanism: %s', (text, expected) => {
    expect(isAboutMechanism(status(text))).toBe(expected);
  });
});

describe('a refused command', () => {
  it.each([
    ['no such message', 'command-refused', false],
    ['[SYS/PERM] Your account is not enabled for POP access.', 'server-refused', false],
    ['[SYS/TEMP] disk', 'command-refused', true],
    ['[SYS/PERM] disk', 'command-refused', false],
    ['Temporary failure', 'command-refused', true],
    ['[IN-USE] locked', 'maildrop-in-use', true],
    ['[UTF8] it has UTF-8 headers', 'utf8-needed', true],
  ])('%j → %s', (text, code, retryable) => {
    expect(commandRefusal(status(text), 'RETR')).toMatchObject({ code, retryable, hop: 'maildrop' });
  });

  it('shows what the server said without control characters', () => {
    expect(commandRefusal(status('a\x1b[2Jb'), 'RETR').detail).toEqual({ said: 'a [2Jb', verb: 'RETR' });
  });
});
