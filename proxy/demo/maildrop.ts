/**
 * A maildrop (RFC 1939 §3): messages in order, an exclusive lock for one session, deletion marks, commit.
 * Pure logic: knows no socket, no protocol text and no clock.
 */

const CR = 13;
const LF = 10;

/** One message as it lies in a maildrop. `raw` is handed out as it is and must not be changed by anybody. */
export interface MaildropMessage {
  /** 1 to 70 characters of 0x21–0x7E (RFC 1939 §7). Nothing here checks it: tests want broken ones too. */
  readonly uidl: string;
  readonly raw: Uint8Array;
}

/** Octets of a message as RETR sends it: a missing last line end is added on the wire (RFC 1939 §11). */
export function transmittedOctets(raw: Uint8Array): number {
  const ended = raw.length >= 2 && raw[raw.length - 2] === CR && raw[raw.length - 1] === LF;
  return raw.length + (ended ? 0 : 2);
}

/** The messages of one mailbox. Delivery is possible at any time; a session sees what was there when it began. */
export class Maildrop {
  #messages: MaildropMessage[];
  #holder: MaildropSession | null = null;

  constructor(messages: Iterable<MaildropMessage> = []) {
    this.#messages = [...messages];
  }

  /** What is in the maildrop now, oldest first. */
  get messages(): readonly MaildropMessage[] {
    return this.#messages;
  }

  get inUse(): boolean {
    return this.#holder !== null;
  }

  /** Appends a message; sessions that are open do not see it (RFC 1939 §5: the listing is fixed). */
  deliver(message: MaildropMessage): void {
    this.#messages.push(message);
  }

  /** Takes the exclusive lock (RFC 1939 §4), or returns null when another session holds it. */
  open(): MaildropSession | null {
    if (this.#holder !== null) return null;
    this.#holder = new MaildropSession([...this.#messages], (session, deleted) =>
      this.#release(session, deleted),
    );
    return this.#holder;
  }

  #release(session: MaildropSession, deleted: ReadonlySet<MaildropMessage>): void {
    if (this.#holder !== session) return;
    this.#holder = null;
    if (deleted.size > 0) this.#messages = this.#messages.filter((message) => !deleted.has(message));
  }
}

/** One session's view: messages numbered from 1, with deletion marks. Ends with `commit` or `abandon`, once. */
export class MaildropSession {
  readonly #messages: readonly MaildropMessage[];
  readonly #release: (session: MaildropSession, deleted: ReadonlySet<MaildropMessage>) => void;
  readonly #deleted = new Set<MaildropMessage>();

  /** Made by `Maildrop.open` only. */
  constructor(
    messages: readonly MaildropMessage[],
    release: (session: MaildropSession, deleted: ReadonlySet<MaildropMessage>) => void,
  ) {
    this.#messages = messages;
    this.#release = release;
  }

  /** Messages that are not marked as deleted, with their numbers, in order. */
  *entries(): Generator<[number: number, message: MaildropMessage]> {
    for (const [index, message] of this.#messages.entries()) {
      if (!this.#deleted.has(message)) yield [index + 1, message];
    }
  }

  /** The message with this number, or null when there is none or it is marked as deleted. */
  message(number: number): MaildropMessage | null {
    const message = this.#messages[number - 1];
    return message === undefined || this.#deleted.has(message) ? null : message;
  }

  /** Count and octets of what is not marked as deleted (the drop listing, RFC 1939 §5 STAT). */
  totals(): { count: number; octets: number } {
    let count = 0;
    let octets = 0;
    for (const [, message] of this.entries()) {
      count += 1;
      octets += transmittedOctets(message.raw);
    }
    return { count, octets };
  }

  /** Marks a message; false when there is none with this number or it is marked already. */
  markDeleted(number: number): boolean {
    const message = this.message(number);
    if (message === null) return false;
    this.#deleted.add(message);
    return true;
  }

  /** Takes all marks back (RSET). */
  reset(): void {
    this.#deleted.clear();
  }

  /** The UPDATE state (RFC 1939 §6): removes what is marked and releases the lock. Returns how many went. */
  commit(): number {
    const gone = this.#deleted.size;
    this.#release(this, this.#deleted);
    return gone;
  }

  /** The connection ended without QUIT: nothing is removed (RFC 1939 §6), the lock is released. */
  abandon(): void {
    this.#release(this, new Set());
  }
}
