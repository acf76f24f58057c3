/** What becomes of an account's wishes: the part of MailStore.changeWishes and renameMessages that both stores share. Pure. */
import type { Uidl } from '../model/ids.ts';
import type { ServerWish } from '../model/server-ledger.ts';
import type { WishChange } from './mail-store.ts';

/** The wishes after the change, or null when it changes none. */
export function changedWishes<Result>(
  before: readonly ServerWish[],
  decide: (wishes: ReadonlyMap<Uidl, ServerWish>) => WishChange<Result>,
): { wishes: ServerWish[] | null; result: Result } {
  const wishes = new Map(before.map((one) => [one.uidl, one]));
  const { put = [], drop = [], result } = decide(wishes);
  if (put.length === 0 && drop.length === 0) return { wishes: null, result };
  for (const uidl of drop) wishes.delete(uidl);
  for (const one of put) wishes.set(one.uidl, one);
  return { wishes: [...wishes.values()], result };
}

/**
 * The wishes of messages that have other names now. Somebody may have wished for something under the new name before it was
 * known to be the same message: what was wished last holds, but nothing undoes the wish to keep it.
 */
export function renamedWishes(before: readonly ServerWish[], renamed: ReadonlyMap<Uidl, Uidl>): ServerWish[] {
  const wishes = new Map<Uidl, ServerWish>();
  for (const one of before) {
    const uidl = renamed.get(one.uidl) ?? one.uidl;
    const other = wishes.get(uidl);
    if (other === undefined || overrules(one, other)) wishes.set(uidl, { ...one, uidl });
  }
  return [...wishes.values()];
}

function overrules(a: ServerWish, b: ServerWish): boolean {
  const [keepsA, keepsB] = [a.wish === 'keep', b.wish === 'keep'];
  return keepsA === keepsB ? a.wishedAt >= b.wishedAt : keepsA;
}
