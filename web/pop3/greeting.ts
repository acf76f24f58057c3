/**
 * Who answered? The first bytes of a connection tell a POP3 server from the other things that people reach by a wrong
 * host, port or security. It must not know what is done about it.
 */
import { PoplarError } from '../errors.ts';
import { displayText, latin1FromBytes } from '../wire/ascii.ts';

/** What answers in place of a POP3 server. */
export type Foreign = 'smtp' | 'imap' | 'http' | 'tls' | 'unknown';

// As much of a line that is not POP3 as is waited for: enough to recognise and to show it.
const FOREIGN_OCTETS = 200;
// Of a binary protocol the first octets are enough, and more would not be fit to be shown.
const BINARY_OCTETS = 2;

const PLUS = 0x2b;
const MINUS = 0x2d;
const LF = 10;

/** Whether the first bytes can still become `+OK` or `-ERR`. */
export function mayBecomeGreeting(bytes: Uint8Array): boolean {
  return bytes.length === 0 || bytes[0] === PLUS || bytes[0] === MINUS;
}

/** Whether enough of a foreign greeting is here to say what it is. Binary protocols never send a line end. */
export function foreignIsWhole(bytes: Uint8Array): boolean {
  const first = bytes[0];
  if (first === undefined) return false;
  if (isControl(first)) return bytes.length >= BINARY_OCTETS;
  return bytes.length >= FOREIGN_OCTETS || bytes.includes(LF);
}

/** PoplarError `not-pop3` with what was found and the first printable characters of what it said. */
export function notPop3(bytes: Uint8Array): PoplarError {
  const line = latin1FromBytes(bytes.subarray(0, isControl(bytes[0]) ? BINARY_OCTETS : FOREIGN_OCTETS));
  return new PoplarError('not-pop3', 'login', {
    detail: { found: recognise(line), said: displayText(line) },
  });
}

const isControl = (octet: number | undefined): boolean => octet !== undefined && octet < 0x20;

function recognise(line: string): Foreign {
  if (isTlsRecord(line)) return 'tls';
  if (/^[245]\d\d(?:[ -]|\r?$|\r?\n)/.test(line)) return 'smtp';
  if (/^\* (?:OK|PREAUTH|BYE)\b/i.test(line)) return 'imap';
  if (/^HTTP\//i.test(line)) return 'http';
  return 'unknown';
}

/** A TLS record's header (RFC 8446 §5.1): type 20 to 23, then the major version 3. So a TLS port answers clear text. */
function isTlsRecord(line: string): boolean {
  const type = line.charCodeAt(0);
  return type >= 20 && type <= 23 && line.charCodeAt(1) === 3;
}
