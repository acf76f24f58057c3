/**
 * Pop3Session: one POP3 conversation, pure. Bytes in, events out; commands in, bytes out. It must not know sockets,
 * clocks or storage, and it never holds a body: pieces pass through as views.
 *
 * A FIFO of sent commands gives each reply its form, so pipelining needs nothing more. What we do wrong (a command in
 * the wrong state) throws `internal` or `bad-input` and changes nothing; what the peer does wrong throws one typed
 * error from `nextEvent` and the session is `broken` for good: every later call throws the same error.
 */
import { PoplarError } from '../errors.ts';
import type { ErrorCode, ErrorDetail } from '../errors.ts';
import { displayText, latin1FromBytes, utf8FromText } from '../wire/ascii.ts';
import type { Cursor } from '../wire/cursor.ts';
import { DotDecoder } from '../wire/dot-decoder.ts';
import { LineBuffer, MAX_LINE_OCTETS } from '../wire/line-buffer.ts';
import { refuseLineBreaks, withoutSecret } from './command.ts';
import type { Command, Verb } from './command.ts';
import type { Pop3Event } from './event.ts';
import { foreignIsWhole, mayBecomeGreeting, notPop3 } from './greeting.ts';
import { greetingRefusal } from './refusal.ts';
import { RULES } from './state.ts';
import type { State } from './state.ts';
import { announcesListing, maskedStatus, parseChallenge, parseStatusLine } from './status-line.ts';
import type { StatusLine } from './status-line.ts';

const EMPTY = new Uint8Array(0);

export class Pop3Session {
  #state: State = 'greeting';
  #failure: PoplarError | null = null;
  /** Sent and not answered whole, oldest first. */
  readonly #sent: Command[] = [];
  readonly #cursor: Cursor = { bytes: EMPTY, at: 0 };
  readonly #lines = new LineBuffer(MAX_LINE_OCTETS, (limitOctets) => this.#lineTooLong(limitOctets));
  readonly #body = new DotDecoder();
  #inBody = false;
  /** The server waits for a SASL response. */
  #challenged = false;
  /** The last SASL response, which the server must not be able to make us show. */
  #response: string | null = null;
  #peerFinished = false;

  get state(): State {
    return this.#state;
  }

  /** Commands that are not answered whole. */
  get pending(): number {
    return this.#sent.length;
  }

  /** The verb whose reply is due next, or null when nothing is. */
  get awaiting(): Verb | null {
    return this.#sent[0]?.verb ?? null;
  }

  /** Bytes were received that no event accounts for yet. After STLS that is an attack: see `secured`. */
  get hasUnreadBytes(): boolean {
    return this.#cursor.at < this.#cursor.bytes.length || this.#lines.heldOctets > 0;
  }

  get peerFinished(): boolean {
    return this.#peerFinished;
  }

