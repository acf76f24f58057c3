/** What the ledger says of each message on a server, and what people's wishes change about it. */
import { describe, expect, it } from 'vitest';
import { messageId, messageNumber, uidl } from '../../../web/model/ids.ts';
import type { Deletion, Holding, Removal } from '../../../web/model/retention.ts';
import type { LedgerEntry, LedgerFilter, ServerWish } from '../../../web/model/server-ledger.ts';
import type { ListedMessage } from '../../../web/pop3/listing.ts';
import { planRemoval } from '../../../web/sync/removal-plan.ts';
import {
  figuresOf,
  ledgerEntries,
  onlyHere,
  passes,
  type LedgerQuestion,
} from '../../../web/sync/server-ledger.ts';
import { byUidl } from '../../../web/sync/wishes.ts';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;
const RECEIVED = NOW - 20 * DAY;

const listed = (number: number, name: string | null, octets = 1000): ListedMessage => ({
  number: messageNumber(number),
  uidl: name === null ? null : uidl(name),
  octets,
});
const holding = (name: string, given: Partial<Holding> = {}): Holding => ({
  id: messageId(1024),
  uidl: uidl(name),
  octets: 1000,
  receivedAt: RECEIVED,
  sentAt: null,
  folder: 'inbox',
  receipt: { hash: name, listedOctets: 1000, unterminated: false },
  ...given,
});
const wish = (kind: ServerWish['wish'], given: Partial<ServerWish> = {}): ServerWish => ({
  uidl: uidl('a'),
  wish: kind,
  octets: 1000,
  wishedAt: 1,
  ...given,
});
const removal = (state: Removal['state']): Removal => ({
  uidl: uidl('a'),
  octets: 1000,
  hash: 'a',
  decidedAt: 1,
  state,
});

function question(given: Partial<LedgerQuestion>): LedgerQuestion {
  const holdings = given.holdings ?? [holding('a')];
  return {
    listed: [listed(1, 'a')],
    holdings,
    known: new Set(holdings.map((one) => one.uidl)),
    rule: null,
    wishes: new Map(),
    removals: [],
    now: NOW,
    countFrom: null,
    holdAll: null,
    ...given,
  };
}
function one(given: Partial<LedgerQuestion>): LedgerEntry {
  const [entry] = ledgerEntries(question(given));
  if (entry === undefined) throw new RangeError('no entry');
  return entry;
}

/** All that is left of it here. */
const deletion = (name: string): Deletion => {
  const { folder: _folder, ...rest } = holding(name);
  return { ...rest, header: 'header' };
};

const whenDeleted = { rule: 'when-deleted' } as const;
const days30 = { rule: 'after-days', days: 30 } as const;
const days7 = { rule: 'after-days', days: 7 } as const;
const atOnce = { rule: 'after-download' } as const;
const wishing = (kind: ServerWish['wish'], given: Partial<ServerWish> = {}) => ({
  wishes: byUidl([wish(kind, given)]),
});
const stays = (why: string, asked = false) => ({ fate: 'stays', why, asked });
const goes = (why: string, at: number | null = null) => ({ fate: 'goes', at, why });
const absent = { holdings: [] };
const copied: Partial<LedgerQuestion> = {
  holdAll: 'may-be-cleared',
  mayBeCleared: true,
  backup: { at: NOW, upTo: messageId(1024), without: [], messages: 1 },
};
const beginning = { holdings: [holding('a', { octets: 100, partial: { octets: 1000, lines: 20 } })] };
const damaged = { holdings: [holding('a', { damaged: true })] };

