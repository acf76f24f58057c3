/** What is on a server and what becomes of it, in words. Pure. */
import type { AccountStatus } from '../../model/account.ts';
import type { HoldReason } from '../../model/retention.ts';
import type {
  LedgerAction,
  LedgerChange,
  LedgerEntry,
  LedgerFate,
  LedgerFigures,
  LedgerFilter,
  LedgerWindow,
} from '../../model/server-ledger.ts';
import { fetchWords } from '../settings/retention-words.ts';
import { formatAgo, formatCount, formatDay, formatNumber, formatOctets } from '../units.ts';

export const FILTER_WORDS: Readonly<Record<LedgerFilter, string>> = {
  all: 'All',
  'not-here': 'Not here',
  going: 'Will be deleted',
  kept: 'Kept by you',
};

export const PLACE_WORDS: Readonly<Record<LedgerEntry['place'], string>> = {
  here: 'Here',
  partial: 'Beginning',
  damaged: 'Damaged',
  removed: 'Was fetched',
  'not-here': 'Not here',
};

const BECAUSE: Readonly<Record<HoldReason, string>> = {
  'may-be-cleared': 'this browser may clear the copy here',
  clock: 'the clock of this device has jumped',
  recent: 'only the last days are fetched',
  'not-here': 'it is not on this device',
  partial: 'only its beginning is here',
  'no-unique-id': 'the server gives it no unique-id',
  'shared-unique-id': 'it shares its unique-id with others',
  'no-receipt': 'an earlier version fetched it, without a receipt',
  unterminated: 'the server never sent its end',
  size: 'the server says another size than came',
  'not-read-back': 'the copy here could not be read back',
  header: 'the server does not show that it is the same',
  ignored: 'the server has kept it; Poplar asks again after a day',
};

/** What becomes of a message there. */
export function fateWords({ fate, last }: Pick<LedgerEntry, 'fate' | 'last'>): string {
  const words = fateAlone(fate);
  if (last === null || fate.fate === 'leaving') return words;
  return last === 'refused' ? `${words} (refused last time)` : `${words} (last outcome unknown)`;
}

const WHY_WORDS: Readonly<Record<Extract<LedgerFate, { fate: 'goes' }>['why'], string>> = {
  rule: 'by the rule',
  asked: 'as you asked',
};

function fateAlone(fate: LedgerEntry['fate']): string {
  switch (fate.fate) {
    case 'kept':
      return 'Kept by you';
    case 'comes':
      return 'Comes with the next fetch';
    case 'leaving':
      return 'Being deleted; the next fetch tells';
    case 'goes':
      return `${fate.at === null ? 'Deleted at the next fetch' : `Deleted on ${formatDay(fate.at)}`}, ${WHY_WORDS[fate.why]}`;
    case 'stays':
      if (fate.why === 'no-rule' || isPlain(fate)) return 'Stays';
      return `${fate.asked ? 'Held back' : 'Stays'}: ${BECAUSE[fate.why]}`;
  }
}

/** That what is not here stays there needs no reason. */
const isPlain = (fate: LedgerFate): boolean =>
  fate.fate === 'stays' && !fate.asked && (fate.why === 'no-rule' || fate.why === 'not-here');

/** How a fate is marked: by a sign and a colour that says the same. */
export function fateTone({
  fate,
}: Pick<LedgerEntry, 'fate'>): 'going' | 'later' | 'kept' | 'comes' | 'held' | 'plain' {
  switch (fate.fate) {
    case 'leaving':
      return 'going';
    case 'goes':
      return fate.at === null ? 'going' : 'later';
    case 'kept':
    case 'comes':
      return fate.fate;
    case 'stays':
      return isPlain(fate) ? 'plain' : 'held';
  }
}

export function amount({ messages, octets }: LedgerFigures): string {
  return `${formatCount(messages, 'message')}, ${formatOctets(octets)}`;
}