  /** The bytes of these commands, in one piece. Throws PoplarError `internal` when the state does not allow one. */
  send(...commands: readonly Command[]): Uint8Array<ArrayBuffer> {
    this.#throwIfBroken();
    let text = '';
    let [state, barrier] = [this.#state, this.#sent.some(isBarrier)];
    for (const command of commands) {
      if (barrier) throw misuse(`${command.verb} behind an unanswered command that decides what may follow`);
      const rule = RULES[command.verb];
      if (!rule.sentIn.includes(state)) throw misuse(`${command.verb} in the ${state} state`);
      state = rule.whenSent?.[state] ?? state;
      barrier = rule.barrier ?? false;
      text += `${command.line}\r\n`;
    }
    this.#state = state;
    this.#sent.push(...commands);
    return utf8FromText(text);
  }

  /** The bytes of a SASL response (base64), of an empty one, or of `*` to cancel (RFC 5034 §4). */
  respond(line: string): Uint8Array<ArrayBuffer> {
    this.#throwIfBroken();
    if (!this.#challenged) throw misuse('a SASL response without a challenge');
    refuseLineBreaks('AUTH', line);
    this.#challenged = false;
    this.#response = line;
    return utf8FromText(`${line}\r\n`);
  }

  /** TLS runs now (RFC 2595 §4): what was learnt before no longer counts. */
  secured(): void {
    this.#throwIfBroken();
    if (this.#state !== 'securing') throw misuse(`TLS in the ${this.#state} state`);
    if (this.hasUnreadBytes) throw this.#break(injection());
    this.#state = 'authorization';
  }

  /** Takes a chunk. Take all events of one chunk before you give the next. */
  receive(bytes: Uint8Array): void {
    this.#throwIfBroken();
    if (this.#cursor.at < this.#cursor.bytes.length) throw misuse('a chunk before the last one was read');
    this.#cursor.bytes = bytes;
    this.#cursor.at = 0;
  }

  /** The peer has finished writing. `nextEvent` throws when anything was still to come. */
  receiveEnd(): void {
    this.#throwIfBroken();
    this.#peerFinished = true;
  }

  /** The next event, or null when more bytes are needed. Throws PoplarError when the peer broke the protocol. */
  nextEvent(): Pop3Event | null {
    this.#throwIfBroken();
    try {
      const event = this.#parse();
      if (event === null && this.#peerFinished && this.#state !== 'closed') throw this.#lost();
      return event;
    } catch (error) {
      throw this.#break(error);
    }
  }

  #parse(): Pop3Event | null {
    if (this.#inBody) return this.#parseBody();
    switch (this.#state) {
      case 'greeting':
        return this.#parseGreeting();
      case 'securing':
        if (this.hasUnreadBytes) throw injection();
        return null;
      case 'closed':
        this.#cursor.at = this.#cursor.bytes.length; // Nothing after the reply to QUIT means anything.
        return null;
      default:
        return this.#parseLine();
    }
  }

  #parseGreeting(): Pop3Event | null {
    const line = this.#lines.next(this.#cursor);
    const seen = line ?? this.#lines.held;
    if (!mayBecomeGreeting(seen) && (line !== null || this.#peerFinished || foreignIsWhole(seen)))
      throw notPop3(seen);
    if (line === null) return null;
    const status = parseStatusLine(latin1FromBytes(line));
    if (status === null) throw notPop3(line);
    if (!status.ok) throw greetingRefusal(status);
    this.#state = 'authorization';
    return { type: 'greeting', status };
  }

  #parseLine(): Pop3Event | null {
    const bytes = this.#lines.next(this.#cursor);
    if (bytes === null) return null;
    const [command] = this.#sent;
    const line = latin1FromBytes(bytes);
    if (command === undefined) throw this.#unsolicited(line);
    return this.#parseReply(command, line);
  }

  #parseReply(command: Command, line: string): Pop3Event {
    const secrets = [command.secret, this.#response];
    const read = parseStatusLine(line);
    if (read === null) return this.#parseChallenge(command, secrets.reduce<string>(withoutSecret, line));
    const status = maskedStatus(read, secrets);
    const more = status.ok && hasBody(command, status);
    if (more) {
      this.#inBody = true;
      this.#body.reset();
    } else {
      this.#sent.shift();
      this.#challenged = false;
      this.#response = null;
    }
    const rule = RULES[command.verb];
    this.#state = (status.ok ? rule.whenOk : rule.whenErr) ?? this.#state;
    return { type: 'reply', command, status, more };
  }

  #parseChallenge(command: Command, line: string): Pop3Event {
    const text = command.reply === 'sasl' && !this.#challenged ? parseChallenge(line) : null;
    if (text === null)
      throw this.#violation('not-a-status-line', { verb: command.verb, said: displayText(line) });
    this.#challenged = true;
    return { type: 'challenge', command, text };
  }

  #parseBody(): Pop3Event | null {
    const [command] = this.#sent;
    if (command === undefined) throw misuse('a body without a command');
    const bytes = this.#body.next(this.#cursor);
    if (bytes !== null) return { type: 'body', command, bytes };
    if (!this.#body.ended) return null;
    this.#inBody = false;
    this.#sent.shift();
    return { type: 'end', command };
  }

  /** A server that hangs up in order says why first, unasked (Dovecot: `-ERR Disconnected for inactivity.`). */
  #unsolicited(line: string): PoplarError {
    const said = displayText(line);
    if (parseStatusLine(line)?.ok === false) return this.#lost({ said });
    return this.#violation('unsolicited', { said });
  }

  /** What is no POP3 is not blamed for long lines: in one chunk it may be longer than what is waited for. */
  #lineTooLong(limitOctets: number): PoplarError {
    const { bytes, at } = this.#cursor;
    const seen = Uint8Array.of(...this.#lines.held.subarray(0, 256), ...bytes.subarray(at, at + 256));
    const isForeign = this.#state === 'greeting' && !mayBecomeGreeting(seen);
    return isForeign ? notPop3(seen) : this.#violation('line-too-long', { limitOctets });
  }

  #lost(detail: ErrorDetail = {}): PoplarError {
    const verb = this.#sent[0]?.verb;
    return new PoplarError('connection-lost', 'connection', {
      retryable: true,
      detail: verb === undefined ? detail : { ...detail, verb },
    });
  }

  #violation(what: string, detail: ErrorDetail): PoplarError {
    return remote('protocol-error', this.#state, { what, ...detail });
  }

  #break(error: unknown): unknown {
    this.#state = 'broken';
    if (error instanceof PoplarError) this.#failure = error;
    return error;
  }

  #throwIfBroken(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}

const hasBody = ({ reply }: Command, { text }: StatusLine): boolean =>
  reply === 'multi' || (reply === 'single-or-multi' && announcesListing(text));

const isBarrier = (command: Command): boolean => RULES[command.verb].barrier ?? false;

function misuse(what: string): PoplarError {
  return new PoplarError('internal', 'page', { detail: { what } });
}

function injection(): PoplarError {
  return new PoplarError('tls-injection', 'tls');
}

function remote(code: ErrorCode, state: State, detail: ErrorDetail): PoplarError {
  return new PoplarError(code, state === 'transaction' || state === 'update' ? 'maildrop' : 'login', {
    detail,
  });
}
