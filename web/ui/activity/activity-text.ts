/** A fetch in words: what goes on, how far it is, how long it may take, how it ended. Pure; the present is handed in. */
import type { SkippedMessage, SyncProgress, SyncResult } from '../../model/event.ts';
import { formatCount, formatDuration, formatNumber, formatOctets } from '../units.ts';

/** Before this a rate says nothing, in milliseconds. */
const RATE_AFTER_MS = 3_000;

/** What goes on, without figures. */
export function phaseText(progress: SyncProgress): string {
  switch (progress.phase) {
    case 'waiting':
      return 'Waiting for another tab';
    case 'connecting':
      return 'Connecting';
    case 'login':
      return 'Logging in';
    case 'listing':
      return 'Looking for new mail';
    case 'fetching':
      return 'Getting mail';
    case 'closing':
      return 'Closing the connection';
  }
}

/** `120 of 312` messages and `18 MB of 48 MB`: null while there is nothing to count. */
export function figures(progress: SyncProgress): { messages: string; octets: string } | null {
  if (progress.messagesTotal === 0 || progress.phase !== 'fetching') return null;
  // The server's sizes may be wrong by a little: never show more than all.
  const done = Math.min(progress.octetsDone, progress.octetsTotal);
  return {
    messages: `${formatNumber(progress.messagesDone)} of ${formatNumber(progress.messagesTotal)}`,
    octets: `${formatOctets(done)} of ${formatOctets(progress.octetsTotal)}`,
  };
}

/** `about 3 min left`, or nothing while it cannot be known. */
export function timeLeft(progress: SyncProgress, nowMs: number): string {
  const elapsedMs = nowMs - progress.startedAt;
  const left = progress.octetsTotal - progress.octetsDone;
  if (progress.phase !== 'fetching' || elapsedMs < RATE_AFTER_MS || progress.octetsDone <= 0 || left <= 0)
    return '';
  return `about ${formatDuration((left / progress.octetsDone) * elapsedMs)} left`;
}

/** 0 to 1 by octets; null while the whole is not known. */
export function fraction(progress: SyncProgress): number | null {
  if (progress.phase === 'closing') return 1;
  if (progress.phase !== 'fetching' || progress.octetsTotal <= 0) return null;
  return Math.min(1, progress.octetsDone / progress.octetsTotal);
}

/** Which one it is for the person who looks for it on the server: by its unique-id, else by its number in the list of the server. */
export function whichMessage({ uidl, number, octets }: SkippedMessage): string {
  // What stands behind a line feed was made here, and tells nobody anything (ids.ts).
  const [own = ''] = uidl.split('\n', 1);
  const name = own === '' ? '' : `, unique-id ${own}`;
  return `message ${number}${octets === 0 ? '' : `, ${formatOctets(octets)}`}${name}`;
}

/** How it ended: `12 new messages`, and what could not be fetched. */
export function resultText(result: SyncResult): string {
  const fetched = result.fetched === 0 ? 'No new mail' : formatCount(result.fetched, 'new message');
  if (result.skipped.length === 0) return fetched;
  return `${fetched}. ${formatCount(result.skipped.length, 'message')} could not be fetched and ${result.skipped.length === 1 ? 'stays' : 'stay'} on the server`;
}
