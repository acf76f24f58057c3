/** Messages as the page sees them: the row in a list, and the opened message. Raw bytes stay in the store. */
import type { AccountId, MessageId, Uidl } from './ids.ts';

/** RFC 5322 mailbox: a name and an address, both decoded. The name may be empty. */
export interface Mailbox {
  name: string;
  address: string;
}

/** Local folders. More kinds come with organising. */
export type FolderKind = 'inbox' | 'trash';

/** What the header-and-preview pass finds while fetching. Pure content, no identity. */
export interface MessageDigest {
  from: Mailbox;
  to: Mailbox[];
  subject: string;
  /** Milliseconds since 1970, from Date:, else from the newest Received:, else null. */
  sentAt: number | null;
  /** Up to 200 characters of text, white space folded. */
  preview: string;
  hasAttachment: boolean;
}

/** Of a message whose beginning alone is here: TOP gave it (RFC 1939 §7), and the rest waits on the server. */
export interface PartialMark {
  /** What the whole message has on the server, by its LIST. */
  octets: number;
  /** Lines of the text that were asked for. */
  lines: number;
}

/** One row of a list. */
export interface MessageSummary extends MessageDigest {
  id: MessageId;
  account: AccountId;
  folder: FolderKind;
  uidl: Uidl;
  /** Octets of the raw message as received: what is here, whether or not it is all. */
  octets: number;
  /** When it was stored here; also the list's date when the message has none. */
  receivedAt: number;
  seen: boolean;
  starred: boolean;
  /** The server never said where it ends: it has as many octets as were announced, and may lack some all the same. */
  unterminated?: true;
  partial?: PartialMark;
  /** Its raw bytes are lost or changed on this device: a repair has found that. */
  damaged?: true;
}

/** Octets of the whole message, as far as they are known. */
export function wholeOctets({ octets, partial }: Pick<MessageSummary, 'octets' | 'partial'>): number {
  return partial?.octets ?? octets;
}

/** A part that can be saved. `index` addresses it within its message. */
export interface AttachmentInfo {
  index: number;
  /** Decoded and made safe for a file system (no path, no control characters, no bidi overrides). */
  filename: string;
  mimeType: string;
  octets: number;
  /** For cid: references from HTML; without angle brackets. */
  contentId: string | null;
  /** Shown inside the text rather than in the list of attachments. */
  inline: boolean;
}

/** Something wrong in the message itself. Malformed mail is not an error: it is shown with its defects. */
export type Defect =
  | 'no-header'
  | 'no-date'
  | 'no-from'
  | 'raw-8bit-header'
  | 'parse-failed'
  | 'parse-timeout'
  | 'too-large-to-parse'
  | 'truncated-structure'
  | 'unterminated';

/** A message that was moved, and where it was before: what it takes to move it back. */
export interface MovedMessage {
  id: MessageId;
  from: FolderKind;
}

/** An opened message. When parsing failed `text` holds the source and `defects` says why. */
export interface MessageContent {
  id: MessageId;
  from: Mailbox[];
  sender: Mailbox | null;
  replyTo: Mailbox[];
  to: Mailbox[];
  cc: Mailbox[];
  subject: string;
  sentAt: number | null;
  /** RFC 5322 Message-ID without angle brackets, or null. */
  messageIdHeader: string | null;
  /** Plain text, or null when the message has only HTML. */
  text: string | null;
  /** HTML exactly as sent: untrusted, must pass html/sanitize before it is shown. */
  html: string | null;
  attachments: AttachmentInfo[];
  defects: Defect[];
}
