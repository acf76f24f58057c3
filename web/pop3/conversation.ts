/**
 * Conversation: a session over a transport. It moves bytes between the two, watches for silence, and tells the
 * transcript. It must not know what a login or a listing is.
 */
import { PoplarError } from '../errors.ts';
import { displayText } from '../wire/ascii.ts';
import type { Clock } from '../wire/clock.ts';
import type { Transport } from '../wire/transport.ts';
import { shownChallenge, shownResponse } from './command.ts';
import type { Command } from './command.ts';
import type { Pop3Event } from './event.ts';
import { patienceMs } from './patience.ts';
import { Pop3Session } from './session.ts';
import type { StatusLine } from './status-line.ts';

export interface ConversationOptions {
  readonly onTranscript?: ((line: string) => void) | undefined;
  /** Without one a silent server is waited for endlessly. */
  readonly clock?: Clock | undefined;
}

export class Conversation {
  readonly transport: Transport;
  readonly #session = new Pop3Session();
  readonly #options: ConversationOptions;
  #writeError: unknown = null;
  /** Why the transport was closed from this side while a read was under way. */
  #interruption: PoplarError | null = null;
  #bodyOctets = 0;
  #reading = false;

  constructor(transport: Transport, options: ConversationOptions) {
    this.transport = transport;
    this.#options = options;
  }

  get hasUnreadBytes(): boolean {
    return this.#session.hasUnreadBytes;
  }

  /** In the transaction state with every command answered whole. */
  get isIdle(): boolean {
    return this.#session.state === 'transaction' && this.#session.pending === 0;
  }

  /** Commands whose replies are not here whole. */
  get unanswered(): number {
    return this.#session.pending;
  }

  /** The server has ended the connection in order. */
  get peerFinished(): boolean {
    return this.#session.peerFinished;
  }

  /** Hands all commands to the transport in one write. Does not wait: a failed write shows at the next read. */
  send(...commands: readonly Command[]): void {
    this.#write(this.#session.send(...commands));
    for (const command of commands) this.#tell('C: ', command.shown);
  }

  /** Answers a SASL challenge. */
  respond(line: string): void {
    this.#write(this.#session.respond(line));
    this.#tell('C: ', shownResponse(line));
  }

  /** The next event that is already here, or null. */
  poll(): Pop3Event | null {
    const event = this.#session.nextEvent();
    if (event !== null) this.#tellOf(event);
    return event;
  }

  /** The next event. Throws PoplarError: what the peer did wrong, `connection-lost`, `server-silent`. */
  async next(): Promise<Pop3Event> {
    for (;;) {
      const event = this.poll();
      if (event !== null) return event;
      await this.#read();
    }
  }

  /** Sends a command and waits for its whole reply. */
  async ask(command: Command, onBody?: (bytes: Uint8Array) => void): Promise<StatusLine> {
    this.send(command);
    return this.answer(command, onBody);
  }

  /** Waits for the whole reply to a sent command. What remains of earlier, abandoned commands is passed over. */
  async answer(command: Command, onBody?: (bytes: Uint8Array) => void): Promise<StatusLine> {
    let status: StatusLine | null = null;
    for (;;) {
      const event = this.poll() ?? (await this.next());
      if (event.type === 'greeting' || event.command !== command) continue;
      if (event.type === 'body') onBody?.(event.bytes);
      if (event.type === 'reply') status = event.status;
      if (status !== null && (event.type === 'end' || (event.type === 'reply' && !event.more))) return status;
    }
  }

  /** After +OK to STLS. Throws `tls-injection` when bytes came in clear behind it (RFC 2595 §4, CVE-2011-0411). */
  async startTls(): Promise<void> {
    if (this.hasUnreadBytes) this.poll(); // Throws: the session allows nothing to come now.
    await this.transport.startTls();
    this.#session.secured();
    this.#tell('-- ', 'TLS');
  }

  /** For the transcript: a line of a body that is worth reading there. */
  note(line: string): void {
    this.#tell('S: ', displayText(line));
  }

  /** Ends a read that is under way: it, and every later one, throws `error`. */
  interrupt(error: PoplarError): void {
    this.#interruption ??= error;
    this.transport.close();
  }

  async #read(): Promise<void> {
    const chunk = await this.#pull();
    if (chunk !== null) this.#session.receive(chunk);
    else if (this.#writeError !== null) throw this.#writeError;
    else this.#session.receiveEnd();
  }

  async #pull(): Promise<Uint8Array | null> {
    if (this.#reading)
      throw new PoplarError('internal', 'page', { detail: { what: 'two operations at once' } });
    this.#reading = true;
    const verb = this.#session.awaiting;
    const stop = this.#options.clock?.after(patienceMs(verb), () =>
      this.interrupt(silent(this.#session.state, verb)),
    );
    try {
      if (this.#interruption !== null) throw this.#interruption;
      const chunk = await this.transport.read();
      if (this.#interruption !== null) throw this.#interruption;
      return chunk;
    } catch (error) {
      throw this.#interruption ?? error;
    } finally {
      this.#reading = false;
      stop?.();
    }
  }

  #write(bytes: Uint8Array): void {
    this.transport.write(bytes).catch((error: unknown) => {
      // The server may have said why before it hung up, so reading goes on; see #read.
      this.#writeError ??= error;
    });
  }

  #tellOf(event: Pop3Event): void {
    if (this.#options.onTranscript === undefined) return;
    switch (event.type) {
      case 'greeting':
      case 'reply':
        this.#bodyOctets = 0;
        return this.#tell('S: ', displayText(event.status.line));
      case 'challenge':
        return this.#tell('S: ', shownChallenge(event.text));
      case 'body':
        this.#bodyOctets += event.bytes.length;
        return;
      case 'end':
        return this.#tell('S: ', `(${this.#bodyOctets} octets)`);
    }
  }

  #tell(prefix: string, text: string): void {
    this.#options.onTranscript?.(`${prefix}${text}`);
  }
}

function silent(state: string, verb: string | null): PoplarError {
  return new PoplarError(
    'server-silent',
    state === 'transaction' || state === 'update' ? 'maildrop' : 'login',
    {
      retryable: true,
      detail: verb === null ? {} : { verb },
    },
  );
}
