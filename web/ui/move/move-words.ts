/** What a move file holds and what became of it, in words. Pure. */
import type { MovedAccountFacts, MoveOutcome } from '../../model/move.ts';
import { ruleWords } from '../settings/retention-words.ts';
import { formatCount } from '../units.ts';

/** What is known of one account of the file, a sentence each. */
export function accountWords({ known, hasPassword, rule, isHere }: MovedAccountFacts): string[] {
  const fetched = `${formatCount(known, 'message')} ${known === 1 ? 'is' : 'are'} counted as fetched already.`;
  if (isHere) return [fetched, 'This mailbox is here already and keeps its settings.'];
  return [
    fetched,
    hasPassword ? 'Its password comes along.' : 'Its password is asked for with the first fetch.',
    ...(rule === null
      ? []
      : [`There the rule was “${ruleWords(rule)}”; here nothing is deleted before you have agreed to it.`]),
  ];
}

/** The button that takes the file over. */
export function takeWords(accounts: readonly MovedAccountFacts[]): string {
  const added = accounts.filter(({ isHere }) => !isHere).length;
  return added === 0 ? 'Add its list' : `Add ${formatCount(added, 'account')}`;
}

export function outcomeWords({ added, merged, learnt }: MoveOutcome): string {
  const accounts = added.length > 0 ? `${formatCount(added.length, 'account')} added` : 'No account added';
  const here = merged.length > 0 ? `, ${merged.length} here already` : '';
  const counted = learnt > 0 ? `; ${formatCount(learnt, 'message')} not fetched again` : '';
  return `${accounts}${here}${counted}`;
}
