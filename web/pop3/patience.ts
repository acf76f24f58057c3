/** How long a server may be silent, by what is awaited. Bytes that flow reset it, so slow is never mistaken for dead. */
import type { Verb } from './command.ts';

/** Milliseconds of silence before the greeting. A port that waits for a TLS handshake is silent for good. */
const GREETING_MS = 30_000;
/** Real servers punish wrong passwords by waiting up to 15 s, and wait up to 30 s for a locked maildrop. */
const LOGIN_MS = 90_000;
/** Twisted answers nothing at all. */
const AUTH_LISTING_MS = 10_000;
/** A maildrop of 100,000 messages may take minutes before its first listing. */
const LISTING_MS = 300_000;
const REPLY_MS = 120_000;

/** Milliseconds of silence to bear while the reply to `verb` is due; null is the greeting. */
export function patienceMs(verb: Verb | null): number {
  switch (verb) {
    case null:
      return GREETING_MS;
    case 'USER':
    case 'PASS':
    case 'APOP':
    case 'AUTH':
      return LOGIN_MS;
    case 'AUTH-LISTING':
      return AUTH_LISTING_MS;
    case 'STAT':
    case 'LIST':
    case 'UIDL':
      return LISTING_MS;
    default:
      return REPLY_MS;
  }
}
