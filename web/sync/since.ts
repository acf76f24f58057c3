/**
 * Where in a maildrop begins what came since a day. POP3 knows no dates; TOP shows headers, and the newest Received says
 * when a message came. With so few headers as can be: a binary search by number, a look at some that it would leave out,
 * and a look at those next to the place that was found. Whatever is seen on the way to be new enough moves the place
 * down, so that a maildrop in no order at all is fetched rather than hidden. Must not know how headers are read.
 */
import type { ListedMessage } from '../pop3/listing.ts';
import { newestFirst, type Below } from './choice.ts';

/**
 * When messages came, milliseconds since 1970, in the same order; null where a message does not say. Null for all when
 * the server does not show headers.
 */
export type Dates = (messages: readonly ListedMessage[]) => Promise<(number | null)[] | null>;

/** Neighbours that are read together: one with a wrong date must not lead astray. */
const PROBE = 5;
/** So many of those that would be left out are looked at, evenly spread. */
const SAMPLE = 40;
/** The place is right when so many in a row below it are older. */
const RUN = 20;

/** The highest number of those that came before `from`; null when the server does not tell. */
export async function belowSince(
  listed: readonly ListedMessage[],
  from: number,
  dates: Dates,
): Promise<Below | null> {
  const newest = newestFirst(listed);
  const search = new Search(newest, from, dates);
  const found = await search.run();
  return found === null ? null : (newest[found]?.number ?? 0);
}

/** Thrown when the server shows no headers. */
class Blind extends Error {}

/** Places count from the newest message, 0. */
class Search {
  readonly #newest: readonly ListedMessage[];
  readonly #from: number;
  readonly #dates: Dates;

  constructor(newest: readonly ListedMessage[], from: number, dates: Dates) {
    this.#newest = newest;
    this.#from = from;
    this.#dates = dates;
  }

  /** The place of the first message to leave out: as many as there are when none is. */
  async run(): Promise<number | null> {
    try {
      return await this.#past(await this.#sampled(await this.#halved()));
    } catch (error) {
      if (error instanceof Blind) return null;
      throw error;
    }
  }

  async #halved(): Promise<number> {
    let [low, high] = [0, this.#newest.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const places = Array.from({ length: Math.min(PROBE, high - middle) }, (_, index) => middle + index);
      const wanted = (await this.#areWanted(places)).filter((isWanted) => isWanted !== null);
      // As many new as old ones, or none that says: rather too many than too few.
      if (wanted.filter(Boolean).length * 2 >= wanted.length) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Below the oldest of the sample that is wanted after all. */
  async #sampled(place: number): Promise<number> {
    const left = this.#newest.length - place;
    const step = Math.max(1, Math.ceil(left / SAMPLE));
    const places: number[] = [];
    for (let at = place; at < this.#newest.length; at += step) places.push(at);
    return this.#below(places, place);
  }

  /** Below all that is wanted, as long as some of the next ones is. */
  async #past(start: number): Promise<number> {
    let place = start;
    for (;;) {
      const length = Math.min(RUN, this.#newest.length - place);
      const places = Array.from({ length }, (_, index) => place + index);
      const next = await this.#below(places, place);
      if (next === place) return place;
      place = next;
    }
  }

  async #below(places: readonly number[], place: number): Promise<number> {
    const wanted = await this.#areWanted(places);
    const oldest = wanted.lastIndexOf(true);
    return oldest < 0 ? place : (places[oldest] ?? place) + 1;
  }

  /** Null for one that does not say when it came. */
  async #areWanted(places: readonly number[]): Promise<(boolean | null)[]> {
    if (places.length === 0) return [];
    const dates = await this.#dates(places.flatMap((place) => this.#newest[place] ?? []));
    if (dates === null) throw new Blind();
    return dates.map((date) => (date === null ? null : date >= this.#from));
  }
}
