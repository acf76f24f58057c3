/** What was done to messages, for the toast that offers to take it back. Pure. */
import type { FlagPatch } from '../state/flag-actions.ts';
import { formatCount } from './units.ts';

/** `Marked as unread`, `3 messages marked as read`. */
export function flagWords(patch: FlagPatch, count: number): string {
  const done =
    patch.seen !== undefined
      ? `marked as ${patch.seen ? 'read' : 'unread'}`
      : patch.starred === false
        ? 'no longer starred'
        : 'starred';
  return count === 1
    ? done.charAt(0).toUpperCase() + done.slice(1)
    : `${formatCount(count, 'message')} ${done}`;
}
