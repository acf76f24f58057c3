/** What Thunderbird's popstate.dat says, in words. Pure. */
import type { PopstateFacts, PopstateSection } from '../../model/popstate.ts';
import { formatCount, formatDay, formatNumber } from '../units.ts';

/** What one mailbox of the file is. */
export function sectionWords({ fetched, partial, firstAt, lastAt }: PopstateSection): string {
  const when =
    firstAt === null || lastAt === null
      ? ''
      : formatDay(firstAt) === formatDay(lastAt)
        ? ` on ${formatDay(firstAt)}`
        : ` from ${formatDay(firstAt)} to ${formatDay(lastAt)}`;
  const rest =
    partial === 0
      ? ''
      : ` Of ${partial === 1 ? 'one more' : `${formatCount(partial, 'more', 'more')}`} it has the header alone: ${partial === 1 ? 'that one is' : 'those are'} fetched here.`;
  return `${formatCount(fetched, 'message')} fetched${fetched === 0 ? '' : when}.${rest}`;
}

/** How much of the file is of this account, and how much is not. */
export function shareWords({ sections }: PopstateFacts): string {
  const count = (isThis: boolean): number =>
    sections.reduce((sum, section) => sum + (section.isThis === isThis ? section.fetched : 0), 0);
  const [own, others] = [count(true), count(false)];
  const foreign = others === 0 ? '' : `, ${formatNumber(others)} for others`;
  return `${formatCount(own, 'unique-id')} for this account${foreign}.`;
}

/** Null when every line could be read. */
export function oddWords({ odd, oddLines }: PopstateFacts): string | null {
  if (odd === 0) return null;
  const named = oddLines.join(', ');
  const more = odd > oddLines.length ? ` and ${formatCount(odd - oddLines.length, 'more', 'more')}` : '';
  return odd === 1
    ? `Line ${named} could not be read and is left out.`
    : `Lines ${named}${more} could not be read and are left out.`;
}
