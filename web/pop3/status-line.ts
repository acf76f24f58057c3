/** Status lines: `+OK …`, `-ERR …` and, within SASL, `+ …` (RFC 1939 §3, RFC 5034 §4). */
import { withoutSecret } from './command.ts';
import { responseCodeOf } from './response-code.ts';
import type { ResponseCode } from './response-code.ts';

/** `line` and `text` are latin-1, one char an octet; they need displayText before people see them. */
export interface StatusLine {
  readonly ok: boolean;
  /** The whole line without its end. */
  readonly line: string;
  /** What follows the indicator; may be empty (popa3d says `+OK` and no more). */
  readonly text: string;
  readonly code: ResponseCode | null;
}

/** What the line is, or null when it is no status line. Case does not matter, nor does white space around the text. */
export function parseStatusLine(line: string): StatusLine | null {
  const ok = /^\+OK(?![A-Z0-9])/i.test(line);
  if (!ok && !/^-ERR(?![A-Z0-9])/i.test(line)) return null;
  const text = line.slice(ok ? 3 : 4).trim();
  return { ok, line, text, code: responseCodeOf(text) };
}

/** The same status with secrets taken out of its text. Never before it is read: a password may be `OK` or `AUTH`. */
export function maskedStatus(status: StatusLine, secrets: readonly (string | null)[]): StatusLine {
  const text = secrets.reduce<string>((shown, secret) => withoutSecret(shown, secret), status.text);
  if (text === status.text) return status;
  return { ...status, line: `${status.ok ? '+OK' : '-ERR'} ${text}`, text };
}

/**
 * Whether a listing follows where one line would do: words, and no number at their start. One word alone is a
 * unique-id without its number, as Twisted answers.
 */
export function announcesListing(text: string): boolean {
  return /^(?!\d+\s)\S+\s/.test(text);
}

/** The base64 text of a SASL challenge, or null. `+` alone, and `+` without the blank, are accepted. */
export function parseChallenge(line: string): string | null {
  return line.startsWith('+') ? line.slice(1).trim() : null;
}
