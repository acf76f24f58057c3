/**
 * Retrieving messages, pipelined within a window. One message that fails is reported and the rest goes on; what fails
 * for the connection is thrown. It must not know where messages go.
 */
import { PoplarError } from '../errors.ts';
import { latin1FromBytes } from '../wire/ascii.ts';
import { retr } from './command.ts';
import type { Command } from './command.ts';
import type { Conversation } from './conversation.ts';
import type { Pop3Event } from './event.ts';
import type { ListedMessage } from './listing.ts';
import { MessageCollector } from './message-collector.ts';
import { commandRefusal } from './refusal.ts';
import { RetrieveWindow } from './retrieve-window.ts';
import type { WindowLimits } from './retrieve-window.ts';
import { wholeWithoutDot } from './unterminated.ts';

export interface WholeMessage {
  listed: ListedMessage;
  raw: Uint8Array<ArrayBuffer>;
  /** Its final dot never came (unterminated.ts). It is whole by all signs, and the last. */
  unterminated?: true;
}

export type RetrievedMessage =
  | WholeMessage
  /** This one only: the server refused it (`command-refused`), or it exceeds `maxOctets` (`message-too-large`). */
  | {
      listed: ListedMessage;
      error: PoplarError;
      /** It has no end in sight: nothing comes after it, and the connection is of no further use. */
      endless?: true;
    };

/** A message is read past the limit to its end, but no further than this many times the limit. */
const ENDLESS_FACTOR = 2;

export interface RetrieveOptions {
  /** Aborting throws `cancelled`, now or at the next step; the connection is then of no further use. */
  signal: AbortSignal;
  /** Octets (by LIST) and commands that may be under way when the server pipelines. */
  windowOctets: number;
  windowCommands: number;
  /** A larger message is read to its end and not kept; one of more than twice this is taken for endless. */
  maxOctets: number;
  /** Hears how many octets of message just came in. */
  onOctets?: (octets: number) => void;
  /** Once it says true no more is asked for, and the retrieval ends in order after what is under way. */
  isEnough?: () => boolean;
  /** The server has failed at this message before: it may be one that it never ends (unterminated.ts). */
  hasFailed?: (message: ListedMessage) => boolean;
}

/**
 * The messages in the given order, each as soon as it is whole. Pulled: while the caller does not ask for the next one,
 * nothing is read from the transport. Throws PoplarError.
 */
export async function* retrieve(
  conversation: Conversation,
  messages: readonly ListedMessage[],
  limits: WindowLimits,
  options: RetrieveOptions,
): AsyncGenerator<RetrievedMessage, void, undefined> {
  const { signal } = options;
  const cancel = (): void => conversation.interrupt(cancelled());
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const window = new RetrieveWindow(messages, limits);
    const incoming = new Incoming(window, options);
    while (window.current !== undefined) {
      if (signal.aborted) throw cancelled();
      const isEnough = options.isEnough?.() === true;
      if (isEnough && !window.isUnderWay) return;
      const wanted = isEnough ? [] : window.refill();
      if (wanted.length > 0) incoming.expect(ask(conversation, wanted));
      const event = conversation.poll() ?? (await nextOrEnd(conversation));
      if (event instanceof PoplarError) {
        const last = incoming.withoutDot(event);
        if (last !== null) yield last;
        throw event;
      }
      const message = incoming.take(event);
      if (message === null) continue;
      yield message;
      if ('error' in message && message.endless === true) return;
    }
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Asks for all of them in one write. */
function ask(conversation: Conversation, messages: readonly ListedMessage[]): readonly Command[] {
  const commands = messages.map(({ number }) => retr(number));
  conversation.send(...commands);
  return commands;
}

/** The next event, or the error when the server ended the connection in order or fell silent. Throws any other. */
async function nextOrEnd(conversation: Conversation): Promise<Pop3Event | PoplarError> {
  try {
    return await conversation.next();
  } catch (error) {
    const isEnd =
      error instanceof PoplarError && (conversation.peerFinished || error.code === 'server-silent');
    if (isEnd) return error;
    throw error;
  }
}

/** Puts events together to messages. */
class Incoming {
  readonly #window: RetrieveWindow;
  readonly #options: RetrieveOptions;
  readonly #collector: MessageCollector;
  /** Sent and not answered whole: what remains of an earlier, abandoned retrieval is not among them. */
  readonly #commands: Command[] = [];
  #inBody = false;

  constructor(window: RetrieveWindow, options: RetrieveOptions) {
    this.#window = window;
    this.#options = options;
    this.#collector = new MessageCollector(options.maxOctets);
  }

  expect(commands: readonly Command[]): void {
    this.#commands.push(...commands);
  }

  /** The message that this event completes, or null. */
  take(event: Pop3Event): RetrievedMessage | null {
    const listed = this.#window.current;
    if (listed === undefined || event.type === 'greeting' || event.command !== this.#commands[0]) return null;
    switch (event.type) {
      case 'body':
        this.#collector.add(event.bytes);
        this.#window.received(event.bytes.length);
        this.#options.onOctets?.(event.bytes.length);
        return this.#isEndless() ? { listed, error: this.#tooLarge(), endless: true } : null;
      case 'reply':
        if (event.status.ok) {
          this.#inBody = true;
          return null;
        }
        this.#finished();
        return { listed, error: commandRefusal(event.status, 'RETR') };
      case 'end':
        this.#finished();
        return this.#complete(listed);
      case 'challenge':
        return null;
    }
  }

  /** The message under way, when the end of the connection may be taken for its own. */
  withoutDot({ code }: PoplarError): RetrievedMessage | null {
    const listed = this.#window.current;
    const isEnd = code === 'connection-lost' || code === 'server-silent';
    if (!isEnd || listed === undefined || !this.#inBody || this.#collector.tooLarge) return null;
    if (this.#options.hasFailed?.(listed) !== true) return null;
    const raw = wholeWithoutDot(this.#collector.take(), listed.octets);
    return raw === null ? null : { listed, raw, unterminated: true };
  }

  #finished(): void {
    this.#inBody = false;
    this.#commands.shift();
    this.#window.finished();
  }

  #complete(listed: ListedMessage): RetrievedMessage {
    if (!this.#collector.tooLarge) {
      const raw = this.#collector.take();
      if (this.#commands.length > 0 && beginsWithStatus(raw)) throw swallowedAnswer();
      return { listed, raw };
    }
    const error = this.#tooLarge();
    this.#collector.reset();
    return { listed, error };
  }

  /** A server, or somebody who plays one, could send one message until the end of days. */
  #isEndless(): boolean {
    return this.#collector.octets > this.#options.maxOctets * ENDLESS_FACTOR;
  }

  #tooLarge(): PoplarError {
    const detail = { octets: this.#collector.octets, limitOctets: this.#options.maxOctets };
    return new PoplarError('message-too-large', 'maildrop', { detail });
  }
}

/**
 * A positive status line in place of a header. FTGate says it twice; but while other answers are due it is more likely
 * that the server said `+OK` alone, and the next answer was taken for the message. Asked for alone, it shows which.
 */
function beginsWithStatus(raw: Uint8Array): boolean {
  return /^\+OK\b/.test(latin1FromBytes(raw.subarray(0, 4)));
}

function swallowedAnswer(): PoplarError {
  return new PoplarError('protocol-error', 'maildrop', {
    detail: { what: 'unreadable-reply', verb: 'RETR' },
  });
}

function cancelled(): PoplarError {
  return new PoplarError('cancelled', 'page');
}
