/**
 * All sample mail in one maildrop's order. Two starts give the same letters under the same unique-ids.
 */
import type { MaildropMessage } from '../maildrop.ts';
import { SampleClock } from './clock.ts';
import { compose, sentAt, uidlOf, type Letter } from './compose.ts';
import { cartographyList } from './cartography-list.ts';
import { family } from './family.ts';
import { friends } from './friends.ts';
import { garden } from './garden.ts';
import { home } from './home.ts';
import { machines } from './machines.ts';
import { newsletters } from './newsletters.ts';
import { receipts } from './receipts.ts';
import { trouble } from './trouble.ts';
import { welcome } from './welcome.ts';
import { work } from './work.ts';
import { workshop } from './workshop.ts';

const CHAPTERS: readonly ((clock: SampleClock) => Letter[])[] = [
  welcome,
  family,
  friends,
  home,
  work,
  garden,
  workshop,
  cartographyList,
  newsletters,
  receipts,
  machines,
  trouble,
];

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
