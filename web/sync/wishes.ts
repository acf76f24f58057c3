/**
 * What people want of single messages on the server, and how far it can still be taken back: until the session that
 * deletes says QUIT. Every decision is made on the wishes as they are inside one transaction. Pure.
 */
import type { Uidl } from '../model/ids.ts';
import type { ServerWish } from '../model/server-ledger.ts';
import type { WishChange } from '../store/mail-store.ts';

type Wishes = ReadonlyMap<Uidl, ServerWish>;

export function byUidl(wishes: readonly ServerWish[]): Map<Uidl, ServerWish> {
  return new Map(wishes.map((one) => [one.uidl, one]));
}

export interface Wanted {
  uidl: Uidl;
  /** Null takes back what was wished. */
  wish: ServerWish | null;
  /** In place of a wish: without one there is nothing to undo, for it was done, or the message is called otherwise by now. */
  undoes?: true;
}

/** What takes the change back, and those for which it is too late to change anything. */
export interface WishOutcome {
  undo: Wanted[];
  tooLate: Uidl[];
}

/** Puts these wishes. Sealed ones stay as they are. */
export const wishing =
  (wanted: readonly Wanted[]) =>
  (wishes: Wishes): WishChange<WishOutcome> => {
    const isLate = ({ uidl, undoes }: Wanted): boolean => {
      const wish = wishes.get(uidl);
      return wish === undefined ? undoes === true : wish.sealed === true;
    };
    const open = wanted.filter((one) => !isLate(one));
    const put = open.flatMap(({ wish }) => wish ?? []);
    const drop = open.flatMap(({ uidl, wish }) => (wish === null && wishes.has(uidl) ? uidl : []));
    const undo = open.map(({ uidl, wish }): Wanted => {
      const before = { uidl, wish: wishes.get(uidl) ?? null };
      return wish === null ? before : { ...before, undoes: true };
    });
    const tooLate = wanted.filter(isLate).map(({ uidl }) => uidl);
    return { put, drop, result: { undo, tooLate } };
  };

export interface Leaving {
  uidl: Uidl;
  octets: number;
  /** By somebody's wish, and not by the rule. */
  isAsked: boolean;
  /** It is kept here, or was deleted here. */
  hasCopy: boolean;
}

/**
 * Right before QUIT: seals those that are still to go and returns them. One that somebody asked for goes only while it is
 * still asked for in that way; one that the rule deletes, unless somebody wants to keep or to have it.
 */
export const sealing =
  (leaving: readonly Leaving[], now: number) =>
  (wishes: Wishes): WishChange<Set<Uidl>> => {
    const put = leaving.flatMap(({ uidl, octets, isAsked, hasCopy }): ServerWish[] => {
      const found = wishes.get(uidl);
      const wish = found?.wish;
      const isStill = isAsked
        ? wish === 'delete-without-copy' || (wish === 'delete' && hasCopy)
        : wish !== 'keep' && wish !== 'fetch';
      if (!isStill) return [];
      return [{ ...(found ?? { uidl, octets, wish: 'none', wishedAt: now }), sealed: true }];
    });
    return { put, result: new Set(put.map(({ uidl }) => uidl)) };
  };

/** After the session, or when a later listing has shown how it ended: what went is done, the rest may be changed again. */
export const unsealing =
  (gone: ReadonlySet<Uidl>) =>
  (wishes: Wishes): WishChange<null> => {
    const sealed = [...wishes.values()].filter((one) => one.sealed === true);
    const isOver = ({ uidl, wish }: ServerWish): boolean => gone.has(uidl) || wish === 'none';
    const put = sealed.filter((one) => !isOver(one)).map(({ sealed: _, ...one }): ServerWish => one);
    return { put, drop: sealed.filter(isOver).map(({ uidl }) => uidl), result: null };
  };

/** So long something is wanted of a message that no listing shows: Gmail lists in batches, and a server may have a bad day. */
const MISSED_MS = 30 * 86_400_000;

export interface WishSight {
  listed: ReadonlySet<Uidl | null>;
  /** What need not come any more: what is not whole here is not among them. */
  fetched: ReadonlySet<Uidl>;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * Messages that go without a copy are only told by unique-id and size: where they are not listed any more, the wish is
 * over, so that it never meets another message. What was to be fetched is known once it is here. Whatever else is to be
 * done with a message is waited for, but not for ever; only a wish to keep it outlasts every absence.
 */
export const expiring =
  ({ listed, fetched, now }: WishSight) =>
  (wishes: Wishes): WishChange<null> => {
    const [put, drop]: [ServerWish[], Uidl[]] = [[], []];
    for (const one of wishes.values()) {
      const { uidl, wish } = one;
      if (wish === 'keep') continue;
      const { missingSince, ...wished } = one;
      const isListed = listed.has(uidl);
      const isDone = wish === 'fetch' && fetched.has(uidl);
      const isLost =
        !isListed && (wish === 'delete-without-copy' || now - (missingSince ?? now) >= MISSED_MS);
      if (isDone || isLost) drop.push(uidl);
      else if (isListed && missingSince !== undefined) put.push(wished);
      else if (!isListed && missingSince === undefined) put.push({ ...wished, missingSince: now });
    }
    return { put, drop, result: null };
  };

/** What was to be fetched again has come, or never will. */
export const fulfilling =
  (uidl: Uidl) =>
  (wishes: Wishes): WishChange<null> => ({
    drop: wishes.get(uidl)?.wish === 'fetch' ? [uidl] : [],
    result: null,
  });
