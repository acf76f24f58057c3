import { describe, expect, it } from 'vitest';
import { digestMd5 } from '../../../web/sasl/digest-md5.ts';
import { bytes, latin1 } from '../../support/octets.ts';
import { fixedContext } from '../../support/sasl.ts';

// RFC 2831 §4, the session with an IMAP server.
const challenge =
  'realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8';
const context = { ...fixedContext('OA6MHXh6VqTrRk', 'elwood.innosoft.com'), service: 'imap' };
const begin = () => digestMd5.begin({ user: 'chris', password: 'secret' }, context);

describe('DIGEST-MD5', () => {
  it('answers as RFC 2831 §4 does, and believes the server after its proof', async () => {
    const mechanism = begin();
    const response = latin1((await mechanism.next(bytes(challenge))) ?? bytes(''));
    expect(response).toContain('response=d388dad90d4bbd760a152321f2143af7');
    expect(response).toContain(
      'username="chris",realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",nc=00000001',
    );
    expect(mechanism.complete).toBe(false);
    const last = await mechanism.next(bytes('rspauth=ea40f60335c427b5527b84dbabcdfffd'));
    expect(latin1(last ?? bytes('none'))).toBe('');
    expect(mechanism.complete).toBe(true);
  });

  it.each(['rspauth=ea40f60335c427b5527b84dbabcdfffe', 'rspauth=', '', 'what'])(
    'does not believe %j',
    async (proof) => {
      const mechanism = begin();
      await mechanism.next(bytes(challenge));
      expect(await mechanism.next(bytes(proof))).toBeNull();
      expect(mechanism.complete).toBe(false);
    },
  );

  it.each([
    ['no nonce', 'algorithm=md5-sess,qop="auth"'],
    ['two nonces', 'nonce="a",nonce="b",algorithm=md5-sess'],
    ['another algorithm', 'nonce="a",algorithm=md5'],
    ['only integrity', 'nonce="a",algorithm=md5-sess,qop="auth-int,auth-conf"'],
    ['a quote that does not end', 'nonce="a,algorithm=md5-sess'],
    ['no directives', '<1896.697170952@postoffice.reston.mci.net>'],
    ['2,049 octets', `nonce="${'a'.repeat(2049)}",algorithm=md5-sess`],
    ['octets that are no UTF-8', 'nonce="\xff",algorithm=md5-sess'],
  ])('does not answer a challenge with %s', async (_name, text) => {
    expect(await begin().next(bytes(text))).toBeNull();
  });

  it('takes odd spacing, escapes and several realms', async () => {
    const odd = ', realm = "a\\"b" , realm="c",nonce="n", algorithm=md5-sess , qop="auth-int, auth"';
    const response = latin1((await begin().next(bytes(odd))) ?? bytes(''));
    expect(response).toContain('realm="a\\"b"');
    expect(response).not.toContain('charset');
  });
});
