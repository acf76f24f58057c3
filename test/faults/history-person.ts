/** What a person does with mail and accounts in a long history. */
import { messageId, type MessageId } from '../../web/model/ids.ts';
import type { FetchChoice, HeadsAbove, NewestCount } from '../../web/model/fetch-choice.ts';
import type { Retention } from '../../web/model/retention.ts';
import type { LedgerEntry, WishKind } from '../../web/model/server-ledger.ts';
import { headerIdentity } from '../../web/pop3/identity-hash.ts';
import { knownTo } from '../../web/sync/deleted-here.ts';
import { holdsNow } from '../../web/sync/removal-plan.ts';
import { ledgerEntries } from '../../web/sync/server-ledger.ts';
import { repair } from '../../web/sync/repair.ts';
import { byUidl, wishing } from '../../web/sync/wishes.ts';
import { pick, type Random } from '../support/seeded.ts';
import { LARGE_OCTETS, nameOf } from './history-mail.ts';
import type { History } from './history.ts';
import type { Row } from './history-oracle.ts';
import type { Item } from './history-server.ts';

const DAY_MS = 86_400_000;

/** Some of the messages here, one to four. */
function some(history: History, random: Random, isMeant: (row: Row) => boolean): MessageId[] {
  const ids = [...history.oracle.rows].flatMap(([id, row]) => (isMeant(row) ? id : []));
  const count = Math.min(ids.length, 1 + Math.floor(random() * 4));
  return Array.from({ length: count }, () => pick(random, ids));
}

function names(history: History, ids: readonly MessageId[]): string {
  return ids.map((id) => nameOf(history.oracle.rows.get(id)?.text ?? '')).join(', ');
}

export async function mark(history: History, random: Random): Promise<void> {
  const ids = some(history, random, () => true);
  const patch = random() < 0.5 ? { seen: random() < 0.7 } : { starred: random() < 0.7 };
  await history.store(random).setFlags(ids, patch);
  for (const id of ids) Object.assign(history.oracle.rows.get(id) ?? {}, patch);
}

export async function move(history: History, random: Random): Promise<void> {
  const folder = random() < 0.6 ? 'trash' : 'inbox';
  const ids = some(history, random, (row) => row.folder !== folder);
  history.tell(`  ${names(history, ids)} to ${folder}`);
  await history.store(random).move(ids, folder);
  for (const id of ids) Object.assign(history.oracle.rows.get(id) ?? {}, { folder });
}

export async function deleteForGood(history: History, random: Random): Promise<void> {
  const store = history.store(random);
  const ids = some(history, random, ({ folder }) => folder === 'trash');
  history.tell(`  ${names(history, ids)}`);
  for (const id of await store.removeMessages(ids, headerIdentity)) history.oracle.deletedForGood(id);
}

/** What the ledger says of a message on the server, as the person would see it. */
async function entryOf(history: History, random: Random, item: Item): Promise<LedgerEntry | null> {
  const store = history.store(random);
  const { id, retention = null } = history.rig.account;
  const listed = history.server.listed();
  const status = await store.status(id);
  const now = history.now + history.setByMs;
  const clock = status.clock ?? { sightAt: now, heldUntil: null, jumpedAt: null };
  const newestFirst = ledgerEntries({
    ...{ listed, now, rule: retention, countFrom: clock.jumpedAt },
    known: await store.knownUidls(id),
    holdings: await knownTo(retention, store, id),
    wishes: byUidl(await store.wishes(id)),
    removals: await store.removals(id),
    ...holdsNow(history.isKept, clock),
    ...(status.backup && { backup: status.backup }),
  });
  const place = history.rig.maildrop.messages.indexOf(item.message);
  return newestFirst.at(-1 - place) ?? null;
}

/** As LedgerDesk does it. */
export async function wish(history: History, random: Random): Promise<void> {
  const { server, rig } = history;
  const alone = server.there.filter(
    ({ message }) => server.items.filter((one) => one.message.uidl === message.uidl).length === 1,
  );
  if (alone.length === 0) return;
  const item = pick(random, alone);
  const entry = await entryOf(history, random, item);
  const identity = entry?.uidl ?? null;
  if (entry === null || identity === null) return;
  const isHere = entry.place === 'here';
  const kinds: (WishKind | null)[] = isHere
    ? ['keep', 'delete', null]
    : ['keep', 'delete-without-copy', 'fetch', 'fetch', null];
  const kind = pick(random, kinds);
  const store = history.store(random);
  const hasWish = (await store.wishes(rig.account.id)).some((one) => one.uidl === identity);
  if (kind === null && !hasWish) return;
  if (kind === 'fetch' && entry.place === 'partial') return;
  history.tell(`  ${kind ?? 'none'}: ${nameOf(item.text)} as ${JSON.stringify(identity)}, ${entry.place}`);
  const put = kind && { uidl: identity, wish: kind, octets: entry.octets, wishedAt: history.now };
  const { undo: wishes, tooLate } = await store.changeWishes(
    rig.account.id,
    wishing([{ uidl: identity, wish: put }]),
  );
  if (tooLate.length > 0) return;
  // It counts as known, so that not all of a few messages are new that the server has renamed.
  if (kind === 'delete-without-copy') history.server.hideNames();
  // Under a name that no visit has seen yet it is known to nobody, and comes as asked for.
  if (kind === 'fetch') history.server.mayComeAgain([item]);
  const forgotten = kind === 'fetch' ? await store.forgetUidls(rig.account.id, [identity]) : null;
  const rows = new Map<MessageId, Row>();
  for (const { id } of forgotten?.deletions ?? []) {
    const row = history.oracle.deleted.get(id);
    if (row !== undefined) rows.set(id, row);
    history.oracle.deleted.delete(id);
  }
  const was = wishes[0]?.wish?.wish ?? null;
  history.undos.push({
    wishes,
    forgotten,
    rows,
    item,
    name: item.message.uidl,
    was: was === 'none' ? null : was,
  });
  item.wish = kind;
  item.wishLost = false;
}

