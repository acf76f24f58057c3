/**
 * Messages that are here under another identity than the server gives them now: it renamed some, named one by mistake
 * like another, or left some out of UIDL. A fetched message that is here octet for octet, but for what servers add to it, is
 * the same one, with Received lines, Message-ID and all; stored again it would be seen twice. Must not know what is fetched,
 * nor why.
 */
import { PoplarError } from '../errors.ts';
import type { MessageId, Uidl } from '../model/ids.ts';
import { wholeOctets, type MessageDigest, type MessageSummary } from '../model/message.ts';
import type { Deletion } from '../model/retention.ts';
import { contentIdentity, headerIdentity, volatileOctets } from '../pop3/identity-hash.ts';
import type { NewMessage } from '../store/mail-store.ts';
import { grouped } from './groups.ts';
import { SLACK_OCTETS } from './renaming.ts';

/** What servers add to a message or leave away (identity-hash.ts): a few fields, a line end. */
const ADDED_OCTETS = 512;

export interface StoredMail {
  /** What is here of the account. */
  summaries: () => Promise<readonly MessageSummary[]>;
  /** What was deleted here for good, where it is not to come again. */
  deleted?: () => Promise<readonly Deletion[]>;
  /** Names under which somebody wants it all the same. */
  wanted?: ReadonlySet<Uidl>;
  raw: (id: MessageId) => Promise<Uint8Array | null>;
}

/**
 * A message that is, or was, here and is the one that came. `lacks`: only its beginning is here, or it is damaged, and all
 * of it has come; it is not to be left as it is. `isProven`: by its octets. Of a damaged one only its row tells: sender,
 * subject, date and size.
 */
export interface Found {
  id: MessageId;
  uidl: Uidl;
  lacks: boolean;
  isProven: boolean;
}

type Row = Pick<MessageSummary, 'id' | 'uidl' | 'octets' | 'partial' | 'damaged'>;

export class AlreadyHere {
  readonly #stored: StoredMail;
  /** Loaded at the first question: most fetches have none. */
  #byOutline: Map<string, Row[]> | null = null;
  #deleted: Map<string | null, Deletion[]> | null = null;

  constructor(stored: StoredMail) {
    this.#stored = stored;
  }

  /** The message here that this one is, or null. Each stands for one only, so that copies are counted right. */
  async take(message: NewMessage): Promise<Found | null> {
    this.#byOutline ??= grouped(await this.#stored.summaries(), outline);
    const alike = this.#byOutline.get(outline(message.digest)) ?? [];
    // Without a date too many look alike to read them all.
    const slack = message.digest.sentAt === null ? 0 : ADDED_OCTETS;
    for (const [index, row] of alike.entries()) {
      if (!mayBeSame(row, message, slack)) continue;
      const stored = await this.#readable(row.id);
      if (stored === null || !isSame(row, stored, message)) continue;
      alike.splice(index, 1);
      return toFound(row, message, true);
    }
    const damaged = takeDamaged(alike, message);
    // What is damaged here may be a copy of what was deleted: then this is rather its cure.
    return damaged ?? (alike.some((row) => row.damaged === true) ? null : this.#takeDeleted(message));
  }

  /** There is nothing left to compare but its header, and its size with or without what servers add to it. */
  async #takeDeleted({ uidl, raw, partial }: NewMessage): Promise<Found | null> {
    if (this.#stored.wanted?.has(uidl) === true) return null;
    this.#deleted ??= grouped((await this.#stored.deleted?.()) ?? [], ({ header }) => header);
    if (this.#deleted.size === 0) return null;
    const octets = partial?.octets ?? raw.length;
    const sizes = [octets, octets - volatileOctets(raw)];
    const alike = this.#deleted.get(headerIdentity(raw)) ?? [];
    const index = alike.findIndex((one) =>
      sizes.some((size) => Math.abs(wholeOctets(one) - size) <= SLACK_OCTETS),
    );
    const [one] = index < 0 ? [] : alike.splice(index, 1);
    return one === undefined ? null : { id: one.id, uidl: one.uidl, lacks: false, isProven: true };
  }

  /** Null when it is damaged, which is no reason to give up the fetch. */
  async #readable(id: MessageId): Promise<Uint8Array | null> {
    try {
      return await this.#stored.raw(id);
    } catch (error) {
      if (error instanceof PoplarError && error.detail['reason'] === 'damaged') return null;
      throw error;
    }
  }
}

/** What can be compared without reading a body, so that hardly any body is read for nothing. Of a beginning it is the same. */
export function outline({ subject, sentAt, from }: MessageDigest): string {
  return `${sentAt} ${from.address}\n${subject}`;
}

/** After all that are sound: those are told by more. A beginning is no cure, and without a date too many look alike. */
function takeDamaged(alike: Row[], message: NewMessage): Found | null {
  if (message.partial !== undefined || message.digest.sentAt === null) return null;
  const index = alike.findIndex((row) => row.damaged === true && mayBeSame(row, message, 0));
  const [row] = index < 0 ? [] : alike.splice(index, 1);
  return row === undefined ? null : toFound(row, message, false);
}

function toFound({ id, uidl, partial, damaged }: Row, message: NewMessage, isProven: boolean): Found {
  const lacks = (partial ?? damaged) !== undefined && message.partial === undefined;
  return { id, uidl, lacks, isProven };
}

/** By their sizes; two whole messages may differ by so many octets. */
function mayBeSame(row: Row, { raw, partial }: NewMessage, slackOctets: number): boolean {
  if (row.partial === undefined && partial === undefined) {
    return Math.abs(row.octets - raw.length) <= slackOctets;
  }
  if (row.partial !== undefined && partial !== undefined) {
    return wholeOctets(row) === partial.octets && row.octets === raw.length;
  }
  // What LIST says of a message need not be what comes of it.
  return Math.abs(wholeOctets(row) - (partial?.octets ?? raw.length)) <= SLACK_OCTETS;
}

/** Octet for octet, but for what servers add; a beginning and a whole message, as far as the beginning goes. */
function isSame(row: Row, stored: Uint8Array, { raw, partial }: NewMessage): boolean {
  if (row.partial === undefined && partial !== undefined) return startsWith(stored, raw);
  if (row.partial !== undefined && partial === undefined) return startsWith(raw, stored);
  if (stored.length === raw.length && startsWith(stored, raw)) return true;
  return partial === undefined && contentIdentity(stored) === contentIdentity(raw);
}

/** Whether the octets begin with these. */
export function startsWith(octets: Uint8Array, beginning: Uint8Array): boolean {
  return octets.length >= beginning.length && beginning.every((octet, at) => octet === octets[at]);
}
