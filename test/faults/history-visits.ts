/** Visits of a long history, in which nothing goes wrong or one thing does. */
import { PoplarError } from '../../web/errors.ts';
import type { MailStore } from '../../web/store/mail-store.ts';
import { completeFromServer } from '../../web/sync/completion.ts';
import type { SyncParts } from '../../web/sync/maildrop-sync.ts';
import { pick, type Random } from '../support/seeded.ts';
import { PASSWORD } from '../integration/sync/rig.ts';
import { createCutDial } from './cut-dial.ts';
import type { History } from './history.ts';
import { badDay } from './history-server.ts';
import { impatiently } from './impatience.ts';
import { failWrites } from './store-faults.ts';

/** What a visit has done. */
interface Visited {
  error: PoplarError | null;
  fetched: number;
  /** Messages that were asked for, and those that went. */
  asked: number;
  gone: number;
}

/** One visit, whatever happens in it; what it did is judged. */
async function visit(
  history: History,
  random: Random,
  given: Partial<SyncParts> = {},
  after: () => Promise<void> = async () => undefined,
  signal = new AbortController().signal,
): Promise<Visited> {
  const { rig, server, oracle, isKept, now: begunAt } = history;
  // Where little is wanted, what was deleted here for good is looked for only if some of that is known again.
  if ((rig.account.fetch?.what ?? 'all') !== 'all') server.hideNames();
  const before = rig.commands.length;
  const parts = { ...history.parts(history.store(random)), ...given };
  const fetching = rig.fetch({ parts, signal });
  // What is slow must not be taken for silent where nothing goes wrong.
  const mayWait = rig.faults.stallAt === undefined;
  const { result, error } = await (mayWait
    ? fetching
    : impatiently(fetching, rig.clock, () => rig.commands.length));
  await after();
  await history.quiet();
  const gone = server.settle();
  // Waiting for a silent server takes its time.
  await history.look(random, begunAt);
  oracle.judge(gone, { rule: rig.account.retention, isKept, now: history.now });
  const asked = rig.commands.slice(before).filter((command) => command.startsWith('RETR')).length;
  const fetched = result?.fetched ?? 0;
  history.tell(`  ${error?.code ?? 'well'}: fetched ${fetched}, asked for ${asked}, deleted ${gone.length}`);
  return { error, fetched, asked, gone: gone.length };
}

async function visitWell(history: History, random: Random): Promise<Visited> {
  const visited = await visit(history, random);
  if (visited.error !== null) throw new Error(`a quiet visit failed: ${visited.error.code}`);
  history.server.namesAreSeen();
  return visited;
}

export const quietVisit = async (history: History, random: Random): Promise<void> =>
  void (await visitWell(history, random));

/** After two visits in which nothing goes wrong there is nothing left to do, and all that is wanted is here. */
export async function converge(history: History, random: Random): Promise<void> {
  await visitWell(history, random);
  const { fetch = { what: 'all' } } = history.rig.account;
  const isAll = fetch.what === 'all';
  // Where it has renamed one of two that shared a name, the first visit sees that, and the next the other one. And what
  // marks the place where a choice begins may be deleted by the first.
  if (history.sharesNames || !isAll) await visitWell(history, random);
  const { fetched, asked, gone } = await visitWell(history, random);
  if (fetched + asked + gone > 0) throw new Error(`not at rest: ${fetched}, ${asked}, ${gone}`);
  if (isAll) history.oracle.expectAllHere();
}

export async function badDayVisit(history: History, random: Random): Promise<void> {
  const day = badDay(random);
  // Nothing but LIST says how large the whole of a beginning is, and which is which where messages share a name.
  const needsSizes = history.sharesNames || (history.rig.account.headsAbove ?? null) !== null;
  if (day.listOctets !== undefined && needsSizes) return;
  const days = random() < 0.3 ? 2 : 1;
  for (let count = 0; count < days; count += 1) {
    history.tell(
      `  ${JSON.stringify(day, (_, value: unknown) => (typeof value === 'function' ? String(value) : value))}`,
    );
    Object.assign(history.rig.faults, day);
    history.server.hideNames();
    if (day.uidlOf !== undefined || day.refuse?.['UIDL'] !== undefined) history.server.withholdNames();
    await visit(history, random);
  }
}

export async function cutVisit(history: History, random: Random): Promise<void> {
  const point = {
    by: pick(random, ['client', 'server'] as const),
    afterOctets: Math.floor(random() ** 2 * 8_000),
    each: random() < 0.5,
  };
  history.tell(`  ${JSON.stringify(point)}`);
  const { dial } = createCutDial(history.rig.dial, point, async () => undefined);
  await visit(history, random, { dial });
}