/** What was done, in a sentence each; null when there is more to ask first. */
export function changeWords(action: LedgerAction, change: LedgerChange, host: string): string | null {
  const { changed, leftOut, nameless, tooLate } = change;
  const words: string[] = [];
  if (changed.messages > 0) words.push(doneWords(action, change, host));
  if (action === 'fetch' && leftOut.messages > 0) {
    words.push(`${formatCount(leftOut.messages, 'message')} here already: never fetched twice.`);
  }
  if (nameless > 0) {
    words.push(
      `${formatCount(nameless, 'message stays', 'messages stay')} there: without unique-ids Poplar cannot be sure to delete the right one. Delete ${nameless === 1 ? 'it' : 'them'} in the provider’s own webmail.`,
    );
  }
  if (tooLate > 0) words.push(tooLateWords(tooLate));
  if (action === 'none' && words.length === 0) words.push('Nothing to take back there.');
  return words.length === 0 ? null : words.join(' ');
}

function doneWords(action: LedgerAction, { changed, held }: LedgerChange, host: string): string {
  const messages = formatCount(changed.messages, 'message');
  switch (action) {
    case 'keep':
      return `${messages} kept on ${host}, whatever the rule says.`;
    case 'delete':
    case 'delete-without-copy':
      return `${messages} to be deleted on ${host} ${whenWords(changed, held)}.`;
    case 'none':
      return `${messages} ${changed.messages === 1 ? 'is' : 'are'} treated like all others again.`;
    case 'fetch':
      return `${messages} to come with the next fetch.`;
  }
}

function whenWords(changed: LedgerFigures, held: number): string {
  if (held >= changed.messages) return `once nothing holds ${held === 1 ? 'it' : 'them'} back`;
  const but = held === 0 ? '' : `, but ${formatNumber(held)} ${held === 1 ? 'is' : 'are'} held back for now`;
  return `${fetchWords(changed)}${but}`;
}

export function tooLateWords(count: number): string {
  return `Too late for ${formatCount(count, 'message')}: that is done, or the server was told already. The next fetch shows.`;
}

/** What everybody who looks at this ledger should know. */
export function noticeWords(
  {
    held,
    figures,
    hidesHeaders,
    onlyHere,
    awaited,
  }: Pick<LedgerWindow, 'held' | 'figures' | 'hidesHeaders' | 'onlyHere' | 'awaited'>,
  hasRule: boolean,
): string[] {
  const isAsked = hasRule || figures.going.messages > 0;
  const words: string[] = [];
  if (held === 'may-be-cleared' && isAsked) {
    words.push(
      'Deleting is held back: this browser may clear the copies here away. Ask it to keep them, or save a copy of all mail in the settings.',
    );
  }
  if (held === 'clock' && isAsked) {
    words.push(
      'The clock of this device has jumped: for a week the rule deletes nothing. See that it is right now.',
    );
  }
  if (held === 'recent')
    words.push(
      'While only the last days are fetched, nothing is deleted there; the settings of the account change that.',
    );
  if (hidesHeaders) words.push('This server shows no headers: of what is not here only the size is known.');
  if (awaited > 0) {
    words.push(
      `${formatCount(awaited, 'message')} that you want fetched again ${awaited === 1 ? 'is' : 'are'} not on the server now. Poplar looks for ${awaited === 1 ? 'it' : 'them'} for 30 days, then gives up.`,
    );
  }
  if (onlyHere > 0)
    words.push(`${formatCount(onlyHere, 'message')} on this device alone, not on the server.`);
  return words;
}

/** What is known of a server that cannot be looked at now; null before the first fetch. */
export function lastSeenWords(
  { lastSyncAt, maildropCount, maildropOctets }: AccountStatus,
  nowMs: number,
): string | null {
  if (lastSyncAt === null) return null;
  const had = amount({ messages: maildropCount, octets: maildropOctets });
  return `At the last fetch (${formatAgo(lastSyncAt, Math.max(nowMs, lastSyncAt))}) it had ${had}. What you asked for stays noted.`;
}

export const EMPTY_WORDS: Readonly<Record<LedgerFilter, string>> = {
  all: 'Nothing is on the server',
  'not-here': 'Everything on the server is here, too',
  going: 'Nothing will be deleted there',
  kept: 'Nothing is kept by your wish',
};
