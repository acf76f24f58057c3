/**
 * The outside of a move file: a header that anybody can read, then what is encrypted with a passphrase. Pure; must not
 * know how it is encrypted, nor what is inside (move-contents.ts).
 *
 *     octets  what
 *      0–7    "POPLARMV"
 *      8      version of the format: 1
 *      9–12   iterations of PBKDF2-HMAC-SHA-256 that make the key of the passphrase (NFKC, UTF-8), big-endian
 *     13–28   salt
 *     29–40   nonce of AES-256-GCM
 *     41–     ciphertext with its tag of 16 octets; octets 0–40 are authenticated along
 */
import { PoplarError } from '../errors.ts';
import { MAX_MOVE_OCTETS } from '../model/move.ts';
import { bytesFromLatin1, latin1FromBytes } from '../wire/ascii.ts';

const MAGIC = 'POPLARMV';
const VERSION = 1;
export const SALT_OCTETS = 16;
export const NONCE_OCTETS = 12;
const TAG_OCTETS = 16;
const ITERATIONS_AT = MAGIC.length + 1;
const SALT_AT = ITERATIONS_AT + 4;
const NONCE_AT = SALT_AT + SALT_OCTETS;
export const HEADER_OCTETS = NONCE_AT + NONCE_OCTETS;

/** What OWASP asks for (2023) of PBKDF2-HMAC-SHA-256. */
export const MIN_ITERATIONS = 600_000;
/** A file must not keep a phone busy for minutes. */
export const MAX_ITERATIONS = 10_000_000;

export interface MoveHeader {
  iterations: number;
  salt: Uint8Array<ArrayBuffer>;
  nonce: Uint8Array<ArrayBuffer>;
}

export interface MoveFile extends MoveHeader {
  /** The header's octets, which are authenticated along. */
  header: Uint8Array<ArrayBuffer>;
  ciphertext: Uint8Array<ArrayBuffer>;
}

export function writeHeader({ iterations, salt, nonce }: MoveHeader): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(HEADER_OCTETS);
  header.set(bytesFromLatin1(MAGIC));
  header[MAGIC.length] = VERSION;
  new DataView(header.buffer).setUint32(ITERATIONS_AT, iterations);
  header.set(salt, SALT_AT);
  header.set(nonce, NONCE_AT);
  return header;
}

/**
 * Takes a file apart; nothing is decrypted. Throws PoplarError `file-too-large`, `file-unknown` (no move file),
 * `file-newer` (of a later format), `file-damaged`.
 */
export function readMoveFile(file: Uint8Array<ArrayBuffer>): MoveFile {
  if (file.length > MAX_MOVE_OCTETS) throw tooLarge(file.length);
  if (latin1FromBytes(file.subarray(0, MAGIC.length)) !== MAGIC) {
    throw new PoplarError('file-unknown', 'page', { detail: { what: 'move file' } });
  }
  const version = file[MAGIC.length] ?? 0;
  if (version > VERSION) throw new PoplarError('file-newer', 'page');
  if (version !== VERSION || file.length < HEADER_OCTETS + TAG_OCTETS) throw damaged();
  const iterations = new DataView(file.buffer, file.byteOffset).getUint32(ITERATIONS_AT);
  if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) throw damaged();
  return {
    iterations,
    salt: file.slice(SALT_AT, NONCE_AT),
    nonce: file.slice(NONCE_AT, HEADER_OCTETS),
    header: file.slice(0, HEADER_OCTETS),
    ciphertext: file.subarray(HEADER_OCTETS),
  };
}

/** The file whole. Throws `file-too-large` when no device would read it again. */
export function joinMoveFile(header: Uint8Array, ciphertext: Uint8Array): Uint8Array<ArrayBuffer> {
  const octets = header.length + ciphertext.length;
  if (octets > MAX_MOVE_OCTETS) throw tooLarge(octets);
  const file = new Uint8Array(octets);
  file.set(header);
  file.set(ciphertext, header.length);
  return file;
}

function tooLarge(octets: number): PoplarError {
  return new PoplarError('file-too-large', 'page', { detail: { octets, limitOctets: MAX_MOVE_OCTETS } });
}

function damaged(): PoplarError {
  return new PoplarError('file-damaged', 'page', { detail: { what: 'move file' } });
}
