import { describe, expect, it } from 'vitest';
import { oauthBearer, xoauth2 } from '../../../web/sasl/oauth.ts';
import { bytes, latin1 } from '../../support/octets.ts';
import { fixedContext } from '../../support/sasl.ts';

const credentials = {
  user: 'bob@example.test',
  password: '',
  accessToken: 'ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==',
};
const context = fixedContext('', 'pop.example.test');

describe.each([
  [
    oauthBearer,
    'n,a=bob@example.test,\x01host=pop.example.test\x01port=995\x01auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==\x01\x01',
    '\x01',
  ],
  [
    xoauth2,
    'user=bob@example.test\x01auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==\x01\x01',
    '',
  ],
] as const)('%o', (kind, message, dummy) => {
  it('sends user and token', async () => {
    const mechanism = kind.begin(credentials, context);
    expect(latin1((await mechanism.start()) ?? bytes('none'))).toBe(message);
    expect(mechanism.complete).toBe(true);
  });

  it('answers the reason of a refusal once, and does not take it for success', async () => {
    const mechanism = kind.begin(credentials, context);
    await mechanism.start();
    expect(latin1((await mechanism.next(bytes('{"status":"401"}'))) ?? bytes('none'))).toBe(dummy);
    expect(mechanism.complete).toBe(false);
    expect(await mechanism.next(bytes('{"status":"401"}'))).toBeNull();
  });

  it.each(['', 'two words', 'a\x01auth=Bearer b', 'a\r\nQUIT'])('refuses the token %j', (accessToken) => {
    expect(() => kind.begin({ ...credentials, accessToken }, context)).toThrow('bad-input');
  });

  it.each(['', 'bob\x01auth=Bearer b', 'bob\r\n'])('refuses the user %j', (user) => {
    expect(() => kind.begin({ ...credentials, user }, context)).toThrow('bad-input');
  });
});

it('a comma or equals sign does not end the user of OAUTHBEARER', async () => {
  const response = await oauthBearer.begin({ ...credentials, user: 'a=b,c' }, context).start();
  expect(latin1(response ?? bytes(''))).toContain('n,a=a=3Db=2Cc,\x01');
});
