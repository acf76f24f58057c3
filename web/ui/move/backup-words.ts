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

/** What is not in the file, or not as it came, a sentence each. */
export function lackWords({ unreadable, damaged, beginnings }: BackupFigures): string[] {
  return [
    unreadable === 0
      ? ''
      : `${formatCount(unreadable, 'message')} could not be read from this device and ${unreadable === 1 ? 'is' : 'are'} not in the file.`,
    damaged === 0
      ? ''
      : `${formatCount(damaged, 'message is', 'messages are')} damaged on this device: what is left is in the file, and does not count as saved.`,
    beginnings === 0
      ? ''
      : `Of ${formatCount(beginnings, 'message')} only the beginning is here; ${beginnings === 1 ? 'it is' : 'they are'} not in the file.`,
  ].filter((words) => words !== '');
}
