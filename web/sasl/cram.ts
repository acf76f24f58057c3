/**
 * CRAM (RFC 2195 with MD5; Courier has it with SHA-1 and SHA-256, too): a keyed hash over the server's challenge. Hides
 * the password from listeners but lets them try guesses, and needs a server that keeps the password itself.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8FromText } from '../wire/ascii.ts';
import { credentialOctets } from './credentials.ts';
import type { Credentials, Mechanism, MechanismKind } from './mechanism.ts';
import { concat, hex } from './octets.ts';

type Hash = typeof md5 | typeof sha1 | typeof sha256;

class Cram implements Mechanism {
  readonly #hash: Hash;
  readonly #user: Uint8Array;
  readonly #password: Uint8Array;
  #answered = false;

  constructor(hash: Hash, { user, password }: Credentials) {
    this.#hash = hash;
    this.#user = credentialOctets('user', user);
    this.#password = credentialOctets('password', password);
  }

  get complete(): boolean {
    return this.#answered;
  }

  start(): null {
    return null;
  }

  /** RFC 2195 §2: user, a blank, the digest in lower-case hexadecimal. An empty challenge would be the same each time. */
  next(challenge: Uint8Array): Uint8Array | null {
    if (this.#answered || challenge.length === 0) return null;
    this.#answered = true;
    const digest = hmac(this.#hash, this.#password, challenge);
    return concat(this.#user, utf8FromText(` ${hex(digest)}`));
  }
}

const kind = (name: string, hash: Hash): MechanismKind => ({
  name,
  reveals: 'proof',
  begin: (credentials) => new Cram(hash, credentials),
});

export const cramMd5 = kind('CRAM-MD5', md5);
export const cramSha1 = kind('CRAM-SHA1', sha1);
export const cramSha256 = kind('CRAM-SHA256', sha256);
