/**
 * Messages that are here under another identity than the server gives them now: it renamed some, named one by mistake
 * like another, or left some out of UIDL. A fetched message that is here octet for octet is the same one, with Received
 * lines, Message-ID and all; stored again it would be seen twice. Must not know what is fetched, nor why.
 */
import type { MessageId } from '../model/ids.ts';
import type { MessageDigest, MessageSummary, PartialMark } from '../model/message.ts';
import type { NewMessage } from '../store/mail-store.ts';

export interface StoredMail {
  /** What is here of the account. */
  summaries: () => Promise<readonly MessageSummary[]>;
  raw: (id: MessageId) => Promise<Uint8Array | null>;
}

export class AlreadyHere {
  readonly #stored: StoredMail;
  /** Loaded at the first question: most fetches have none. */
  #byOutline: Map<string, MessageId[]> | null = null;

  constructor(stored: StoredMail) {
    this.#stored = stored;
  }

  /** Whether a message here is this one. Each stands for one only, so that copies are counted right. */
  async takes({ raw, digest, partial }: NewMessage): Promise<boolean> {
    this.#byOutline ??= await this.#load();
    const alike = this.#byOutline.get(outline(raw.length, digest, partial)) ?? [];
    for (const [index, id] of alike.entries()) {
      const stored = await this.#stored.raw(id);
      if (stored === null || !areEqual(stored, raw)) continue;
      alike.splice(index, 1);
      return true;
    }
    return false;
  }

  async #load(): Promise<Map<string, MessageId[]>> {
    const byOutline = new Map<string, MessageId[]>();
    for (const row of await this.#stored.summaries()) {
      const key = outline(row.octets, row, row.partial);
      const alike = byOutline.get(key);
      if (alike === undefined) byOutline.set(key, [row.id]);
      else alike.push(row.id);
    }
    return byOutline;
  }
}

/**
 * What can be compared without reading a body, so that hardly any body is read for nothing. A beginning stands for a
 * beginning of a message as large alone, never for a whole one.
 */
function outline(
  octets: number,
  { subject, sentAt, from }: MessageDigest,
  partial: PartialMark | undefined,
): string {
  return `${octets} of ${partial?.octets ?? 'all'} ${sentAt} ${from.address}\n${subject}`;
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at]);
}
