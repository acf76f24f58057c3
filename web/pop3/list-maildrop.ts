/**
 * What is in the maildrop: UIDL for identity, LIST for sizes. It must not know what is new, nor what is done about it.
 */
import type { Capabilities } from './capabilities.ts';
import { list, stat, uidl } from './command.ts';
import type { Conversation } from './conversation.ts';
import { countOfStat, unnamedMessages } from './listing.ts';
import {
  ListingReply,
  NamedListing,
  sizesIn,
  unnamedListing,
  type MaildropListing,
} from './maildrop-listing.ts';
import { commandRefusal } from './refusal.ts';

/**
 * All messages, without unique-ids when the server has none. Throws PoplarError `command-refused` when it has them and
 * does not say them now, or says nothing at all of what there is (`server-refused` when POP3 is switched off).
 */
export async function listMaildrop(
  conversation: Conversation,
  capabilities: Capabilities,
  pipelining: boolean,
): Promise<MaildropListing> {
  const [uids, sizes] = [new ListingReply(), new ListingReply()];
  const [askUids, askSizes] = [uidl(), list()];
  if (pipelining) conversation.send(askUids, askSizes);
  else conversation.send(askUids);
  const named = await conversation.answer(askUids, (bytes) => uids.push(bytes));
  if (!pipelining) conversation.send(askSizes);
  // A refused LIST is no failure: sizes are hints.
  const sized = await conversation.answer(askSizes, (bytes) => sizes.push(bytes));
  // What LIST counts and UIDL leaves out waits until UIDL names it. Taken without its name it would be known by its header
  // alone, and come once more under its name the next time; a server that cuts its UIDL short would have a whole maildrop
  // looked at and fetched twice. To ask `UIDL n` for each costs strikes where LIST is what lies.
  if (named.ok) return new NamedListing(uids, sizes);
  // Some servers refuse UIDL of an empty maildrop; a listed UIDL that is refused all the same is a bad moment.
  const status = await conversation.ask(stat());
  const entries = sizesIn(sizes);
  const count = (status.ok ? countOfStat(status.text) : null) ?? (sized.ok ? entries.size : null);
  // Gmail lets people in whose POP3 is switched off, and refuses all three: that is no empty maildrop.
  if (count === null) throw commandRefusal(named, 'UIDL');
  if (count > 0 && capabilities.has('UIDL')) throw commandRefusal(named, 'UIDL');
  return unnamedListing(count === 0 ? [] : unnamedMessages(entries, count));
}
