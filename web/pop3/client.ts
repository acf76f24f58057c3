/**
 * Pop3Client: a maildrop over a Transport, in the words of its user: open, login, list, retrieve, quit. One operation
 * at a time. It must not know where bytes come from, where messages go, nor what an account is.
 *
 * After any error but a refused message, close it and open another: the connection is of no further use.
 */
import { PoplarError } from '../errors.ts';
import type { Security } from '../model/account.ts';
import type { MessageNumber, Uidl } from '../model/ids.ts';
import type { SaslContext } from '../sasl/mechanism.ts';
import type { Clock } from '../wire/clock.ts';
import type { Transport } from '../wire/transport.ts';
import { stampOf } from './apop.ts';
import { Capabilities, CapabilityReader } from './capabilities.ts';
import { authListing, capa, lang, quit, stls } from './command.ts';
import { Conversation } from './conversation.ts';
import { readHeaders, readHeads, type OnHead } from './heads.ts';
import { identify } from './identify.ts';
import { keepAlive } from './keep-alive.ts';
import { listMaildrop } from './list-maildrop.ts';
import type { ListedMessage, MaildropTotals } from './listing.ts';
import type { MaildropListing } from './maildrop-listing.ts';
import { logIn, requireSendable } from './login.ts';
import type { Login } from './login.ts';
import { commandRefusal } from './refusal.ts';
import { removeAndQuit } from './removal.ts';
import { retrieve } from './retrieve.ts';
import type { RetrievedMessage, RetrieveOptions } from './retrieve.ts';
import {
  askLanguage,
  askLanguages,
  askLast,
  askTop,
  askTotals,
  askUid,
  sayNoop,
  sayRset,
} from './transaction.ts';
import { VisitNotes } from './visit-notes.ts';

export interface Pop3ClientOptions {
  /** `starttls`: STLS is required; there is no falling back to clear text. */
  security: Security;
  /** Hears each line of the conversation, secrets masked; of message text only the octets. */
  onTranscript?: (line: string) => void;
  /** Watches for silence (`server-silent`). Without one a silent server is waited for endlessly. */
  clock?: Clock;
  /** For mechanisms that name the server or need random numbers. */
  sasl: SaslContext;
  /** What earlier connections of the same visit have taught. */
  notes?: VisitNotes;
  /** False: one command at a time, whatever the server offers. */
  mayPipeline?: boolean;
  /** A language tag (RFC 5646): in which the person would like to hear the server. Left out: however it speaks. */
  language?: string;
}

export class Pop3Client {
  readonly #conversation: Conversation;
  readonly #sasl: SaslContext;
  readonly #notes: VisitNotes;
  readonly #clock: Clock | undefined;
  readonly #security: Security;
  #capabilities = Capabilities.unknown;
  /** For APOP; null once TLS has begun behind it, because it came in clear. */
  #stamp: string | null = null;
  #isListed = false;
  readonly #mayPipeline: boolean;
  readonly #language: string | null;

  private constructor(conversation: Conversation, options: Pop3ClientOptions) {
    this.#conversation = conversation;
    this.#sasl = options.sasl;
    this.#notes = options.notes ?? new VisitNotes();
    this.#mayPipeline = options.mayPipeline ?? true;
    this.#language = options.language ?? null;
    this.#clock = options.clock;
    this.#security = options.security;
  }

  /** Greeting, CAPA, and STLS when asked for. Closes the transport and throws PoplarError when one of them fails. */
  static async open(transport: Transport, options: Pop3ClientOptions): Promise<Pop3Client> {
    const conversation = new Conversation(transport, options);
    const client = new Pop3Client(conversation, options);
    try {
      const greeting = await conversation.next();
      if (greeting.type === 'greeting') client.#greeted(greeting.status.text);
      await client.#askCapabilities();
      if (options.security === 'starttls') await client.#startTls();
      if (options.security !== 'none' && transport.security === null) throw inClear();
      return client;
    } catch (error) {
      transport.close();
      throw error;
    }
  }

  /** What the server said of itself last: it says different things before TLS, after TLS and after the login. */
  get capabilities(): Capabilities {
    return this.#capabilities;
  }

  /** Commands that the server has not answered whole: after a loss, how many were under way. */
  get unanswered(): number {
    return this.#conversation.unanswered;
  }

