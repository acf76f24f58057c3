/** APOP (RFC 1939 §7): a digest over the greeting's timestamp and the password. Pure. */
import { md5 } from '@noble/hashes/legacy.js';
import { bytesFromLatin1, latin1FromBytes, utf8FromText } from '../wire/ascii.ts';

/** RFC 5322 §3.6.4, ASCII alone: Leurent's attack (CVE-2007-1558) needs timestamps that are no message-ids. */
const STAMP = /<[\x21-\x3b\x3d\x3f\x41-\x7e]{1,200}@[\x21-\x3b\x3d\x3f\x41-\x7e]{1,200}>/;

/** The timestamp in the text of a greeting, angle brackets included, or null. */
export function stampOf(text: string): string | null {
  return STAMP.exec(text)?.[0] ?? null;
}

/** The digest as 32 lower-case hexadecimal digits. */
export function apopDigest(stamp: string, password: string): string {
  const digest = md5(bytesFromLatin1(`${stamp}${latin1FromBytes(utf8FromText(password))}`));
  return Array.from(digest, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
