/**
 * The rest of a message whose beginning is here, or all of one that is damaged here: one visit that finds it in a fresh
 * listing, retrieves it, and puts the whole in place of what is here. Until that is stored it stays as it is, whatever breaks.
 */
import { PoplarError } from '../errors.ts';
import type { Account } from '../model/account.ts';
import { wholeOctets, type MessageSummary } from '../model/message.ts';
import type { Pop3Client } from '../pop3/client.ts';
import { headerIdentity } from '../pop3/identity-hash.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import type { WholeMessage } from '../pop3/retrieve.ts';
import type { MailStore } from '../store/mail-store.ts';
import { identifyDuplicates, isMadeHere } from './identity.ts';
import { locate } from './locate.ts';
import type { SyncParts } from './maildrop-sync.ts';
import { loginName } from './provider-ways.ts';
import { SLACK_OCTETS } from './renaming.ts';
import { leftOf, replaceBy } from './replacement.ts';
import { sayGoodbye } from './session.ts';
import { visitMaildrop } from './visit.ts';

export interface CompletionJob {
  account: Account;
  password: string;
  /** A message of the account whose beginning is here, or that is damaged. */
  message: MessageSummary;
  /** Hears how many octets of it have come. */
  onOctets: (octets: number) => void;
  signal: AbortSignal;
}

/**
 * Resolves to the message as it is now; null when somebody else has completed or removed it meanwhile. Throws PoplarError
 * that names host and user: `message-gone` when the server does not list it any more, `cancelled`.
 */
export async function completeFromServer(
  parts: SyncParts,
  job: CompletionJob,
): Promise<MessageSummary | null> {
  const { account, signal } = job;
  try {
    return await visitMaildrop(parts, job, (client) => complete(parts, job, client));
  } catch (error) {
    throw locate(error, account, signal);
  }
}

async function complete(
  parts: SyncParts,
  { account, password, message, onOctets, signal }: CompletionJob,
  client: Pop3Client,
): Promise<MessageSummary | null> {
  const { store, clock, policy } = parts;
  await client.login({ user: loginName(account), password });
  const listed = await find(client, store, message);
  if (listed === null) throw new PoplarError('message-gone', 'maildrop');
  const whole = await retrieveOne(client, listed, {
    ...{ signal, onOctets, maxOctets: policy.maxMessageOctets },
  });
  const completed = await client.during(replaceBy(parts, message, whole));
  await sayGoodbye(client, clock);
  return completed;
}

/** By its identity; by size and header where the server has renamed it. */
async function find(
  client: Pop3Client,
  store: MailStore,
  message: MessageSummary,
): Promise<ListedMessage | null> {
  const named = await client.list();
  const listed = isMadeHere(message.uidl) ? await client.identify(named) : named;
  const sizes = new Map([[message.uidl, wholeOctets(message)]]);
  const known = await store.knownUidls(message.account);
  const own = identifyDuplicates(listed, known, sizes).find(({ message: one }) => one.uidl === message.uidl);
  if (own !== undefined) return own.message;
  const left = await leftOf({ store }, message);
  if (left === null) return null;
  const alike = listed.filter(({ octets }) => Math.abs(octets - wholeOctets(message)) <= SLACK_OCTETS);
  const headed = await client.identify(alike.map((one) => ({ ...one, uidl: null })));
  const header = headerIdentity(left);
  return headed.find(({ uidl }) => uidl === header) ?? null;
}

async function retrieveOne(
  client: Pop3Client,
  listed: ListedMessage,
  {
    signal,
    onOctets,
    maxOctets,
  }: { signal: AbortSignal; onOctets: (octets: number) => void; maxOctets: number },
): Promise<WholeMessage> {
  let octets = 0;
  const options = {
    ...{ signal, maxOctets, windowCommands: 1, windowOctets: listed.octets },
    onOctets: (more: number) => onOctets((octets += more)),
  };
  for await (const item of client.retrieve([listed], options)) {
    if ('error' in item) throw item.error;
    return item;
  }
  throw new PoplarError('internal', 'page', { detail: { what: 'nothing retrieved' } });
}
