/**
 * One message as it stands in an mbox file (RFC 4155), in the form that loses nothing ("mboxrd"): before `From ` at the
 * beginning of a line, however many `>` stand there, goes one `>` more. Pure.
 *
 * The octets of the message are left as they are, CRLF included: a copy must be the same mail, signatures and all. Only one
 * that does not end with a line end gets one, for the next message has to begin a line.
 */
import { utf8FromText } from '../wire/ascii.ts';

const LF = 0x0a;
const GREATER = 0x3e;
const FROM = utf8FromText('From ');
/** RFC 4155 wants an addr-spec; what is none, or not ASCII, is left out. */
const PLAIN_ADDRESS = /^[!-?A-~]+@[!-?A-~]+$/;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export interface MboxEnvelope {
  /** Address of the sender, as far as it is known. */
  sender: string;
  /** Milliseconds since 1970. */
  receivedAt: number;
}

/** The message with its line before it and the empty line behind it. */
export function mboxEntry(raw: Uint8Array, envelope: MboxEnvelope): Uint8Array<ArrayBuffer> {
  const head = utf8FromText(fromLine(envelope));
  const quotes = linesToQuote(raw);
  const isEnded = raw.length === 0 || raw.at(-1) === LF;
  const entry = new Uint8Array(head.length + raw.length + quotes.length + (isEnded ? 1 : 2));
  entry.set(head);
  let [from, to] = [0, head.length];
  for (const at of quotes) {
    entry.set(raw.subarray(from, at), to);
    to += at - from;
    entry[to++] = GREATER;
    from = at;
  }
  entry.set(raw.subarray(from), to);
  entry.fill(LF, to + raw.length - from);
  return entry;
}

/** Where lines begin that a reader would take for the next message, or for one that was quoted. */
function linesToQuote(raw: Uint8Array): number[] {
  const places: number[] = [];
  for (let line = 0, end = 0; end >= 0; line = end + 1) {
    let at = line;
    while (raw[at] === GREATER) at += 1;
    if (FROM.every((octet, index) => raw[at + index] === octet)) places.push(line);
    end = raw.indexOf(LF, line);
  }
  return places;
}

/** `From ann@example.org Mon Nov 23 06:00:00 2026`, in UTC. */
function fromLine({ sender, receivedAt }: MboxEnvelope): string {
  const date = new Date(receivedAt);
  const two = (value: number, fill = '0'): string => String(value).padStart(2, fill);
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map((one) => two(one));
  const day = `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate(), ' ')}`;
  const address = PLAIN_ADDRESS.test(sender) ? sender : 'MAILER-DAEMON';
  return `From ${address} ${day} ${time.join(':')} ${date.getUTCFullYear()}\n`;
}
