/** What of a new account's mail comes at first: the few choices of the form, and what they mean. Pure. */
import { EVERYTHING, type FetchChoice } from '../../model/fetch-choice.ts';
import { dayStart, dayText } from '../settings/choice-words.ts';

const MONTH_MS = 30 * 86_400_000;

export type FirstFetch = 'all' | 'newest' | 'month';
export const FIRST_FETCHES: readonly FirstFetch[] = ['all', 'newest', 'month'];

export const firstFetchWords: Readonly<Record<FirstFetch, { name: string; meaning: string }>> = {
  all: { name: 'Everything', meaning: 'All mail comes, the newest first.' },
  newest: {
    name: 'The newest 500',
    meaning: 'And what comes after. Older mail stays on the server; the settings bring it later.',
  },
  month: {
    name: 'The last 30 days',
    meaning: 'And what comes after. Older mail stays on the server; the settings bring it later.',
  },
};

/** The same as an account carries it; `now` in milliseconds since 1970. */
export function firstChoice(choice: FirstFetch, now: number): FetchChoice {
  switch (choice) {
    case 'all':
      return EVERYTHING;
    case 'newest':
      return { what: 'newest', count: 500 };
    case 'month': {
      const from = now - MONTH_MS;
      return { what: 'since', from: dayStart(dayText(from)) ?? from };
    }
  }
}
