/** A copy of all mail of an account, saved as a file: what is in it need not be feared for when the browser clears up. */
import type { MessageId } from './ids.ts';

/** What is known of the last copy that was saved whole. */
export interface Backup {
  /** Milliseconds since 1970. */
  at: number;
  /** It holds all that was here up to this message; ids rise in the order of arrival. */
  upTo: MessageId;
  /** But for these, which could not be read, were damaged, or were not all here. */
  without: MessageId[];
  messages: number;
}

/** What a copy will hold. */
export interface BackupOutline {
  /** Names it in the calls that follow. */
  id: number;
  messages: number;
  /** Of the messages as they came; the file has a little more. */
  octets: number;
}

/** The next piece of the file. */
export interface BackupPart {
  bytes: Uint8Array<ArrayBuffer>;
  /** Messages in it. */
  messages: number;
  /** Messages that could not be read from this device, and so are not in it. */
  unreadable: number;
  /** Messages that are in it, but not as they once came. */
  damaged: number;
  /** Messages whose beginning alone is here; they are not in it either. */
  beginnings: number;
  isLast: boolean;
}
