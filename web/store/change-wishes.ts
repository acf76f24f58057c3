/** What becomes of an account's wishes: the part of MailStore.changeWishes that both stores share. Pure. */
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
