/** What of a maildrop is fetched and what is left on the server: in words. Pure. */
import type { AccountStatus } from '../../model/account.ts';
import type { FetchChoice, HeadsAbove } from '../../model/fetch-choice.ts';
import { formatCount, formatDay, formatNumber, formatOctets } from '../units.ts';

/** A choice, as short as it can be said. */
export function choiceWords(choice: FetchChoice): string {
  switch (choice.what) {
    case 'all':
      return 'Everything';
    case 'newest':
      return `The newest ${formatNumber(choice.count)} messages, and what comes after`;
    case 'since':
      return `What came since ${formatDay(choice.from)}`;
  }
}

/** What a choice of size means; short enough to stand behind other words. */
export function headsWords(above: HeadsAbove | null): string | null {
  return above === null
    ? null
    : `Of messages above ${formatOctets(above)} only the beginning comes by itself.`;
}

/** The same before it is chosen. */
export function headsMeaning(above: HeadsAbove | null): string {
  return above === null
    ? 'Each message comes whole, however large it is.'
    : `Of messages above ${formatOctets(above)} only the first lines come by themselves; the rest comes when you ask for it there. Until then they stay on the server, whatever is deleted there otherwise.`;
}

type Known = Pick<AccountStatus, 'lastSyncAt' | 'maildropCount' | 'maildropOctets' | 'mark' | 'leftOut'>;

/** What it comes to in this maildrop, as far as it is known. */
export function leftOutWords(choice: FetchChoice, { mark, leftOut }: Known): string | null {
  if (choice.what === 'all') return null;
  if (mark?.isBlind === true) {
    return 'The server does not show when messages came, so everything is fetched.';
  }
  if (leftOut === undefined || leftOut.messages === 0) return null;
  const { messages, octets } = leftOut;
  return `${formatCount(messages, 'older message')}, ${formatOctets(octets)}, ${messages === 1 ? 'stays' : 'stay'} on the server alone.`;
}

/** What a choice that is not made yet would mean. */
export function choiceMeaning(choice: FetchChoice, { lastSyncAt, maildropCount }: Known): string {
  switch (choice.what) {
    case 'all':
      return 'What was left on the server so far comes with the next fetch.';
    case 'newest': {
      const more = maildropCount - choice.count;
      const there =
        lastSyncAt === null
          ? ''
          : more > 0
            ? ` Of ${formatCount(maildropCount, 'message')} there, ${formatNumber(more)} would not be fetched.`
            : ` On the server ${maildropCount === 1 ? 'is' : 'are'} ${formatCount(maildropCount, 'message')}, so everything comes.`;
      return `The newest by the server’s order: nearly every server numbers messages as they came.${there}`;
    }
    case 'since':
      return 'By the day on which a message came to the server. For that the beginnings of some messages are looked at.';
  }
}

/** The day in the person's calendar as a date field has it: `2026-11-03`. */
export function dayText(atMs: number): string {
  const date = new Date(atMs);
  const [year, month, day] = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  return [String(year).padStart(4, '0'), ...[month, day].map((part) => String(part).padStart(2, '0'))].join(
    '-',
  );
}

/** When that day begins for the person; null when it is none. */
export function dayStart(text: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return null;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const start = new Date(year, month - 1, day);
  return start.getMonth() === month - 1 && start.getDate() === day ? start.getTime() : null;
}
