/** Encrypts what a move file holds with a passphrase, and decrypts it: WebCrypto over the format of move/move-file.ts. */
import { PoplarError } from '../errors.ts';
import { MIN_PASSPHRASE } from '../model/move.ts';
import {
  joinMoveFile,
  MIN_ITERATIONS,
  NONCE_OCTETS,
  readMoveFile,
  SALT_OCTETS,
  writeHeader,
  type MoveHeader,
} from '../move/move-file.ts';
import { utf8FromText } from '../wire/ascii.ts';

/** Browsers have none where the page has come in clear from another machine. */
export type Subtle = Pick<SubtleCrypto, 'importKey' | 'deriveKey' | 'encrypt' | 'decrypt'> | undefined;

/** Throws PoplarError `encryption-absent`, `bad-input` for a passphrase too short, `file-too-large`. */
export async function sealMoveFile(
  subtle: Subtle,
  plain: Uint8Array<ArrayBuffer>,
  passphrase: string,
): Promise<Uint8Array<ArrayBuffer>> {
  if (Array.from(passphrase).length < MIN_PASSPHRASE) {
    throw new PoplarError('bad-input', 'page', { detail: { field: 'passphrase' } });
  }
  const salt = crypto.getRandomValues(new Uint8Array(SALT_OCTETS));
  // Every file has a key of its own, by its salt: a nonce is never used twice with one.
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_OCTETS));
  const parts: MoveHeader = { iterations: MIN_ITERATIONS, salt, nonce };
  const header = writeHeader(parts);
  const { encrypt, key } = await open(subtle, passphrase, parts, 'encrypt');
  const sealed = await encrypt({ name: 'AES-GCM', iv: nonce, additionalData: header }, key, plain);
  return joinMoveFile(header, new Uint8Array(sealed));
}

/**
 * Throws PoplarError `encryption-absent`, `file-sealed` when the passphrase is another one or the file is damaged (nobody
 * can tell which), and what readMoveFile throws.
 */
export async function openMoveFile(
  subtle: Subtle,
  file: Uint8Array<ArrayBuffer>,
  passphrase: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts = readMoveFile(file);
  const { decrypt, key } = await open(subtle, passphrase, parts, 'decrypt');
  const how = { name: 'AES-GCM', iv: parts.nonce, additionalData: parts.header };
  try {
    return new Uint8Array(await decrypt(how, key, parts.ciphertext));
  } catch (cause) {
    throw new PoplarError('file-sealed', 'page', { cause });
  }
}

async function open(
  subtle: Subtle,
  passphrase: string,
  { iterations, salt }: MoveHeader,
  use: 'encrypt' | 'decrypt',
) {
  if (subtle === undefined) throw new PoplarError('encryption-absent', 'page');
  // The same letters from another keyboard may be other code points.
  const secret = utf8FromText(passphrase.normalize('NFKC'));
  const base = await subtle.importKey('raw', secret, 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  const key = await subtle.deriveKey(how, base, { name: 'AES-GCM', length: 256 }, false, [use]);
  return { encrypt: subtle.encrypt.bind(subtle), decrypt: subtle.decrypt.bind(subtle), key };
}
