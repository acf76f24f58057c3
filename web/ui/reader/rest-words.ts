/** A message of which not all is here as it came, and the rest on its way: in words. Pure. */
import type { MessageSummary, PartialMark } from '../../model/message.ts';
import { formatOctets } from '../units.ts';

/** For the list, where there is room for a sign alone. */
export const PARTIAL_LABEL = 'Only the beginning is here';
export const DAMAGED_LABEL = 'Damaged on this device';

export interface LackWords {
  /** What is missing of it. */
  what: string;
  offline: string;
  /** Where its account is not fetched any more. */
  closed: string;
  /** What brings it. */
  button: string;
}

/** Of a message whose beginning alone is here, or that is damaged. */
export function lackWords({ partial, damaged }: Pick<MessageSummary, 'partial' | 'damaged'>): LackWords {
  if (damaged || partial === undefined) {
    return {
      what: 'What this device keeps of this message is not what came. If the mail server still has it, it can be fetched again.',
      offline: 'Offline: it can be fetched again once there is a connection.',
      closed: 'This account is no longer fetched.',
      button: 'Fetch again',
    };
  }
  return {
    what: partialWords(partial),
    offline: 'Offline: the rest waits on the server.',
    closed: 'This account is no longer fetched; the rest is on the server alone.',
    button: 'Fetch the rest',
  };
}

export function partialWords({ octets, lines }: PartialMark): string {
  return `Only the beginning is here: ${lines} lines of ${formatOctets(octets)}.`;
}

/** While it is on its way, of so many octets. Before it comes the maildrop may be waited for. */
export function restWords(come: number, octets: number): string {
  if (come === 0) return `Fetching ${formatOctets(octets)}…`;
  return `Fetching: ${formatOctets(Math.min(come, octets))} of ${formatOctets(octets)}.`;
}
