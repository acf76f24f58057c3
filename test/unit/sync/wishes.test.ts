/** How far a wish can be taken back, and what becomes of it when the session ends one way or the other. */
import { describe, expect, it } from 'vitest';
import { uidl, type Uidl } from '../../../web/model/ids.ts';
import type { ServerWish } from '../../../web/model/server-ledger.ts';
import { changedWishes } from '../../../web/store/change-wishes.ts';
import type { WishChange } from '../../../web/store/mail-store.ts';
import { byUidl, expiring, sealing, unsealing, wishing } from '../../../web/sync/wishes.ts';

const wish = (name: string, kind: ServerWish['wish'], sealed?: true): ServerWish => ({
  uidl: uidl(name),
  wish: kind,
  octets: 10,
  wishedAt: 1,
  ...(sealed && { sealed }),
});
const leaving = (name: string, isAsked: boolean, hasCopy = true) => ({
  ...{ uidl: uidl(name), octets: 10, isAsked, hasCopy },
});

/** What is kept afterwards, as `name kind`, with a star for what is sealed. */
function after<Result>(before: ServerWish[], change: (wishes: Map<Uidl, ServerWish>) => WishChange<Result>) {
  const { wishes, result } = changedWishes(before, () => change(byUidl(before)));
  const kept = (wishes ?? before).map((one) => `${one.uidl} ${one.wish}${one.sealed ? '*' : ''}`);
  return { kept, result };
}

describe('a wish', () => {
  it('replaces the one before it, and null takes it back', () => {
    const { kept, result } = after(
      [wish('a', 'keep'), wish('b', 'delete')],
      wishing([
        { uidl: uidl('a'), wish: wish('a', 'delete') },
        { uidl: uidl('b'), wish: null },
        { uidl: uidl('c'), wish: null },
      ]),
    );
    expect(kept).toEqual(['a delete']);
    expect(result).toEqual({
      undo: [
        { uidl: 'a', wish: wish('a', 'keep'), undoes: true },
        { uidl: 'b', wish: wish('b', 'delete') },
        { uidl: 'c', wish: null },
      ],
      tooLate: [],
    });
  });

  it.each([null, wish('a', 'keep')])('cannot be changed once it is sealed', (wanted) => {
    const { kept, result } = after([wish('a', 'delete', true)], wishing([{ uidl: uidl('a'), wish: wanted }]));
    expect(kept).toEqual(['a delete*']);
    expect(result).toEqual({ undo: [], tooLate: ['a'] });
  });

  it('is not undone once it is fulfilled, or stands under another name', () => {
    const { result } = after([wish('a', 'keep')], wishing([{ uidl: uidl('a'), wish: wish('a', 'delete') }]));
    expect(after([wish('a', 'delete')], wishing(result.undo))).toEqual({
      kept: ['a keep'],
      result: { undo: [{ uidl: 'a', wish: wish('a', 'delete'), undoes: true }], tooLate: [] },
    });
    expect(after([], wishing(result.undo))).toEqual({ kept: [], result: { undo: [], tooLate: ['a'] } });
  });
});

describe('the seal', () => {
  it('is set on what is still to go, and on nothing that was taken back', () => {
    const before = [wish('asked', 'delete'), wish('uncopied', 'delete-without-copy'), wish('kept', 'keep')];
    const { kept, result } = after(
      before,
      sealing(
        [
          leaving('asked', true),
          leaving('uncopied', true, false),
          leaving('taken back', true),
          leaving('by rule', false),
          leaving('kept', false),
        ],
        7,
      ),
    );
    expect([...result]).toEqual(['asked', 'uncopied', 'by rule']);
    expect(kept).toEqual(['asked delete*', 'uncopied delete-without-copy*', 'kept keep', 'by rule none*']);
  });

  it('is not set on what somebody wants to be fetched again meanwhile, nor without a copy on what is to go with one', () => {
    const before = [wish('again', 'fetch'), wish('copied', 'delete'), wish('uncopied', 'delete')];
    const going = [leaving('again', false), leaving('copied', true), leaving('uncopied', true, false)];
    const { kept, result } = after(before, sealing(going, 7));
    expect([...result]).toEqual(['copied']);
    expect(kept).toEqual(['again fetch', 'copied delete*', 'uncopied delete']);
  });

  it('is broken when the session is over: what went is done, what stayed is wished for as before', () => {
    const before = [
      wish('went', 'delete', true),
      wish('stayed', 'delete', true),
      wish('rule', 'none', true),
      wish('other', 'delete'),
      wish('kept', 'keep'),
    ];
    const { kept } = after(before, unsealing(new Set([uidl('went'), uidl('other')])));
    expect(kept).toEqual(['stayed delete', 'other delete', 'kept keep']);
  });
});

describe('a listing', () => {
  const DAY_MS = 86_400_000;
  const sight = (listed: string[], now = 1) => ({
    listed: new Set([...listed.map(uidl), null]),
    fetched: new Set([uidl('fetched'), uidl('there')]),
    now,
  });

  it('ends a deletion without a copy once the message is not there any more, and a fetch once it is here', () => {
    const before = [
      wish('there', 'delete-without-copy'),
      wish('gone', 'delete-without-copy'),
      wish('gone too', 'delete'),
      wish('gone as well', 'keep'),
      wish('fetched', 'fetch'),
      wish('to be fetched', 'fetch'),
    ];
    expect(after(before, expiring(sight(['there']))).kept).toEqual([
      'there delete-without-copy',
      'gone too delete',
      'gone as well keep',
      'to be fetched fetch',
    ]);
  });

  it('that lacks a message for 30 days ends what waits for it, but not that it is to be kept', () => {
    const before = [wish('a', 'fetch'), wish('b', 'delete'), wish('c', 'keep')];
    const missed = changedWishes(before, expiring(sight([], DAY_MS))).wishes ?? [];
    expect(missed.map(({ missingSince }) => missingSince)).toEqual([DAY_MS, DAY_MS, undefined]);
    expect(changedWishes(missed, expiring(sight([], 31 * DAY_MS - 1))).wishes).toBeNull();
    expect(after(missed, expiring(sight([], 31 * DAY_MS))).kept).toEqual(['c keep']);
    // One that shows it again begins anew.
    const seen = changedWishes(missed, expiring(sight(['a', 'b'], 20 * DAY_MS))).wishes ?? [];
    expect(after(seen, expiring(sight([], 31 * DAY_MS))).kept).toHaveLength(3);
  });
});
