/**
 * Two accounts live through the same: of one the listing is forgotten before each visit, so that it is always compared.
 * Visits end the same for both, whatever happens to mail, server and settings in between.
 */
import { afterEach, expect, it } from 'vitest';
import type { MaildropMessage } from '../../proxy/demo/maildrop.ts';
import type { Faults } from '../../proxy/demo/pop3-faults.ts';
import { uidl } from '../../web/model/ids.ts';
import { wishing } from '../../web/sync/wishes.ts';
import { seeded } from '../support/seeded.ts';
import { makeMail, SyncRig } from '../integration/sync/rig.ts';
import { tried } from './points.ts';

const HISTORIES = Array.from({ length: 150 }, (_, index) => index + 1);
const HAPPENINGS = 14;
/** Some messages are larger. */
const LIMIT_OCTETS = 2_000;

type Happening = (rig: SyncRig, nth: number) => unknown;

const changeFaults =
  (faultsOf: (nth: number) => Faults): Happening =>
  (rig, nth) =>
    Object.assign(rig.faults, faultsOf(nth));

function pick<Item>(items: readonly Item[], nth: number): Item | undefined {
  return items[nth % Math.max(1, items.length)];
}

/** Every fourth has the unique-id of another one. */
function mail(nth: number): MaildropMessage {
  const octets = pick([300, 300, 600, 3_000], nth);
  return { uidl: `uid-${nth % 4 === 0 ? nth % 7 : nth}`, raw: makeMail(nth, octets) };
}

async function removeHere(rig: SyncRig, nth: number): Promise<void> {
  const row = pick(await rig.store.summaries(), nth);
  if (row === undefined) return;
  await rig.store.move([row.id], 'trash');
  if (nth % 2 === 0) await rig.store.removeMessages([row.id], () => 'header');
}

async function forget({ store, account }: SyncRig, nth: number): Promise<void> {
  const known = [...(await store.knownUidls(account.id))].toSorted();
  await store.forgetUidls(account.id, [pick(known, nth) ?? uidl('none')]);
}

async function takeAllBack({ store, account: { id } }: SyncRig): Promise<void> {
  const names = (await store.wishes(id)).map((one) => one.uidl);
  await store.changeWishes(id, wishing(names.map((name) => ({ uidl: name, wish: null }))));
  const journal = await store.removals(id);
  await store.forgetRemovals(
    id,
    journal.map((entry) => entry.uidl),
  );
}

function vanish({ maildrop }: SyncRig, nth: number): void {
  const session = maildrop.open();
  session?.markDeleted(1 + (nth % Math.max(1, maildrop.messages.length)));
  session?.commit();
}

const HAPPENINGS_BY_CHANCE: readonly Happening[] = [
  (rig, nth) => rig.maildrop.deliver(mail(nth)),
  vanish,
  removeHere,
  forget,
  takeAllBack,
  ({ faults }) => Object.keys(faults).forEach((name) => delete faults[name as keyof Faults]),
  changeFaults((nth) => ({ refuse: { [pick(['RETR', 'LIST', 'TOP'], nth) ?? '']: 'not now' } })),
  changeFaults((nth) => ({ dropAt: [pick(['RETR', 'QUIT', 'LIST', 'DELE', 'TOP'], nth) ?? ''] })),
  changeFaults(() => ({ instead: { QUIT: '-ERR not deleted\r\n' } })),
  changeFaults((nth) => ({ uidlOf: (number, name) => (number % 5 === nth % 5 ? '' : name) })),
  changeFaults((nth) => ({ uidlOf: (number, name) => (number % 3 === nth % 3 ? null : name) })),
  changeFaults((nth) => ({ uidlOf: (_number, name) => `new-${nth % 3}-${name}` })),
  changeFaults((nth) => ({ listOctets: (number, octets) => octets + (number % 3 === nth % 3 ? 50 : 0) })),
  ({ store, account, maildrop }, nth) => {
    const name = uidl(pick(maildrop.messages, nth)?.uidl ?? 'none');
    const kind = pick(['keep', 'delete', 'delete-without-copy', 'fetch'] as const, nth) ?? 'keep';
    const wish = { uidl: name, wish: kind, octets: 300, wishedAt: 1 };
    return store.changeWishes(account.id, wishing([{ uidl: name, wish }]));
  },
  ({ account }, nth) => {
    const since = { what: 'since', from: Date.UTC(2026, 10, 1 + (nth % 4)) } as const;
    account.fetch = pick([{ what: 'all' }, { what: 'newest', count: 100 }, since], nth) ?? since;
  },
  ({ account }, nth) => {
    const rule = pick(['after-download', 'when-deleted'] as const, nth) ?? 'when-deleted';
    account.retention = { rule, confirmedAt: 1 };
  },
  ({ account }) => delete account.retention,
];

async function idle({ server, maildrop }: SyncRig): Promise<void> {
  while (server.connections > 0 || maildrop.inUse) await new Promise((resolve) => setImmediate(resolve));
}

/** How a visit ended, and all that is left of it here and on the server. */
async function visit(rig: SyncRig): Promise<object> {
  const { store, account, maildrop } = rig;
  await idle(rig);
  const parts = { isKept: () => Promise.resolve(true), policy: { maxMessageOctets: LIMIT_OCTETS } };
  const { result, error } = await rig.fetch({ parts });
  const { seen: _, ...status } = await store.status(account.id);
  const [rows, known] = [await store.summaries(), await store.knownUidls(account.id)];
  const rest = { wishes: await store.wishes(account.id), removals: await store.removals(account.id) };
  return {
    result,
    error: error?.code,
    status,
    rows,
    known: [...known].toSorted(),
    ...rest,
    there: maildrop.messages.map((message) => message.uidl),
  };
}

let rigs: SyncRig[] = [];
afterEach(async () => {
  await Promise.all(rigs.map((rig) => rig.stop()));
});

it.each(tried(HISTORIES))('history %i', async (seed) => {
  const random = seeded(seed);
  const chance = (below: number): number => Math.floor(random() * below);
  const first = Array.from({ length: chance(14) }, (_, index) => mail(index + 1));
  rigs = [await SyncRig.start(first), await SyncRig.start(first)];
  const [one, other] = rigs as [SyncRig, SyncRig];
  for (let time = 0; time < HAPPENINGS; time += 1) {
    const [happening, nth] = [pick(HAPPENINGS_BY_CHANCE, chance(1_000)), 20 + chance(1_000)];
    for (const rig of rigs) {
      await idle(rig);
      await happening?.(rig, nth);
    }
    for (let visits = 1 + chance(3); visits > 0; visits -= 1) {
      await other.store.patchStatus(other.account.id, { seen: null });
      expect(await visit(one)).toEqual(await visit(other));
    }
  }
});