describe('the fate of a message', () => {
  it.each<[string, Partial<LedgerQuestion>, object]>([
    ['stays without a rule', {}, stays('no-rule')],
    ['goes once it has been here long enough', { rule: days30 }, goes('rule', RECEIVED + 30 * DAY)],
    ['goes with the next fetch when that is over', { rule: days7 }, goes('rule')],
    ['goes at once by that rule', { rule: atOnce }, goes('rule')],
    ['is counted from a jump of the clock', { rule: days7, countFrom: NOW }, goes('rule', NOW + 7 * DAY)],
    ['stays under the rule for what is deleted here', { rule: whenDeleted }, stays('no-rule')],
    [
      'goes by that rule from Trash',
      { rule: whenDeleted, holdings: [holding('a', { folder: 'trash' })] },
      goes('rule'),
    ],
    [
      'goes by that rule once it was deleted for good',
      { rule: whenDeleted, holdings: [deletion('a')] },
      goes('rule'),
    ],
    [
      'goes without a copy when it was deleted for good and that was agreed to',
      { rule: whenDeleted, holdings: [deletion('a')], ...wishing('delete-without-copy') },
      goes('asked'),
    ],
    [
      'is kept from the rule for what is deleted here',
      { rule: whenDeleted, holdings: [deletion('a')], ...wishing('keep') },
      { fate: 'kept' },
    ],
    ['is held back with the rule', { rule: atOnce, holdAll: 'may-be-cleared' }, stays('may-be-cleared')],
    ['is held back by the clock', { rule: atOnce, holdAll: 'clock' }, stays('clock')],
    ['stays while it is not here', { rule: atOnce, ...absent }, stays('not-here')],
    [
      'stays without a receipt',
      { rule: atOnce, holdings: [holding('a', { receipt: null })] },
      stays('no-receipt'),
    ],
    ['stays at another size', { rule: atOnce, listed: [listed(1, 'a', 900)] }, stays('size')],
    ['stays without a unique-id', { rule: atOnce, listed: [listed(1, null)] }, stays('no-unique-id')],

    ['is kept by a wish, whatever the rule', { rule: atOnce, ...wishing('keep') }, { fate: 'kept' }],
    ['is kept by a wish without a rule', wishing('keep'), { fate: 'kept' }],
    ['goes when asked for without a rule', wishing('delete'), goes('asked')],
    ['goes when asked for before the rule lets it', { rule: days30, ...wishing('delete') }, goes('asked')],
    ['goes when asked for, whatever the clock', { holdAll: 'clock', ...wishing('delete') }, goes('asked')],
    [
      'is held back when asked for while the browser may clear',
      { holdAll: 'may-be-cleared', ...wishing('delete') },
      stays('may-be-cleared', true),
    ],
    [
      'is held back when asked for while the browser may clear, whatever the clock',
      { holdAll: 'clock', mayBeCleared: true, ...wishing('delete') },
      stays('may-be-cleared', true),
    ],
    ['goes when asked for once a copy was saved', { ...copied, ...wishing('delete') }, goes('asked')],
    ['goes by the rule once a copy was saved', { ...copied, rule: atOnce }, goes('rule')],
    [
      'is held back by the clock also when a copy was saved',
      { ...copied, rule: atOnce, holdAll: 'clock' },
      stays('clock'),
    ],
    [
      'does not go for the asking when it is not here',
      { ...absent, ...wishing('delete') },
      stays('not-here', true),
    ],
    [
      'goes without a copy when that was agreed to',
      { ...absent, ...wishing('delete-without-copy') },
      goes('asked'),
    ],
    [
      'goes without a copy also while the browser may clear',
      { ...absent, holdAll: 'may-be-cleared', ...wishing('delete-without-copy') },
      goes('asked'),
    ],
    [
      'does not go without a copy at another size than was agreed to',
      { ...absent, ...wishing('delete-without-copy', { octets: 999 }) },
      stays('size', true),
    ],
    [
      'does not go without a copy among several of its unique-id',
      { ...absent, listed: [listed(1, 'a'), listed(2, 'a', 7)], ...wishing('delete-without-copy') },
      stays('no-rule'),
    ],
    [
      'needs all proofs once it is here after all',
      { holdings: [holding('a', { receipt: null })], ...wishing('delete-without-copy') },
      stays('no-receipt', true),
    ],
    ['comes when that was asked for', { ...absent, rule: atOnce, ...wishing('fetch') }, { fate: 'comes' }],
    ['stays when its beginning alone is here', { rule: atOnce, ...beginning }, stays('partial')],
    [
      'is no copy when its beginning alone is here',
      { ...beginning, ...wishing('delete') },
      stays('partial', true),
    ],
    [
      'goes without a copy when its beginning alone is here and that was agreed to',
      { ...beginning, ...wishing('delete-without-copy') },
      goes('asked'),
    ],
    ['stays while it is damaged here', { rule: atOnce, ...damaged }, stays('not-read-back')],
    ['stays while it is damaged here, without a rule', damaged, stays('no-rule')],
    [
      'does not go for the asking when it is damaged here',
      { ...damaged, ...wishing('delete') },
      stays('not-read-back', true),
    ],
    [
      'goes without a sound copy when that was agreed to',
      { ...damaged, ...wishing('delete-without-copy') },
      goes('asked'),
    ],
    [
      'comes in place of what is damaged',
      { rule: atOnce, ...damaged, ...wishing('fetch') },
      { fate: 'comes' },
    ],
    ['does not come when it is sound here', { rule: atOnce, ...wishing('fetch') }, goes('rule')],
    ['is leaving once it is sealed', wishing('delete', { sealed: true }), { fate: 'leaving' }],
    ['is leaving when the rule has sealed it', wishing('none', { sealed: true }), { fate: 'leaving' }],
  ])('%s', (_name, given, fate) => {
    expect(one(given).fate).toEqual(fate);
  });

  it('of the oldest of several with one unique-id is held when it is to go without a copy', () => {
    const several = { ...absent, listed: [listed(1, 'a'), listed(2, 'a', 7)] };
    const entries = ledgerEntries(question({ ...several, ...wishing('delete-without-copy') }));
    expect(entries.at(-1)).toMatchObject({ uidl: 'a', fate: stays('shared-unique-id', true) });
  });

  it('is what a fetch would do, for each', () => {
    const mine = question({
      listed: [listed(1, 'a'), listed(2, 'b'), listed(3, 'c'), listed(4, 'd')],
      holdings: ['a', 'b', 'c'].map((name) => holding(name)),
      rule: days30,
      wishes: byUidl([
        wish('delete'),
        wish('keep', { uidl: uidl('b') }),
        wish('delete-without-copy', { uidl: uidl('d') }),
      ]),
    });
    const plan = planRemoval(mine);
    expect(plan.asked.map(({ message }) => message.uidl)).toEqual(['a']);
    expect(plan.withoutCopy.map((message) => message.uidl)).toEqual(['d']);
    expect(plan.later.map(({ message }) => message.uidl)).toEqual(['c']);
    expect([plan.due, plan.held]).toEqual([[], []]);
    expect(ledgerEntries(mine).map(({ uidl: name, fate }) => [name, fate.fate])).toEqual([
      ['d', 'goes'],
      ['c', 'goes'],
      ['b', 'kept'],
      ['a', 'goes'],
    ]);
  });
});

