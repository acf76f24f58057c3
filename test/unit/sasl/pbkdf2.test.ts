import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pbkdf2, type HashName } from '../../../web/sasl/pbkdf2.ts';
import { bytes } from '../../support/octets.ts';

interface Vector {
  name: string;
  hash: HashName;
  password: string;
  salt: string;
  iterations: number;
  /** Its first octets, where the RFC gives no more. */
  expected: string;
}

const vectors: Vector[] = [
  {
    name: 'RFC 6070 §2, 4,096 rounds',
    hash: 'SHA-1',
    password: 'password',
    salt: 'salt',
    iterations: 4096,
    expected: '4b007901b765489abead49d926f721d065a429c1',
  },
  {
    name: 'RFC 6070 §2, zeros within',
    hash: 'SHA-1',
    password: 'pass\0word',
    salt: 'sa\0lt',
    iterations: 4096,
    expected: '56fa6aa75548099dcc37d7f03425e0c3',
  },
  {
    name: 'RFC 7914 §11, one round',
    hash: 'SHA-256',
    password: 'passwd',
    salt: 'salt',
    iterations: 1,
    expected: '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc',
  },
];

describe.each(['secure', 'not secure'])('pbkdf2 where the context is %s', (context) => {
  beforeEach(() => {
    if (context === 'not secure') vi.spyOn(crypto, 'subtle', 'get').mockReturnValue(undefined as never);
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each(vectors)('$name', async ({ hash, password, salt, iterations, expected }) => {
    const key = await pbkdf2(hash, bytes(password), bytes(salt), iterations);
    expect(Buffer.from(key).toString('hex').slice(0, expected.length)).toBe(expected);
  });

  it.each([
    ['SHA-1', 20],
    ['SHA-256', 32],
    ['SHA-512', 64],
  ] as const)('gives as many octets as %s has', async (hash, octets) => {
    expect(await pbkdf2(hash, bytes('pencil'), bytes('salt'), 4096)).toHaveLength(octets);
  });
});
