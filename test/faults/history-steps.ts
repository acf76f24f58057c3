/** What happens in a long history: a seed makes a list of steps, and each step has its own chance, so that any may be left out. */
import { seeded, type Random } from '../support/seeded.ts';
import type { History } from './history.ts';
import { nameOf } from './history-mail.ts';
import * as person from './history-person.ts';
import type { Item } from './history-server.ts';
import * as visits from './history-visits.ts';

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

type Happening = (history: History, random: Random) => Promise<void> | void;

/** With how often each comes in comparison to the others. */
const HAPPENINGS: Readonly<Record<string, { weight: number; happens: Happening }>> = {
  'mail comes': { weight: 9, happens: deliver },
  'another client deletes': { weight: 3, happens: takeAway },
  'the server is set back': { weight: 2, happens: bringBack },
  'the server renames all': { weight: 2, happens: renameAll },
  'the server renames some': { weight: 2, happens: renameSome },
  'the server turns its list round': { weight: 2, happens: shuffle },
  'a quiet visit': { weight: 7, happens: visits.quietVisit },
  'quiet visits': { weight: 5, happens: visits.converge },
  'a visit on a bad day': { weight: 5, happens: visits.badDayVisit },
  'a visit that is cut': { weight: 5, happens: visits.cutVisit },
  'a visit that the server breaks': { weight: 5, happens: visits.brokenVisit },
  'a visit in which the device dies': { weight: 4, happens: visits.fatalVisit },
  'a visit that is cancelled': { weight: 2, happens: visits.cancelledVisit },
  'a visit while the person acts': {
    weight: 4,
    happens: visits.busyVisit([person.move, person.deleteForGood, person.wish, person.undo, person.mark]),
  },
  'a visit with a full disk': { weight: 4, happens: visits.fullDiskVisit },
  'all tabs are opened anew': { weight: 1, happens: (history) => history.reopen() },
  'the rest is fetched': { weight: 2, happens: visits.complete },
  'reads and stars': { weight: 3, happens: person.mark },
  'moves to Trash and back': { weight: 5, happens: person.move },
  'deletes for good': { weight: 4, happens: person.deleteForGood },
  'wishes by the ledger': { weight: 6, happens: person.wish },
  'takes a wish back': { weight: 3, happens: person.undo },
  'another rule': { weight: 3, happens: person.changeRule },
  'another choice': { weight: 3, happens: person.changeChoice },
  'the disk spoils a message': { weight: 2, happens: person.spoil },
  'looks all through': { weight: 1, happens: person.repairAll },
  'saves a copy of all mail': { weight: 1, happens: person.backUp },
  'the browser changes its promise': {
    weight: 1,
    happens: (history) => void (history.isKept = !history.isKept),
  },
  'time goes by': { weight: 6, happens: passTime },
  'the clock is set': { weight: 1, happens: setClock },
};

export interface Step {
  what: string;
  /** Where its own chance begins. */
  seed: number;
}

/** 30 to 80 steps. */
export function script(random: Random): Step[] {
  const kinds = Object.entries(HAPPENINGS).flatMap(([what, { weight }]) => Array<string>(weight).fill(what));
  return Array.from({ length: 30 + Math.floor(random() * 51) }, () => ({
    what: kinds[Math.floor(random() * kinds.length)] ?? '',
    seed: Math.floor(random() * 2 ** 32),
  }));
}

export async function perform(history: History, { what, seed }: Step): Promise<void> {
  const random = seeded(seed);
  await HAPPENINGS[what]?.happens(history, random);
  await history.look(random);
}

/** At the end everything is wanted, and nothing goes wrong any more. */
export async function finish(history: History, random: Random): Promise<void> {
  history.rig.account.fetch = { what: 'all' };
  await history.keepAccount();
  await visits.converge(history, random);
}

function deliver(history: History, random: Random): void {
  const { server, now, sharesNames } = history;
  const count = 1 + Math.floor(random() ** 3 * 14);
  const items = Array.from({ length: count }, () => server.deliver(random, now, sharesNames));
  history.tell(`  ${named(items)}`);
}

function takeAway(history: History, random: Random): void {
  const share = random() ** 2;
  const items = history.server.there.filter(() => random() < share);
  history.tell(`  ${named(items)}`);
  history.server.takeAway(items);
}

function bringBack(history: History, random: Random): void {
  const share = random();
  const items = history.server.items.filter(({ gone }) => gone !== null && random() < share);
  history.tell(`  ${named(items)}`);
  history.server.bringBack(items);
}

function renameAll({ server }: History): void {
  server.rename(server.there);
}

function renameSome(history: History, random: Random): void {
  const share = random();
  const items = history.server.there.filter(() => random() < share);
  history.tell(`  ${named(items)}`);
  history.server.rename(items);
}

/** Not where messages share names: on a day without sizes their order alone tells them apart. */
function shuffle({ server, sharesNames }: History, random: Random): void {
  if (!sharesNames) server.shuffle(random);
}

function passTime({ rig }: History, random: Random): void {
  rig.clock.advance(Math.ceil(random() ** 2 * 120) * HOUR_MS);
}

function setClock(history: History, random: Random): void {
  history.setByMs += random() < 0.5 ? YEAR_MS : -YEAR_MS;
}

const named = (items: readonly Item[]): string =>
  items.map(({ text, message }) => `${nameOf(text)} as ${message.uidl}`).join(', ');
