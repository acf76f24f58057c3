/** The note that the UW and Panda servers keep as the first message of an mbox. It is no mail, and nobody wrote it. Pure. */
import type { MessageDigest } from '../model/message.ts';
import type { ListedMessage } from '../pop3/listing.ts';

const SUBJECT = "DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA";

/** Whether it is that note. It is left on the server, which writes it anew with each change. */
export function isInternalData({ number }: ListedMessage, { subject, from }: MessageDigest): boolean {
  return number === 1 && subject === SUBJECT && from.name === 'Mail System Internal Data';
}
