/**
 * DIGEST-MD5 (RFC 2831, made historic by RFC 6331): for old servers that offer nothing better. Authentication only
 * (`qop=auth`); the server proves itself by `rspauth`.
 */
import { md5 } from '@noble/hashes/legacy.js';
import { bytesFromLatin1, utf8FromText } from '../wire/ascii.ts';
import { credentialOctets } from './credentials.ts';
import type { Credentials, Mechanism, MechanismKind, SaslContext } from './mechanism.ts';
import { concat, equal, hex, utf8Text } from './octets.ts';

/** RFC 2831 §2.1: a longer challenge is to be refused. */
const MAX_CHALLENGE_OCTETS = 2_048;
const NONCE_COUNT = '00000001';

class DigestMd5 implements Mechanism {
  readonly #credentials: Credentials;
  readonly #context: SaslContext;
  #step: 'first' | 'final' | 'done' | 'failed' = 'first';
  #expected: Uint8Array = new Uint8Array(0);

  constructor(credentials: Credentials, context: SaslContext) {
    this.#credentials = credentials;
    this.#context = context;
  }

  get complete(): boolean {
    return this.#step === 'done';
  }

  start(): null {
    return null;
  }

  next(challenge: Uint8Array): Uint8Array | null {
    const text = challenge.length > MAX_CHALLENGE_OCTETS ? null : utf8Text(challenge);
    const directives = text === null ? null : readDirectives(text);
    const step = this.#step;
    this.#step = 'failed';
    if (directives === null) return null;
    if (step === 'first') return this.#respond(directives);
    const proof = utf8FromText(directives.get('rspauth') ?? '');
    if (step !== 'final' || !equal(proof, this.#expected)) return null;
    this.#step = 'done';
    return new Uint8Array(0);
  }

  /** RFC 2831 §2.1.2. */
  #respond(directives: ReadonlyMap<string, string>): Uint8Array | null {
    const nonce = directives.get('nonce') ?? '';
    const offered = (directives.get('qop') ?? 'auth').split(',').map((name) => name.trim());
    if (nonce === '' || directives.get('algorithm') !== 'md5-sess' || !offered.includes('auth')) return null;
    const { service, host, createNonce } = this.#context;
    const realm = directives.get('realm') ?? '';
    const cnonce = createNonce();
    const uri = `${service}/${host}`;
    const session = this.#sessionHash(realm, nonce, cnonce);
    const digest = (prefix: string): string =>
      hash(`${session}:${nonce}:${NONCE_COUNT}:${cnonce}:auth:${hash(`${prefix}:${uri}`)}`);
    this.#expected = utf8FromText(digest(''));
    this.#step = 'final';
    const isUtf8 = directives.get('charset') === 'utf-8';
    const fields = [
      ...(isUtf8 ? ['charset=utf-8'] : []),
      `username=${quoted(this.#credentials.user)}`,
      `realm=${quoted(realm)}`,
      `nonce=${quoted(nonce)}`,
      `nc=${NONCE_COUNT}`,
      `cnonce=${quoted(cnonce)}`,
      `digest-uri=${quoted(uri)}`,
      `response=${digest('AUTHENTICATE')}`,
      'qop=auth',
    ];
    const response = utf8FromText(fields.join(','));
    return isUtf8 ? response : isoOctets(response);
  }

  /** `A1` of RFC 2831 §2.1.2.1, whose first part is the hash itself and not its digits. */
  #sessionHash(realm: string, nonce: string, cnonce: string): string {
    const user = isoOctets(credentialOctets('user', this.#credentials.user));
    const password = isoOctets(credentialOctets('password', this.#credentials.password));
    const colon = utf8FromText(':');
    const secret = md5(concat(user, colon, isoOctets(utf8FromText(realm)), colon, password));
    return hex(md5(concat(secret, utf8FromText(`:${nonce}:${cnonce}`))));
  }
}

/** RFC 2831 §2.1.2.1: text that fits into ISO 8859-1 is hashed in it, although it is sent as UTF-8. */
function isoOctets(utf8: Uint8Array): Uint8Array {
  const text = utf8Text(utf8) ?? '';
  return /^[\0-\xff]*$/.test(text) ? bytesFromLatin1(text) : utf8;
}

function hash(text: string): string {
  return hex(md5(utf8FromText(text)));
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** RFC 2831 §7.1: `name=value` or `name="value"`, with commas between; null when it is something else. */
function readDirectives(text: string): ReadonlyMap<string, string> | null {
  const directives = new Map<string, string>();
  const directive = /\s*,*\s*([a-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))\s*(?:,|$)/iy;
  while (directive.lastIndex < text.length) {
    const match = directive.exec(text);
    if (match === null) return null;
    const [, name = '', inQuotes, bare = ''] = match;
    // The first realm is as good as the others; doubled nonces are an attack or a fault.
    const key = name.toLowerCase();
    if (key === 'nonce' && directives.has(key)) return null;
    if (!directives.has(key)) directives.set(key, inQuotes?.replace(/\\(.)/g, '$1') ?? bare);
  }
  return directives;
}

export const digestMd5: MechanismKind = {
  name: 'DIGEST-MD5',
  reveals: 'proof',
  begin: (credentials, context) => new DigestMd5(credentials, context),
};
