import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cramMd5, cramSha1, cramSha256 } from '../../../web/sasl/cram.ts';
import { bytes, latin1 } from '../../support/octets.ts';
import { fixedContext } from '../../support/sasl.ts';

const challenge = '<1896.697170952@postoffice.reston.mci.net>';

async function answer(kind: typeof cramMd5, user: string, password: string): Promise<string> {
  const mechanism = kind.begin({ user, password }, fixedContext());
  expect(await mechanism.start()).toBeNull();
  expect(mechanism.complete).toBe(false);
  const response = await mechanism.next(bytes(challenge));
  expect(mechanism.complete).toBe(true);
  expect(await mechanism.next(bytes(challenge))).toBeNull();
  return latin1(response ?? bytes('nothing'));
}

describe('CRAM', () => {
  it('answers as RFC 2195 §2 does', async () => {
    expect(await answer(cramMd5, 'tim', 'tanstaaftanstaaf')).toBe('tim b913a602c7eda7a495b4e6e7334d3890');
  });

  it.each([
    [cramMd5, 'md5'],
    [cramSha1, 'sha1'],
    [cramSha256, 'sha256'],
  ] as const)('%o is an HMAC with %s', async (kind, hash) => {
    const digest = createHmac(hash, 'pässwörd '.repeat(20)).update(challenge).digest('hex');
    expect(await answer(kind, 'a b', 'pässwörd '.repeat(20))).toBe(`a b ${digest}`);
  });

  it('does not answer an empty challenge', async () => {
    expect(await cramMd5.begin({ user: 'a', password: 'b' }, fixedContext()).next(bytes(''))).toBeNull();
  });
});