/** Takes the last change back that was made by the ledger; it knows the message by the name of then. */
export async function undo(history: History, random: Random): Promise<void> {
  const last = history.undos.pop();
  if (last === undefined || last.name !== last.item.message.uidl) return;
  const { rig, oracle } = history;
  const store = history.store(random);
  const { tooLate } = await store.changeWishes(rig.account.id, wishing(last.wishes));
  if (tooLate.length === 0 && last.item.gone !== 'ours') last.item.wish = last.was;
  history.tell(`  ${nameOf(last.item.text)}: ${last.was ?? 'none'}`);
  if (last.forgotten === null) return;
  await store.recallUidls(rig.account.id, last.forgotten);
  for (const { id } of await store.deletions(rig.account.id)) {
    const row = last.rows.get(id);
    if (row !== undefined) oracle.deleted.set(id, row);
  }
}

const RULES: readonly Retention[] = [
  { rule: 'keep' },
  { rule: 'after-days', days: 7 },
  { rule: 'after-download' },
  { rule: 'when-deleted' },
];

export async function changeRule(history: History, random: Random): Promise<void> {
  const rule = pick(random, RULES);
  const { account } = history.rig;
  history.tell(`  ${JSON.stringify(rule)}`);
  if (rule.rule === 'keep') delete account.retention;
  else account.retention = { ...rule, confirmedAt: history.now };
  await history.keepAccount();
}

/** Not where messages share names, by which the place is remembered where a choice begins. */
export async function changeChoice(history: History, random: Random): Promise<void> {
  if (history.sharesNames) return;
  const { account } = history.rig;
  const from = history.now - Math.floor(random() * 20) * DAY_MS;
  // Fewer than anybody may choose, so that they matter in a small maildrop.
  const count = pick(random, [2, 5, 10]) as NewestCount;
  account.fetch = pick(random, [
    { what: 'all' },
    { what: 'newest', count },
    { what: 'since', from },
  ] satisfies FetchChoice[]);
  account.headsAbove = random() < 0.3 ? (LARGE_OCTETS as HeadsAbove) : null;
  history.tell(`  ${JSON.stringify(account.fetch)}, beginnings: ${account.headsAbove}`);
  await history.keepAccount();
}

/**
 * The disk forgets a bit; the person has it all looked through, at once or never. Not where messages share names: what is
 * damaged does not tell whether other mail has its name now.
 */
export async function spoil(history: History, random: Random): Promise<void> {
  const { oracle, server, mortal } = history;
  const isThere = new Set(server.there.map(({ text }) => text));
  const sound = [...oracle.rows].filter(([, row]) => row.isWhole && !row.isSpoiled && isThere.has(row.text));
  if (mortal === null || history.sharesNames || sound.length === 0) return;
  const [id, row] = pick(random, sound);
  history.tell(`  ${nameOf(row.text)}`);
  mortal.spoil(id);
  oracle.spoiled(row);
  if (random() < 0.7) await repairAll(history, random);
}

export async function repairAll(history: History, random: Random): Promise<void> {
  const { digest } = history.parts(history.store(random));
  await repair(
    {
      ...{ store: history.store(random), digest, now: () => history.now },
      exclusive: (_name, _signal, task) => task(),
    },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
}

/** All mail goes into a file; as BackupDesk does it. */
export async function backUp(history: History, random: Random): Promise<void> {
  const store = history.store(random);
  const { id: account } = history.rig.account;
  const { rows } = history.oracle;
  const last = Math.max(0, ...rows.keys());
  const without: MessageId[] = [];
  for (const [id, row] of rows) {
    row.isSaved = row.isWhole && !row.isSpoiled;
    if (!row.isSaved) without.push(id);
  }
  const backup = { at: history.now + history.setByMs, upTo: messageId(last), without, messages: rows.size };
  await store.patchStatus(account, { backup });
}
