/**
 * Access tokens: a page that knows one may use the tunnel, whoever it is. Several, so that a new one can be handed out
 * while the old one still counts. Kept as digests; what was given is neither returned nor put into an error.
 */
import { createHash, timingSafeEqual } from 'node:crypto';

export class AccessTokens {
  readonly #digests: readonly Buffer[];

  constructor(tokens: readonly string[]) {
    this.#digests = tokens.map(digest);
  }

  /** Compares with all of them, whichever fits: the time taken tells nothing. */
  includes(given: string): boolean {
    const asked = digest(given);
    return this.#digests.map((known) => timingSafeEqual(known, asked)).includes(true);
  }
}

/** Shorter ones can be guessed in a lifetime; longer ones do not fit into a frame together with everything else. */
const TOKEN = /^[\x21-\x7e](?:[\x20-\x7e]{14,254}[\x21-\x7e])$/;

/** Reads one token a line, `#` before a remark; null when a line is no token, or when there is none at all. */
export function parseTokens(text: string): AccessTokens | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const tokens = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const areAll = tokens.length > 0 && tokens.every((token) => TOKEN.test(token));
  return areAll ? new AccessTokens(tokens) : null;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
