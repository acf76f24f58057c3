/**
 * SCRAM (RFC 5802, RFC 7677): the server learns that we know the password and proves that it knows it too, and nobody
 * who listens learns either. Without channel binding: where TLS ends in the proxy there is no channel to bind to.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { latin1FromBytes, utf8FromText } from '../wire/ascii.ts';
import { base64FromBytes, bytesFromBase64 } from '../wire/base64.ts';
import type { Credentials, Mechanism, MechanismKind, SaslContext } from './mechanism.ts';
import { concat, equal } from './octets.ts';
import { HASHES, pbkdf2, type HashName } from './pbkdf2.ts';
import { saslprep } from './saslprep.ts';

/** RFC 5802 §6: `n`, this client cannot bind to a channel; no authorization identity. */
const GS2_HEADER = 'n,,';
/**
 * RFC 7677 §4 asks for 4,096 at least, and servers older than it have kept that. Fewer would let a false server make the
 * password cheap to guess, and more than this would keep a phone busy for a minute.
 */
const MIN_ITERATIONS = 4_096;
const MAX_ITERATIONS = 1_000_000;
/** A server that names a longer salt or nonce has something else in mind. */
const MAX_CHALLENGE_OCTETS = 4_096;

const SERVER_FIRST = /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/]+=*),i=([1-9]\d{0,6})(?:,.*)?$/;
const SERVER_FINAL = /^v=([A-Za-z0-9+/]+=*)(?:,.*)?$/;

class Scram implements Mechanism {
  readonly #hash: HashName;
  readonly #password: Uint8Array<ArrayBuffer>;
  readonly #clientFirst: string;
  readonly #nonce: string;
  #step: 'first' | 'final' | 'done' | 'failed' = 'first';
  #serverSignature: Uint8Array | null = null;

  constructor(hash: HashName, { user, password }: Credentials, context: SaslContext) {
    this.#hash = hash;
    this.#password = utf8FromText(saslprep('password', password));
    this.#nonce = context.createNonce();
    this.#clientFirst = `n=${saslName(user)},r=${this.#nonce}`;
  }

  /** Only after the server has shown that it knows the password as well (RFC 5802 §5). */
  get complete(): boolean {
    return this.#step === 'done';
  }

  start(): Uint8Array {
    return utf8FromText(`${GS2_HEADER}${this.#clientFirst}`);
  }

  async next(challenge: Uint8Array): Promise<Uint8Array | null> {
    const text = challenge.length > MAX_CHALLENGE_OCTETS ? '' : latin1FromBytes(challenge);
    if (this.#step === 'first') return this.#proof(text);
    if (this.#step === 'final' && this.#verify(text)) return new Uint8Array(0);
    this.#step = 'failed';
    return null;
  }

  /** RFC 5802 §3: from server-first to client-final. */
  async #proof(serverFirst: string): Promise<Uint8Array | null> {
    this.#step = 'failed';
    const [, nonce = '', salt = '', count = ''] = SERVER_FIRST.exec(serverFirst) ?? [];
    const iterations = Number(count);
    const saltOctets = bytesFromBase64(salt);
    // A nonce that does not go on where ours ends was made for somebody else: a replay.
    const isOurs = nonce.startsWith(this.#nonce) && nonce.length > this.#nonce.length;
    if (!isOurs || saltOctets === null || iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS)
      return null;
    const hash = HASHES[this.#hash];
    const salted = await pbkdf2(this.#hash, this.#password, saltOctets, iterations);
    const clientKey = hmac(hash, salted, utf8FromText('Client Key'));
    const withoutProof = `c=${base64FromBytes(utf8FromText(GS2_HEADER))},r=${nonce}`;
    const message = utf8FromText(`${this.#clientFirst},${serverFirst},${withoutProof}`);
    const signature = hmac(hash, hash(clientKey), message);
    const proof = clientKey.map((octet, at) => octet ^ (signature[at] ?? 0));
    this.#serverSignature = hmac(hash, hmac(hash, salted, utf8FromText('Server Key')), message);
    this.#step = 'final';
    return concat(utf8FromText(`${withoutProof},p=`), utf8FromText(base64FromBytes(proof)));
  }

  #verify(serverFinal: string): boolean {
    const signature = bytesFromBase64(SERVER_FINAL.exec(serverFinal)?.[1] ?? '');
    if (signature === null || this.#serverSignature === null) return false;
    if (!equal(signature, this.#serverSignature)) return false;
    this.#step = 'done';
    return true;
  }
}

/** RFC 5802 §5.1: a comma or an equals sign would end the attribute. */
function saslName(user: string): string {
  return saslprep('user', user).replaceAll('=', '=3D').replaceAll(',', '=2C');
}

const kind = (name: string, hash: HashName): MechanismKind => ({
  name,
  reveals: 'proof',
  begin: (credentials, context) => new Scram(hash, credentials, context),
});

export const scramSha1 = kind('SCRAM-SHA-1', 'SHA-1');
export const scramSha256 = kind('SCRAM-SHA-256', 'SHA-256');
export const scramSha512 = kind('SCRAM-SHA-512', 'SHA-512');
