/**
 * SASLprep (RFC 4013): one spelling for user names and passwords before they are hashed, so that a composed and a
 * decomposed umlaut are one. Pure.
 *
 * Not checked: bidirectional rules and unassigned code points (RFC 3454 §6, §7). A string that breaks them was never a
 * password on a server that keeps to the rules, and one that does not keep to them must not be locked out by us.
 */
import { PoplarError } from '../errors.ts';

/** RFC 3454 B.1: mapped to nothing. */
const NOTHING = /\u00ad|\u034f|\u1806|[\u180b-\u180d]|[\u200b-\u200c]|\u200d|\u2060|[\ufe00-\ufe0f]|\ufeff/gu;
/** RFC 3454 C.1.2: spaces that are not ASCII. */
const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;
/** RFC 3454 C.2 to C.9: controls, private use, non-characters, surrogates, and what changes the display. */
const PROHIBITED =
  /[\p{Cc}\p{Co}\p{Cs}\u06dd\u070f\u180e\u200e\u200f\u2028-\u202e\u2061-\u2063\u206a-\u206f\u2ff0-\u2ffb\ufff9-\uffff\u{e0001}\u{e0020}-\u{e007f}]|[\ufdd0-\ufdef]/u;

/** Prepares a user name or a password. Throws PoplarError `bad-input` for what can be neither. */
export function saslprep(field: 'user' | 'password', text: string): string {
  const prepared = text.replace(SPACES, ' ').replace(NOTHING, '').normalize('NFKC');
  if (PROHIBITED.test(prepared)) throw new PoplarError('bad-input', 'page', { detail: { field } });
  return prepared;
}
