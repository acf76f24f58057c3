/**
 * PBKDF2 with HMAC (RFC 8018 §5.2). The platform does it many times faster than a script, and servers ask for up to some
 * 100,000 rounds; but it does so in secure contexts alone, and people run Poplar at home over http.
 */
import { sha1 } from '@noble/hashes/legacy.js';
import { pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';

/** As the platform names them. */
export type HashName = 'SHA-1' | 'SHA-256' | 'SHA-512';

export const HASHES = { 'SHA-1': sha1, 'SHA-256': sha256, 'SHA-512': sha512 } as const;

/** As many octets as the hash has. */
export function pbkdf2(
  hash: HashName,
  password: Uint8Array<ArrayBuffer>,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<Uint8Array> {
  const by = crypto.subtle === undefined ? byScript : byPlatform(crypto.subtle);
  return by(hash, password, salt, iterations);
}

type Pbkdf2 = typeof pbkdf2;

const byScript: Pbkdf2 = (hash, password, salt, c) =>
  pbkdf2Async(HASHES[hash], password, salt, { c, dkLen: HASHES[hash].outputLen });

const byPlatform =
  (subtle: NonNullable<typeof crypto.subtle>): Pbkdf2 =>
  async (hash, password, salt, iterations) => {
    const key = await subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const how = { name: 'PBKDF2', hash, salt, iterations } as const;
    return new Uint8Array(await subtle.deriveBits(how, key, HASHES[hash].outputLen * 8));
  };
