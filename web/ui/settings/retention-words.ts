/** How long mail stays on the server, what a rule would delete, and what it has: in words. Pure. */
import type { Backup } from '../../model/backup.ts';
import {
  MAX_REMOVED,
  type DeletingRule,
  type Held,
  type HoldReason,
  type RemovalFigures,
  type RemovalForecast,
  type RemovalStatus,
  type Retention,
} from '../../model/retention.ts';
import { formatCount, formatDay, formatOctets } from '../units.ts';

/** Whether the browser may clear away what is kept here; see StorageState. */
export type Persistence = 'kept' | 'may-be-cleared' | 'unknown';

/** A choice, as short as it can be said. */
export function ruleWords(retention: Retention): string {
  switch (retention.rule) {
    case 'keep':
      return 'Keep everything';
    case 'after-days':
      return `Delete after ${retention.days === 365 ? 'a year' : formatCount(retention.days, 'day')}`;
    case 'after-download':
      return 'Delete once it is here';
    case 'when-deleted':
      return 'Delete when it is deleted here';
  }
}

/** What a choice means. */
export function ruleMeaning(retention: Retention, host: string): string {
  switch (retention.rule) {
    case 'keep':
      return `All mail stays on ${host}; other devices can fetch it, too.`;
    case 'after-days':
      return `Counted from when a message came to this device. From then on it is on this device alone.`;
    case 'after-download':
      return `Each message is on this device alone from then on.`;
    case 'when-deleted':
      return `What is moved to Trash here is deleted on ${host} with the next fetch; all other mail stays there.`;
  }
}

/** What held on the device that the account came from, and does not hold here. */
export function formerRuleWords(rule: DeletingRule): string {
  return `On the other device it was “${ruleWords(rule)}”; to go on like that, choose it here.`;
}

/** What has become of the account's rule so far; null while it keeps everything and never did otherwise. */
export function removalWords(
  rule: DeletingRule | undefined,
  status: RemovalStatus | undefined,
  persistence: Persistence,
  backup?: Backup,
): string | null {
  if (rule === undefined && status === undefined) return null;
  const { gone = 0, goneAt = null, unknown = 0, refused = 0, held = {} } = status ?? {};
  const words = [
    gone === 0 || goneAt === null
      ? 'Nothing has been deleted yet.'
      : `${formatCount(gone, 'message')} deleted there so far, the last on ${formatDay(goneAt)}.`,
  ];
  if (rule !== undefined && persistence !== 'kept') {
    words.push(clearingWords(backup));
  }
  if (unknown > 0) {
    words.push(
      `The server did not say whether it deleted ${formatCount(unknown, 'message')}; the next fetch tells.`,
    );
  }
  if (refused > 0)
    words.push(
      `${formatCount(refused, 'message')} still there although deleting was asked for: see in the provider’s own webmail whether it lets other programs delete.`,
    );
  if (rule !== undefined) words.push(...heldWords(held));
  return words.join(' ');
}

/** Why not everything goes while the browser may clear away what is here, and what helps. */
export function clearingWords(backup: Backup | undefined): string {
  return backup === undefined
    ? 'Held back: this browser may throw your mail away. Ask it to keep it, under Storage, or save a copy of all mail.'
    : `This browser may throw your mail away, so only what is in the copy of ${formatDay(backup.at)} is deleted there. Ask it to keep your mail, under Storage, or save a new copy.`;
}

/** The dry run. */
export function forecastWords(
  { due, later, held }: RemovalForecast,
  rule: DeletingRule,
  host: string,
): string[] {
  const words = [
    due.messages === 0
      ? `Would delete nothing on ${host} now.`
      : `Would delete ${amount(due)}, on ${host} ${fetchWords(due)}.`,
  ];
  if (later.messages > 0 && rule.rule === 'after-days') {
    words.push(`Later ${amount(later)}, each when it has been here for ${formatCount(rule.days, 'day')}.`);
  }
  const fromNowOn =
    rule.rule === 'when-deleted'
      ? 'What you move back from Trash before that fetch stays there.'
      : 'Mail that comes from now on goes the same way.';
  words.push(...heldWords(held), fromNowOn);
  return words;
}

/** With which fetch so many messages go. */
export function fetchWords({ messages }: { messages: number }): string {
  return messages > MAX_REMOVED ? `from the next fetch on, ${MAX_REMOVED} with each` : 'with the next fetch';
}

function amount({ messages, octets, oldestAt }: RemovalFigures): string {
  const oldest =
    oldestAt === null
      ? ''
      : messages === 1
        ? `, of ${formatDay(oldestAt)}`
        : `, the oldest of ${formatDay(oldestAt)}`;
  return `${formatCount(messages, 'message')}, ${formatOctets(octets)}${oldest}`;
}

/** Reasons that are told elsewhere are left out. */
const HELD_WORDS: Readonly<Record<HoldReason, string | null>> = {
  'may-be-cleared': null,
  clock: 'because the clock of this device has jumped: for a week nothing is deleted',
  recent: null,
  'not-here': 'because they are not on this device',
  partial: 'because only their beginning is on this device',
  'no-unique-id': 'because the server gives them no unique-id',
  'shared-unique-id': 'because they share a unique-id with others',
  'no-receipt': 'because they were fetched by an earlier version, which kept no receipt',
  unterminated: 'because the server never sent their end',
  size: 'because the server says another size than what came',
  'not-read-back': 'because what is kept here could not be read back as it came',
  header: 'because the server does not show that they are the same as here',
  ignored: null,
};

function heldWords(held: Held): string[] {
  return Object.entries(held).flatMap(([reason, messages]) => {
    const because = HELD_WORDS[reason as HoldReason];
    return because === null
      ? []
      : [`${formatCount(messages, 'message')} ${messages === 1 ? 'stays' : 'stay'} ${because}.`];
  });
}
