/**
 * Who answered? The first bytes of a connection tell a POP3 server from the other things that people reach by a wrong
 * host, port or security. It must not know what is done about it.
 */
import { PoplarError } from '../errors.ts';
import type { ForeignService } from '../model/foreign-service.ts';
import { displayText, latin1FromBytes } from '../wire/ascii.ts';

// As much of a line that is not POP3 as is waited for: enough to recognise and to show it.
const FOREIGN_OCTETS = 200;
// Of a binary protocol the first octets are enough, and more would not be fit to be shown.
const BINARY_OCTETS = 2;

const LF = 10;
/** Telnet's "interpret as command" (RFC 854), with which its servers begin. */
const TELNET_IAC = 0xff;

/** How a POP3 server's first line begins (RFC 1939 §3), in upper case; some send lower case. */
const INDICATORS = ['+OK', '-ERR'].map((word) => Array.from(word, (char) => char.charCodeAt(0)));

/** Whether the first bytes can still become `+OK` or `-ERR`. */
export function mayBecomeGreeting(bytes: Uint8Array): boolean {
  return INDICATORS.some((indicator) =>
    indicator.every((octet, at) => at >= bytes.length || upperCase(bytes[at]) === octet),
  );
}

/** Whether enough of a foreign greeting is here to say what it is. Binary protocols never send a line end. */
export function foreignIsWhole(bytes: Uint8Array): boolean {
  if (bytes.length === 0) return false;
  if (isBinary(bytes)) return bytes.length >= BINARY_OCTETS;
  return bytes.length >= FOREIGN_OCTETS || bytes.includes(LF);
}

/** PoplarError `not-pop3` with what was found and the first printable characters of what it said. */
export function notPop3(bytes: Uint8Array): PoplarError {
  const line = latin1FromBytes(bytes.subarray(0, isBinary(bytes) ? BINARY_OCTETS : FOREIGN_OCTETS));
  return foreign(recognise(line), line);
}

/**
 * PoplarError `not-pop3` for a greeting of -ERR with this text that only KPOP sends: it waits for a Kerberos ticket and
 * answers in POP3 when what comes is none. Null for any other.
 */
export function kpopRefusal(text: string): PoplarError | null {
  return /\bkpop\b|kerberos/i.test(text) ? foreign('kpop', text) : null;
}

function foreign(found: ForeignService, said: string): PoplarError {
  return new PoplarError('not-pop3', 'login', { detail: { found, said: displayText(said) } });
}

function isBinary([first]: Uint8Array): boolean {
  return first !== undefined && (first < 0x20 || first === TELNET_IAC);
}

const upperCase = (octet = 0): number => (octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet);

/** In this order: the first pattern that fits names the service. */
const SIGNS: readonly (readonly [ForeignService, RegExp])[] = [
  ['telnet', /^\xff/],
  ['imap', /^\* (?:OK|PREAUTH|BYE)\b/i],
  ['http', /^(?:HTTP\/|<(?:!DOCTYPE\s+)?html)/i],
  ['ssh', /^SSH-/],
  ['sieve', /^"IMPLEMENTATION"/i],
  ['ftp', /^[245]\d\d[ -](?!.*smtp).*ftp/i],
  ['nntp', /^(?:20[01]|400|502)[ -]/],
  ['smtp', /^[245]\d\d(?:[ -]|\r?$|\r?\n)/],
  ['pop2', /^[+-]\s*POP-?2\b/i],
  ['pop1', /^\+(?!OK)\s.*\bPOP\b/i],
];

function recognise(line: string): ForeignService {
  if (isTlsRecord(line)) return 'tls';
  return SIGNS.find(([, sign]) => sign.test(line))?.[0] ?? 'unknown';
}

/** A TLS record's header (RFC 8446 §5.1): type 20 to 23, then the major version 3. So a TLS port answers clear text. */
function isTlsRecord(line: string): boolean {
  const type = line.charCodeAt(0);
  return type >= 20 && type <= 23 && line.charCodeAt(1) === 3;
}
