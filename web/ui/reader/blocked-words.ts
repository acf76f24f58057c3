/** What a message was kept from loading, in one sentence. Pure. */
import { formatCount } from '../units.ts';

export interface BlockedCounts {
  images: number;
  /** Invisible pictures that tell the sender when and where a message is read. */
  trackers: number;
  /** Fonts, frames, style sheets and the like. */
  other: number;
}

/** `12 images are blocked, 1 tracker`. Empty when nothing was asked for. */
export function blockedSentence({ images, trackers, other }: BlockedCounts): string {
  const parts: readonly (readonly [number, string])[] = [
    [images, 'image'],
    [trackers, 'tracker'],
    [other, 'other file'],
  ];
  const [first, ...rest] = parts.filter(([count]) => count > 0);
  if (first === undefined) return '';
  const verb = first[0] === 1 ? 'is' : 'are';
  return [
    `${formatCount(first[0], first[1])} ${verb} blocked`,
    ...rest.map(([count, word]) => formatCount(count, word)),
  ].join(', ');
}
