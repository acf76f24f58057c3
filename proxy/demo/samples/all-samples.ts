/**
 * All sample mail in one maildrop's order. Two starts give the same letters under the same unique-ids.
 */
import type { MaildropMessage } from '../maildrop.ts';
import { SampleClock } from './clock.ts';
import { compose, sentAt, uidlOf, type Letter } from './compose.ts';
import { welcome } from './welcome.ts';

const CHAPTERS: readonly ((clock: SampleClock) => Letter[])[] = [welcome];

/** Every sample letter, in no promised order. */
export function sampleLetters(clock: SampleClock): Letter[] {
  return CHAPTERS.flatMap((chapter) => chapter(clock));
}

/** The sample mail as it lies in the maildrop, oldest first, dated back from `nowMs`. */
export function sampleMaildrop(nowMs: number): MaildropMessage[] {
  const clock = new SampleClock(nowMs);
  return sampleLetters(clock)
    .map((letter) => ({ letter, at: sentAt(letter, clock) }))
    .sort((left, right) => left.at - right.at)
    .map(({ letter }) => ({ uidl: uidlOf(letter.name), raw: compose(letter, clock) }));
}
