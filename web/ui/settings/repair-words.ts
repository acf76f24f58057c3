/** A repair in words: how far it is, what it found. Pure. */
import type { DamagedMessage, RepairProgress, RepairReport } from '../../model/repair.ts';
import { formatCount, formatDay, formatDuration, formatNumber, formatOctets } from '../units.ts';

/** Before this a rate says nothing, in milliseconds. */
const RATE_AFTER_MS = 1_000;

/** `1,200 of 100,000 messages, 7 MB of 600 MB, 90 MB/s, about 7 s left`. */
export function progressWords(progress: RepairProgress, readingMs: number): string {
  const { messagesDone, messagesTotal, octetsDone, octetsTotal } = progress;
  if (progress.phase === 'waiting') return 'Waiting for a fetch, or for another tab';
  const words = [
    `${formatNumber(messagesDone)} of ${formatCount(messagesTotal, 'message')}`,
    `${formatOctets(octetsDone)} of ${formatOctets(octetsTotal)}`,
  ];
  if (readingMs >= RATE_AFTER_MS && octetsDone > 0) {
    words.push(`${formatOctets((octetsDone / readingMs) * 1000)}/s`);
    const leftMs = ((octetsTotal - octetsDone) / octetsDone) * readingMs;
    if (leftMs > 0) words.push(`about ${formatDuration(leftMs)} left`);
  }
  return words.join(', ');
}

/** 0 to 1 by octets; null while the whole is not known. */
export function repairFraction({ octetsDone, octetsTotal }: RepairProgress): number | null {
  return octetsTotal === 0 ? null : Math.min(1, octetsDone / octetsTotal);
}

/** What was found, a sentence each; the first one is the verdict. */
export function reportWords(report: RepairReport): string[] {
  const { messages, octets, unproven, mended, rebuilt, damagedCount, durationMs } = report;
  const read = `${formatCount(messages, 'message')}, ${formatOctets(octets)}, read in ${formatDuration(durationMs)}`;
  const verdict =
    damagedCount === 0
      ? `No message is damaged: ${read}.`
      : `${formatCount(damagedCount, 'message is', 'messages are')} damaged: ${read}.`;
  return [
    verdict,
    ...(rebuilt > 0 ? [`${formatCount(rebuilt, 'row')} of the list made anew from the message itself.`] : []),
    ...(mended > 0
      ? [`${formatCount(mended, 'record')} beside the mail mended: marks, unique-ids or counts.`]
      : []),
    ...(unproven > 0
      ? [`${formatCount(unproven, 'message')} came without a checksum, and could be read, but not proven.`]
      : []),
  ];
}

/** What to do with damaged messages. */
export const DAMAGED_ADVICE =
  'They stay in the list with all marks, and nothing of them was deleted. While the mail server has them, it keeps them: a message that cannot be read back here is never deleted there. Open one to fetch it again.';

/** `3 November 2026, 6 kB, its content is lost`. */
export function damagedWords({ sentAt, octets, damage }: DamagedMessage): string {
  const what = damage === 'lost' ? 'its content is lost' : 'its content is not what came';
  return [sentAt === null ? '' : formatDay(sentAt), formatOctets(octets), what]
    .filter((words) => words !== '')
    .join(', ');
}
