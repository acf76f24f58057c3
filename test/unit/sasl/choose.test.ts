import { describe, expect, it } from 'vitest';
import { chooseMechanisms, MECHANISMS, recogniseBeyond } from '../../../web/sasl/choose.ts';

const byPassword = { user: 'bob', password: 'secret' };
const byToken = { user: 'bob', password: '', accessToken: 'abc' };
const all = MECHANISMS.map(({ name }) => name);

function chosen(
  offered: readonly string[],
  secure = true,
  credentials: typeof byPassword = byPassword,
): string[] {
  return chooseMechanisms(offered, { secure, credentials }).map(({ name }) => name);
}

describe('chooseMechanisms', () => {
  it.each([
    { name: 'prefers PLAIN to LOGIN', offered: ['LOGIN', 'PLAIN'], expected: ['PLAIN', 'LOGIN'] },
    { name: 'does not mind case', offered: ['plain', 'Scram-Sha-1'], expected: ['SCRAM-SHA-1', 'PLAIN'] },
    { name: 'passes over what it does not speak', offered: ['GSSAPI', 'NTLM', 'LOGIN'], expected: ['LOGIN'] },
    { name: 'does not bind to channels', offered: ['SCRAM-SHA-256-PLUS', 'PLAIN'], expected: ['PLAIN'] },
    { name: 'takes each once', offered: ['PLAIN', 'PLAIN'], expected: ['PLAIN'] },
    { name: 'is empty when nothing fits', offered: ['GSSAPI'], expected: [] },
    { name: 'is empty when nothing is offered', offered: [], expected: [] },
  ])('$name', ({ offered, expected }) => {
    expect(chosen(offered)).toEqual(expected);
  });

  it('over TLS: SCRAM, then the password as it is, then the old challenges', () => {
    expect(chosen(all)).toEqual([
      ...['SCRAM-SHA-512', 'SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN', 'LOGIN'],
      ...['CRAM-SHA256', 'CRAM-SHA1', 'CRAM-MD5', 'DIGEST-MD5'],
    ]);
  });

  it('in clear: nothing that shows the password before all that hides it', () => {
    expect(chosen(all, false).slice(-2)).toEqual(['PLAIN', 'LOGIN']);
  });

  it('with a token: only mechanisms for tokens', () => {
    expect(chosen(all, true, byToken)).toEqual(['OAUTHBEARER', 'XOAUTH2']);
    expect(chosen(['PLAIN'], true, byToken)).toEqual([]);
  });
});

describe('recogniseBeyond', () => {
  it.each([
    [['GSSAPI'], 'kerberos'],
    [['gs2-krb5-plus'], 'kerberos'],
    [['KERBEROS_V4'], 'kerberos'],
    [['NTLM'], 'ntlm'],
    [['EXTERNAL'], 'certificate'],
    [['OTP'], 'one-time'],
    [['SKEY'], 'one-time'],
    [['XOAUTH2'], 'token'],
    [['ANONYMOUS'], 'anonymous'],
    [['X-WHATEVER', 'NTLM'], 'ntlm'],
    [['X-WHATEVER'], null],
    [[], null],
  ] as const)('of %j is %s', (offered, expected) => {
    expect(recogniseBeyond(offered)).toBe(expected);
  });
});
