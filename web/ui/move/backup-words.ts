/** Copies of all mail, in words. Pure. */
import type { Backup } from '../../model/backup.ts';
import type { BackupFigures } from '../../state/backup-run.svelte.ts';
import { formatCount, formatDay, formatNumber, formatOctets } from '../units.ts';

/** The last copy of an account. */
export function copyWords(backup: Backup | undefined): string {
  return backup === undefined
    ? 'None has been saved from this device yet.'
    : `Last saved on ${formatDay(backup.at)}, with ${formatCount(backup.messages, 'message')}. What came later is not in it.`;
}

export function progressWords({ messages, total, octets }: BackupFigures): string {
  if (total === 0) return 'Looking at what is here';
  return `${formatNumber(messages)} of ${formatCount(total, 'message')}, ${formatOctets(octets)}`;
}

/** Null when all of it is in the file. */
export function unreadableWords({ unreadable }: BackupFigures): string | null {
  if (unreadable === 0) return null;
  return `${formatCount(unreadable, 'message')} could not be read from this device and ${unreadable === 1 ? 'is' : 'are'} not in the file.`;
}
