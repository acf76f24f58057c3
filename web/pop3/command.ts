/**
 * Commands a client may send, as values: the line, the form of its reply, and the form in which people may see it.
 * Secrets are masked here, where the command is made, so that nothing later can leak one. Which command is allowed
 * when is state.ts's business.
 */
import { PoplarError } from '../errors.ts';
import type { MessageNumber } from '../model/ids.ts';
import { latin1FromBytes, utf8FromText } from '../wire/ascii.ts';

export type Verb =
  | 'CAPA'
  | 'STLS'
  | 'UTF8'
  | 'USER'
  | 'PASS'
  | 'APOP'
  | 'AUTH'
  | 'AUTH-LISTING'
  | 'STAT'
  | 'LIST'
  | 'UIDL'
  | 'RETR'
  | 'TOP'
  | 'DELE'
  | 'NOOP'
  | 'RSET'
  | 'LAST'
  | 'LANG'
  | 'QUIT';

/**
 * `multi`: +OK is followed by lines up to a lone dot. `sasl`: challenges (`+ …`) may come before the status.
 * `single-or-multi`: the text of the status tells (status-line.ts, announcesListing).
 */
export type ReplyShape = 'single' | 'multi' | 'single-or-multi' | 'sasl';

export interface Command {
  readonly verb: Verb;
  /** The line without its end. */
  readonly line: string;
  /** The line as a transcript may show it. */
  readonly shown: string;
  readonly reply: ReplyShape;
  /** What must not appear in anything that is shown, should the server echo it. */
  readonly secret: string | null;
}

const MASK = '********';

/** RFC 2449 §4: a command line has at most 255 octets, its end included. */
export const MAX_COMMAND_OCTETS = 255;

function command(verb: Verb, reply: ReplyShape, ...args: readonly (string | number)[]): Command {
  for (const arg of args) refuseLineBreaks(verb, String(arg));
  const line = [verb, ...args].join(' ');
  return { verb, line, shown: line, reply, secret: null };
}

/** The last argument is a secret. */
function secretCommand(verb: Verb, reply: ReplyShape, args: readonly string[], secret: string): Command {
  refuseLineBreaks(verb, secret);
  const open = command(verb, reply, ...args);
  return { ...open, line: `${open.line} ${secret}`, shown: `${open.line} ${MASK}`, secret };
}

/** A line break or NUL in an argument would smuggle in another command. Throws PoplarError `bad-input`. */
export function refuseLineBreaks(verb: Verb, value: string): void {
  for (const char of ['\r', '\n', '\0']) {
    if (value.includes(char)) throw new PoplarError('bad-input', 'page', { detail: { verb } });
  }
}

/** RFC 2449 §5. */
export const capa = (): Command => command('CAPA', 'multi');
/** RFC 2595 §4. */
export const stls = (): Command => command('STLS', 'single');
/** RFC 6856 §2.1. */
export const utf8 = (): Command => command('UTF8', 'single');
/** RFC 1939 §7. */
export const user = (name: string): Command => command('USER', 'single', name);
/** RFC 1939 §7: the password is the rest of the line, spaces included. */
export const pass = (password: string): Command => secretCommand('PASS', 'single', [], password);
/** RFC 1939 §7. */
export const apop = (name: string, digest: string): Command =>
  secretCommand('APOP', 'single', [name], digest);
/** RFC 5034 §4, with the initial response in base64 (`=` for an empty one), or null for none. */
export const auth = (mechanism: string, initialResponse: string | null): Command =>
  initialResponse === null
    ? command('AUTH', 'sasl', mechanism)
    : secretCommand('AUTH', 'sasl', [mechanism], initialResponse);
/** AUTH without a mechanism: what many servers answered with a listing before RFC 5034. */
export const authListing = (): Command => ({ ...command('AUTH', 'multi'), verb: 'AUTH-LISTING' });
export const stat = (): Command => command('STAT', 'single');
/** Without a number the reply is a listing, with one a single line (RFC 1939 §5). */
export const list = (number?: MessageNumber): Command =>
  number === undefined ? command('LIST', 'multi') : command('LIST', 'single', number);
/**
 * Without a number the reply is a listing, with one a single line (RFC 1939 §7). Mailpit passed over the number until
 * August 2025.
 */
export const uidl = (number?: MessageNumber): Command =>
  number === undefined ? command('UIDL', 'multi') : command('UIDL', 'single-or-multi', number);
export const retr = (number: MessageNumber): Command => command('RETR', 'multi', number);
export const top = (number: MessageNumber, lines: number): Command => command('TOP', 'multi', number, lines);
export const dele = (number: MessageNumber): Command => command('DELE', 'single', number);
export const noop = (): Command => command('NOOP', 'single');
export const rset = (): Command => command('RSET', 'single');
/** RFC 1460 §5; later versions of POP3 do without. */
export const last = (): Command => command('LAST', 'single');
/** RFC 6856 §3. Without a tag the reply is a listing, with one a single line. */
export const lang = (tag?: string): Command =>
  tag === undefined ? command('LANG', 'multi') : command('LANG', 'single', tag);
export const quit = (): Command => command('QUIT', 'single');

/** A line of a SASL exchange as a transcript may show it. */
export const shownResponse = (line: string): string => (line === '*' || line === '' ? line : MASK);

/** A challenge as a transcript may show it: what a server proves itself with can be tried against guessed passwords. */
export const shownChallenge = (text: string): string => (text === '' ? '+' : `+ ${MASK}`);

/** Takes a secret out of a line the server said, as typed and as its UTF-8 octets look in a latin-1 line. */
export function withoutSecret(line: string, secret: string | null): string {
  if (secret === null || secret === '') return line;
  return line.replaceAll(secret, MASK).replaceAll(latin1FromBytes(utf8FromText(secret)), MASK);
}
