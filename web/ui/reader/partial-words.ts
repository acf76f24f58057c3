/** A message whose beginning alone is here, and its rest on the way: in words. Pure. */
import type { PartialMark } from '../../model/message.ts';
import { formatOctets } from '../units.ts';

/** For the list, where there is room for a sign alone. */
export const PARTIAL_LABEL = 'Only the beginning is here';

export function partialWords({ octets, lines }: PartialMark): string {
  return `Only the beginning is here: ${lines} lines of ${formatOctets(octets)}.`;
}

/** While the rest is on its way. Before it comes the maildrop may be waited for. */
export function restWords(come: number, { octets }: PartialMark): string {
  if (come === 0) return `Fetching ${formatOctets(octets)}…`;
  return `Fetching: ${formatOctets(Math.min(come, octets))} of ${formatOctets(octets)}.`;
}
