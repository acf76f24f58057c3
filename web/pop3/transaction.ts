/**
 * Single commands of the transaction state, each with what its reply means (RFC 1939 §5 and §7). Listing, retrieving and
 * removing have files of their own. All throw PoplarError: `command-refused`, or what ended the connection.
 */
import { PoplarError } from '../errors.ts';
import type { MessageNumber, Uidl } from '../model/ids.ts';
import { latin1FromBytes } from '../wire/ascii.ts';
import { LineBuffer } from '../wire/line-buffer.ts';
import { lang, last, noop, rset, stat, top, uidl } from './command.ts';
import type { Command } from './command.ts';
import type { Conversation } from './conversation.ts';
import { countOfStat, listedMessages, totalsOfStat, uidlListing, uidOfReply } from './listing.ts';
import type { MaildropTotals } from './listing.ts';
import { MessageCollector } from './message-collector.ts';
import { commandRefusal } from './refusal.ts';
import type { StatusLine } from './status-line.ts';

/** More languages than any server speaks. */
const MAX_LANGUAGES = 1000;

/** STAT: a hint, never a bound. GNU mailutils changes its mind within a session. */
export async function askTotals(conversation: Conversation): Promise<MaildropTotals> {
  const { text } = await granted(conversation, stat());
  const totals = totalsOfStat(text);
  if (totals === null) throw unreadable('STAT');
  return totals;
}

/**
 * TOP: the header, the empty line and the first lines of the text. A preview and no more: servers cut it short, send
 * the whole message, or leave attachments out. Throws `message-too-large` beyond `maxOctets`.
 */
export async function askTop(
  conversation: Conversation,
  { number, lines, maxOctets }: { number: MessageNumber; lines: number; maxOctets: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const collector = new MessageCollector(maxOctets);
  await granted(conversation, top(number, lines), (bytes) => collector.add(bytes));
  if (!collector.tooLarge) return collector.take();
  const detail = { octets: collector.octets, limitOctets: maxOctets };
  throw new PoplarError('message-too-large', 'maildrop', { detail });
}

/** UIDL of one message; null when the reply names another or none. Old Mailpits list all. */
export async function askUid(conversation: Conversation, number: MessageNumber): Promise<Uidl | null> {
  const listing = uidlListing();
  let isListing = false;
  const { text } = await granted(conversation, uidl(number), (bytes) => {
    isListing = true;
    listing.push(bytes);
  });
  if (!isListing) return uidOfReply(text, number);
  const all = listedMessages(listing.entries, new Map());
  return all.find((message) => message.number === number)?.uidl ?? null;
}

/**
 * LAST (RFC 1460): the highest number that anybody retrieved; 0 for none. Null when the server has no LAST. A hint for
 * people at best: UW ipop3d counts TOP, others forget it with the session.
 */
export async function askLast(conversation: Conversation): Promise<number | null> {
  const status = await conversation.ask(last());
  return status.ok ? countOfStat(status.text) : null;
}

/** NOOP. In the authorization state it is refused by every server, and some count that. */
export async function sayNoop(conversation: Conversation): Promise<void> {
  await granted(conversation, noop());
}

/** RSET: messages that were marked as deleted in this session stay. Never right before the QUIT that is to delete them. */
export async function sayRset(conversation: Conversation): Promise<void> {
  await granted(conversation, rset());
}

/** LANG with a tag (RFC 6856 §3): the server's texts in this language. Resolves to the tag the server took, if it says so. */
export async function askLanguage(conversation: Conversation, tag: string): Promise<string | null> {
  const { text } = await granted(conversation, lang(tag));
  return /^[A-Za-z0-9-]{1,35}(?=\s|$)/.exec(text)?.[0] ?? null;
}

/** LANG alone: language tags with their own names, as the server lists them. */
export async function askLanguages(conversation: Conversation): Promise<{ tag: string; name: string }[]> {
  const buffer = new LineBuffer();
  const languages: { tag: string; name: string }[] = [];
  await granted(conversation, lang(), (bytes) => {
    const cursor = { bytes, at: 0 };
    for (let line = buffer.next(cursor); line !== null; line = buffer.next(cursor)) {
      const [tag = '', ...name] = latin1FromBytes(line).trim().split(/\s+/);
      if (tag !== '' && languages.length < MAX_LANGUAGES) languages.push({ tag, name: name.join(' ') });
    }
  });
  return languages;
}

async function granted(
  conversation: Conversation,
  command: Command,
  onBody?: (bytes: Uint8Array) => void,
): Promise<StatusLine> {
  const status = await conversation.ask(command, onBody);
  if (!status.ok) throw commandRefusal(status, command.verb);
  return status;
}

function unreadable(verb: string): PoplarError {
  return new PoplarError('protocol-error', 'maildrop', { detail: { what: 'unreadable-reply', verb } });
}