const EVERYTHING = ['CAPA', 'AUTH', 'USER', 'PASS', 'UIDL', 'LIST', 'RETR', 'TOP', 'DELE', 'QUIT', 'NOOP'];

/** From one of the next commands on, and one of the things that may happen there. */
function at(history: History, random: Random, happens: () => void): void {
  let left = Math.floor(random() ** 2 * 30);
  history.onCommand = () => {
    if (left === 0) happens();
    left -= 1;
  };
}

export async function brokenVisit(history: History, random: Random): Promise<void> {
  const { faults } = history.rig;
  // Where messages share names sizes tell them apart.
  const listings = history.sharesNames ? ['UIDL'] : ['UIDL', 'LIST'];
  const verb = pick(random, [...listings, 'RETR', 'TOP', 'DELE', 'QUIT']);
  const how = pick(random, ['hangs up', 'refuses', 'is silent', 'hangs up for good']);
  history.tell(`  ${verb}: ${how}`);
  if (verb === 'TOP' || verb === 'LIST') history.server.hideNames();
  if (how === 'hangs up') faults.dropAt = [verb];
  else if (how === 'is silent') faults.stallAt = [verb];
  else if (how === 'refuses') faults.refuse = { [verb]: '[SYS/TEMP] later' };
  else at(history, random, () => Object.assign(faults, { dropAt: EVERYTHING }));
  await visit(history, random);
}

/** The device dies at one of the commands. */
export async function fatalVisit(history: History, random: Random): Promise<void> {
  const { mortal, rig } = history;
  at(history, random, () => {
    if (mortal === null) for (const store of history.stores) store.close();
    else mortal.die();
    Object.assign(rig.faults, { dropAt: EVERYTHING });
  });
  await visit(history, random, {}, () => history.reopen());
}

/** The person has enough of it at one of the commands. */
export async function cancelledVisit(history: History, random: Random): Promise<void> {
  const control = new AbortController();
  at(history, random, () => control.abort());
  await visit(history, random, {}, undefined, control.signal);
}

/** The person does something at one of the commands, but for the last: then it is too late. */
export const busyVisit =
  (acts: readonly ((history: History, random: Random) => Promise<void>)[]) =>
  async (history: History, random: Random): Promise<void> => {
    // A store in memory has done it before the next command comes.
    if (history.mortal === null) return;
    history.server.hideNames();
    let acting = Promise.resolve();
    at(history, random, () => {
      if (history.rig.commands.at(-1) !== 'QUIT') acting = pick(random, acts)(history, random);
    });
    await visit(history, random, {}, () => acting);
  };

const WRITES = [
  'patchStatus',
  'addTranscript',
  'addUidls',
  'renameMessages',
  'addMessages',
  'completeMessage',
  'putRemovals',
  'changeWishes',
  'forgetRemovals',
] satisfies (keyof MailStore)[];

/** The disk is full at one of the writes, or from there on. */
export async function fullDiskVisit(history: History, random: Random): Promise<void> {
  const nth = Math.floor(random() ** 2 * 12);
  const isOnce = random() < 0.5;
  const isFull = (place: number): boolean => (isOnce ? place === nth : place >= nth);
  history.tell(`  at write ${nth}${isOnce ? ' alone' : ''}`);
  if (history.mortal === null) {
    const injected = failWrites({ kind: 'aborts', error: 'QuotaExceededError' }, (place) =>
      isFull(place / 3),
    );
    await visit(history, random, {}, async () => injected.lift());
    return;
  }
  let writes = 0;
  const store = new Proxy(history.store(random), {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (!WRITES.some((write) => write === name)) return value.bind(target) as unknown;
      return (...args: unknown[]): unknown => {
        if (isFull(writes++)) return Promise.reject(new PoplarError('storage-full', 'storage'));
        return Reflect.apply(value, target, args) as unknown;
      };
    },
  });
  await visit(history, random, { store });
}

/** The rest of a message that is here in part, or damaged. */
export async function complete(history: History, random: Random): Promise<void> {
  const { rig, now } = history;
  const store = history.store(random);
  const lacking = (await store.summaries()).filter(
    ({ partial, damaged }) => (partial ?? damaged) !== undefined,
  );
  if (lacking.length === 0) return;
  const message = pick(random, lacking);
  const job = { account: rig.account, password: PASSWORD, message, onOctets: () => undefined };
  try {
    await completeFromServer(history.parts(store), { ...job, signal: new AbortController().signal });
  } catch (error) {
    if (!(error instanceof PoplarError) || error.code !== 'message-gone') throw error;
  }
  await history.quiet();
  history.oracle.judge(history.server.settle(), { rule: undefined, isKept: false, now });
}