describe('an entry', () => {
  it.each<[string, Partial<LedgerQuestion>, Partial<LedgerEntry>]>([
    ['here, with its copy', {}, { place: 'here', id: messageId(1024) }],
    ['whose beginning is here', beginning, { place: 'partial', id: messageId(1024) }],
    ['that is damaged here', damaged, { place: 'damaged', id: messageId(1024) }],
    ['that was never here', { ...absent, known: new Set() }, { place: 'not-here', id: null }],
    ['that was here once', { ...absent, known: new Set([uidl('a')]) }, { place: 'removed', id: null }],
    ['deleted for good', { rule: whenDeleted, holdings: [deletion('a')] }, { place: 'removed', id: null }],
    ['that nothing names', { listed: [listed(1, null)], ...absent }, { uidl: null, place: 'not-here' }],
    ['that the server would not delete', { removals: [removal('stayed')] }, { last: 'refused' }],
    ['that the server has kept all the same', { removals: [removal('ignored')] }, { last: 'refused' }],
    ['whose deletion was cut', { removals: [removal('unknown')] }, { last: 'unknown' }],
    ['asked for when this device died', { removals: [removal('asked')] }, { last: 'unknown' }],
    ['taken back', { removals: [removal('taken-back')] }, { last: null }],
  ])('%s', (_name, given, entry) => {
    expect(one(given)).toMatchObject(entry);
  });

  it('carries no number of the session, and the newest comes first', () => {
    const entries = ledgerEntries(question({ listed: [listed(1, 'a'), listed(9, 'b'), listed(4, 'c')] }));
    expect(entries.map((entry) => entry.uidl)).toEqual(['b', 'c', 'a']);
    expect(Object.keys(entries[0] ?? {})).not.toContain('number');
  });

  it.each<[LedgerFilter, string[]]>([
    ['all', ['d', 'c', 'b', 'a']],
    ['not-here', ['d']],
    // What is asked for is shown there even while something holds it back.
    ['going', ['d', 'a']],
    ['kept', ['b']],
  ])('is shown among %s', (filter, names) => {
    const entries = ledgerEntries(
      question({
        listed: ['a', 'b', 'c', 'd'].map((name, index) => listed(index + 1, name)),
        holdings: ['a', 'b', 'c', 'e'].map((name) => holding(name)),
        wishes: byUidl([
          wish('delete'),
          wish('keep', { uidl: uidl('b') }),
          wish('delete', { uidl: uidl('d') }),
        ]),
      }),
    );
    const shown = entries.filter((entry) => passes(entry, filter));
    expect(shown.map((entry) => entry.uidl)).toEqual(names);
    expect(figuresOf(shown)).toEqual({ messages: names.length, octets: names.length * 1000 });
    expect(onlyHere([holding('e'), holding('a')], entries)).toBe(1);
  });
});
