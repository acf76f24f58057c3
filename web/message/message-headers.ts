/**
 * What the header of a message says, decoded: the one reading that the list row, the opened message and the source
 * view share, so that they never disagree about who wrote.
 */
import type { Defect, Mailbox } from '../model/message.ts';
import { parseMailboxes } from './address.ts';
import { saysNothing } from './charset.ts';
import { parseDate } from './date.ts';
import { decodeEncodedWords } from './encoded-word.ts';
import { allValues, firstValue, splitMessageHeader, textValue, type HeaderBlock } from './header.ts';
import { parseStructured } from './parameter.ts';
import { cleanText } from './text.ts';

/** An address list longer than this is cut: the rest can be read in the source. */
export const MAX_MAILBOXES = 1000;
const MAX_SUBJECT_CHARS = 2000;
const MAX_MESSAGE_ID_CHARS = 998;

export interface MessageHeaders {
  from: Mailbox[];
  sender: Mailbox | null;
  replyTo: Mailbox[];
  to: Mailbox[];
  cc: Mailbox[];
  subject: string;
  sentAt: number | null;
  messageIdHeader: string | null;
  defects: Defect[];
}

/** Reads all fields that an opened message shows. Never throws. */
export function readHeaders(block: HeaderBlock): MessageHeaders {
  const from = authors(block, MAX_MAILBOXES);
  const sentAt = sentTime(block);
  const messageId = cleanText(firstValue(block, 'message-id') ?? '', MAX_MESSAGE_ID_CHARS);
  return {
    from,
    sender: mailboxes(block, 'sender', 1)[0] ?? null,
    replyTo: mailboxes(block, 'reply-to', MAX_MAILBOXES),
    to: mailboxes(block, 'to', MAX_MAILBOXES),
    cc: mailboxes(block, 'cc', MAX_MAILBOXES),
    subject: subjectOf(block),
    sentAt,
    messageIdHeader: messageId.replace(/^.*<|>.*$/g, '') || null,
    defects: headerDefects(block, from, sentAt),
  };
}

function headerDefects(block: HeaderBlock, from: readonly Mailbox[], sentAt: number | null): Defect[] {
  const defects: Defect[] = [];
  if (block.fields.length === 0) defects.push('no-header');
  if (from.length === 0) defects.push('no-from');
  if (sentAt === null) defects.push('no-date');
  if (block.eightBit) defects.push('raw-8bit-header');
  return defects;
}

/** The mailboxes of all fields of that name, at most `limit`. */
export function mailboxes(block: HeaderBlock, name: string, limit: number): Mailbox[] {
  const found: Mailbox[] = [];
  for (const value of allValues(block, name)) {
    if (found.length >= limit) break;
    found.push(...parseMailboxes(textValue(value, bodyCharset(block)), limit - found.length));
  }
  return found;
}

/**
 * The mailboxes of From:. A name alone before a mailbox belongs to it: `Doe, Ann <ann@example.org>` lacks quotes, and
 * `"Your Bank", <other@example.org>` hopes that the address is not shown.
 */
export function authors(block: HeaderBlock, limit: number): Mailbox[] {
  const found: Mailbox[] = [];
  let names: string[] = [];
  for (const { name, address } of mailboxes(block, 'from', limit)) {
    if (name !== '') names.push(name);
    if (address === '') continue;
    found.push({ name: names.join(', '), address });
    names = [];
  }
  return names.length === 0 ? found : [...found, { name: names.join(', '), address: '' }];
}

/** The decoded subject on one line, or an empty string. */
export function subjectOf(block: HeaderBlock): string {
  const value = firstValue(block, 'subject');
  if (value === null) return '';
  return cleanText(decodeEncodedWords(textValue(value, bodyCharset(block))), MAX_SUBJECT_CHARS);
}

/** Milliseconds since 1970 from Date:, else from the newest Received: (RFC 5321 §4.4: the first one), else null. */
export function sentTime(block: HeaderBlock): number | null {
  const date = firstValue(block, 'date');
  const sent = date === null ? null : parseDate(date);
  return sent ?? newestReceived(block);
}

/** Milliseconds since 1970 when it came to its server: the newest Received:, which nobody before it has written, else Date:. */
export function arrivalTime(raw: Uint8Array): number | null {
  const block = splitMessageHeader(raw);
  return newestReceived(block) ?? sentTime(block);
}

function newestReceived(block: HeaderBlock): number | null {
  for (const received of allValues(block, 'received')) {
    const at = parseDate(received.slice(received.lastIndexOf(';') + 1));
    if (at !== null) return at;
  }
  return null;
}

/** Raw 8-bit headers are mostly in the charset that the body declares. */
function bodyCharset(block: HeaderBlock): string | null {
  if (!block.eightBit) return null;
  const label = parseStructured(firstValue(block, 'content-type') ?? '').params.get('charset') ?? null;
  return label === null || saysNothing(label) ? null : label;
}