  /**
   * The best way that server and credentials allow (ways.ts). Throws PoplarError `login-refused` only for the
   * credentials; a locked maildrop, a bad moment or a missing mechanism have codes of their own. After
   * `connection-lost` the notes say whether another connection may do better.
   */
  async login(login: Login): Promise<void> {
    requireSendable(login);
    const conversation = this.#conversation;
    const secure = conversation.transport.security !== null;
    const [capabilities, stamp, notes, sasl] = [this.#capabilities, this.#stamp, this.#notes, this.#sasl];
    await this.#askLanguage();
    const offered = capabilities.known ? capabilities.mechanisms : await this.#listMechanisms();
    await logIn({ conversation, capabilities, offered, secure, stamp, notes, sasl }, login);
    const before = this.#capabilities;
    if (before.known) await this.#askCapabilities();
    if (!this.#capabilities.known) this.#capabilities = before.without('PIPELINING');
  }

  /**
   * What is in the maildrop. Once a session, before anything is deleted: WildDuck counts anew after DELE in listings and
   * keeps the old numbers everywhere else, so that whoever lists again deletes the wrong message. Throws PoplarError.
   */
  async listing(): Promise<MaildropListing> {
    if (this.#isListed) throw new PoplarError('internal', 'page', { detail: { what: 'listed twice' } });
    this.#isListed = true;
    return listMaildrop(this.#conversation, this.#capabilities, this.#pipelining);
  }

  /** The same, read. */
  async list(): Promise<ListedMessage[]> {
    return (await this.listing()).messages();
  }

  /** The listed messages, those without a unique-id named by their header; null is left where that does not work. */
  identify(messages: readonly ListedMessage[]): Promise<ListedMessage[]> {
    return identify(this.#conversation, messages, this.#pipelining);
  }

  /** The header of each message, in the order given. False when the server has no TOP: then none was heard of. */
  headers(messages: readonly ListedMessage[], onHead: OnHead): Promise<boolean> {
    return readHeaders(this.#conversation, messages, this.#pipelining, onHead);
  }

  /** Header and so many lines of the text of each message, in the order given: previews, never messages. */
  heads(messages: readonly ListedMessage[], lines: number, onHead: OnHead): Promise<void> {
    return readHeads(this.#conversation, messages, { lines, pipelining: this.#pipelining }, onHead);
  }

  /**
   * The messages in the given order, pulled, pipelined when the server offers it. See RetrieveOptions. A message that
   * cannot be had is reported as such and the rest goes on.
   */
  retrieve(messages: readonly ListedMessage[], options: RetrieveOptions): AsyncIterable<RetrievedMessage> {
    const limits = {
      octets: Math.min(options.windowOctets, this.#conversation.transport.maxAheadOctets ?? Infinity),
      commands: this.#pipelining ? options.windowCommands : 1,
    };
    return retrieve(this.#conversation, messages, limits, options);
  }

  /** Waits for the work, keeping the session alive meanwhile. Nothing else may be asked until it is over. */
  during<Result>(work: Promise<Result>): Promise<Result> {
    return keepAlive(this.#conversation, this.#clock, work);
  }

  /** STAT. */
  totals(): Promise<MaildropTotals> {
    return askTotals(this.#conversation);
  }

  /** TOP: a preview, never the message. */
  top(wanted: { number: MessageNumber; lines: number; maxOctets: number }): Promise<Uint8Array<ArrayBuffer>> {
    return askTop(this.#conversation, wanted);
  }

  /** UIDL of one message, or null when the server answers for another one or without any. */
  uidOf(number: MessageNumber): Promise<Uidl | null> {
    return askUid(this.#conversation, number);
  }

  /** LAST: a hint at which messages were read, or null. */
  last(): Promise<number | null> {
    return askLast(this.#conversation);
  }

  noop(): Promise<void> {
    return sayNoop(this.#conversation);
  }

  /** RSET: nothing is deleted at QUIT. */
  reset(): Promise<void> {
    return sayRset(this.#conversation);
  }

  /** LANG, to be used when the server offers it: before the login its texts are about the login. */
  language(tag: string): Promise<string | null> {
    return askLanguage(this.#conversation, tag);
  }

  languages(): Promise<{ tag: string; name: string }[]> {
    return askLanguages(this.#conversation);
  }

  /**
   * Deletes these messages and ends the session; the transport is closed. `confirm` is asked once they are marked, as late
   * as can be, which of them are still to go. Resolves with those that the server refused, and only when the others are
   * gone for good. Throws PoplarError, and then none may be taken for deleted.
   */
  async removeAndQuit(
    numbers: readonly MessageNumber[],
    confirm: (marked: readonly MessageNumber[]) => Promise<readonly MessageNumber[]> = keepingAll,
  ): Promise<MessageNumber[]> {
    try {
      const confirmed = (marked: readonly MessageNumber[]) => this.during(confirm(marked));
      return await removeAndQuit(this.#conversation, numbers, this.#pipelining, confirmed);
    } finally {
      this.close();
    }
  }

  /** Ends the session. Resolves only on +OK: without it nothing may be considered deleted. The transport is closed. */
  async quit(): Promise<void> {
    try {
      const status = await this.#conversation.ask(quit());
      if (!status.ok) throw commandRefusal(status, 'QUIT');
    } finally {
      this.close();
    }
  }

  /** Hangs up without QUIT: the server undoes what it was asked to delete. Never throws. */
  close(): void {
    this.#conversation.transport.close();
  }

  get #isBeforeTls(): boolean {
    return this.#security === 'starttls' && this.#conversation.transport.security === null;
  }

  #greeted(text: string): void {
    this.#stamp = stampOf(text);
    this.#notes.greeted(text);
  }

  get #pipelining(): boolean {
    return this.#mayPipeline && !this.#notes.oneByOne && this.#capabilities.pipelining;
  }

  async #askCapabilities(): Promise<void> {
    const isBeforeTls = this.#isBeforeTls;
    if (this.#notes.skipCapa || (isBeforeTls && this.#notes.skipCapaBeforeTls)) return;
    const reader = new CapabilityReader();
    this.#notes.doing({ what: 'capa', isBeforeTls });
    const status = await this.#conversation.ask(capa(), (bytes) => reader.push(bytes));
    this.#notes.done();
    // -ERR is the answer of servers from before RFC 2449; with a code it is one of a bad moment, and before STLS anybody's.
    const isLasting = status.code === null && !isBeforeTls;
    if (!status.ok && isLasting) this.#notes.capaRefused();
    this.#capabilities = status.ok ? Capabilities.fromLines(reader.lines) : Capabilities.unknown;
    for (const line of reader.lines) this.#conversation.note(line);
  }

  /**
   * RFC 6856 §3; a refusal changes nothing. Only where refusals carry codes: without them they are told apart by their
   * words, and those we know are English, which is what a server speaks that was not asked.
   */
  async #askLanguage(): Promise<void> {
    const tag = this.#language;
    if (tag === null || /^en\b/i.test(tag)) return;
    if (this.#capabilities.has('LANG') && this.#capabilities.has('RESP-CODES')) {
      await this.#conversation.ask(lang(tag));
    }
  }

  /** What servers from before RFC 5034 answer to AUTH alone. Asked only where CAPA was no help: some count it a strike. */
  async #listMechanisms(): Promise<readonly string[]> {
    if (this.#notes.skipAuthListing) return [];
    const reader = new CapabilityReader();
    this.#notes.doing({ what: 'auth-listing' });
    const status = await this.#conversation.ask(authListing(), (bytes) => reader.push(bytes));
    this.#notes.done();
    if (!status.ok && status.code === null) this.#notes.authListingRefused();
    return status.ok ? reader.lines.map((line) => line.trim().toUpperCase()) : [];
  }

  /** RFC 2595 §4. What the server said before is forgotten, because anybody may have said it. */
  async #startTls(): Promise<void> {
    const offered = this.#capabilities.has('STLS');
    if (this.#capabilities.known && !offered) throw new PoplarError('starttls-not-offered', 'tls');
    const status = await this.#conversation.ask(stls());
    if (!status.ok) {
      const { detail } = commandRefusal(status, 'STLS');
      throw new PoplarError(offered ? 'starttls-refused' : 'starttls-not-offered', 'tls', { detail });
    }
    this.#capabilities = Capabilities.unknown;
    this.#stamp = null;
    await this.#conversation.startTls();
    // Even where it was refused, or hung up on, before: anybody may have done that.
    await this.#askCapabilities();
  }
}

/** Nobody has changed their mind. */
const keepingAll = (marked: readonly MessageNumber[]) => Promise.resolve(marked);

/** The transport was to be secure and is not. Never a reason to go on in clear. */
function inClear(): PoplarError {
  return new PoplarError('tls-failed', 'tls', { detail: { what: 'stream-in-clear' } });
}
