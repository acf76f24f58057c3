/** What would be deleted on a server, and what never is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageId, messageNumber, uidl } from '../../../web/model/ids.ts';
import type { Deletion, Holding } from '../../../web/model/retention.ts';
import { isDeletedHere, type Known } from '../../../web/sync/deleted-here.ts';
import type { ListedMessage } from '../../../web/pop3/listing.ts';
import { byUidl } from '../../../web/sync/wishes.ts';
import { forecastOf, planRemoval, type RemovalQuestion } from '../../../web/sync/removal-plan.ts';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;

const listed = (number: number, name: string | null, octets = 1000): ListedMessage => ({
  number: messageNumber(number),
  uidl: name === null ? null : uidl(name),
  octets,
});
const holding = (name: string, given: Partial<Holding> = {}): Holding => ({
  id: messageId(1024),
  uidl: uidl(name),
  octets: 1000,
  receivedAt: NOW - 40 * DAY,
  sentAt: null,
  folder: 'inbox',
  receipt: { hash: name, listedOctets: 1000, unterminated: false },
  ...given,
});
const receipt = (given: Partial<NonNullable<Holding['receipt']>>): Partial<Holding> => ({
  receipt: { hash: 'x', listedOctets: 1000, unterminated: false, ...given },
});

function plan(given: Partial<RemovalQuestion> & Pick<RemovalQuestion, 'listed' | 'holdings'>) {
  const known = new Set(given.holdings.map((one) => one.uidl));
  const question = { known, wishes: new Map(), now: NOW, countFrom: null, holdAll: null };
  return planRemoval({ ...question, rule: { rule: 'after-days', days: 30 }, ...given });
}
const outcome = (...[given]: Parameters<typeof plan>): unknown => {
  const { due, later, held } = plan(given);
  return {
    due: due.map(({ message }) => message.number),
    later: later.map(({ message }) => message.number),
    held: held.map(({ message, reason }) => [message.number, reason]),
  };
};

describe('planRemoval', () => {
  it('lets go what is kept here for so many days from our first sight, and nothing sooner', () => {
    const holdings = [holding('a'), holding('b', { receivedAt: NOW - 30 * DAY + 1 })];
    expect(outcome({ listed: [listed(1, 'a'), listed(2, 'b')], holdings })).toEqual({
      due: [1],
      later: [2],
      held: [],
    });
  });

  it('never lets go a message of which only the beginning is here, receipt or not, and tells it from its twins', () => {
    const partial = { octets: 1000, lines: 20 };
    const holdings = [holding('a', { partial, receipt: null }), holding('b', { partial }), holding('c')];
    const all = [listed(1, 'a'), listed(2, 'b'), listed(3, 'c')];
    expect(outcome({ listed: all, holdings })).toMatchObject({
      due: [3],
      held: [
        [1, 'partial'],
        [2, 'partial'],
      ],
    });
    // By what it has on the server: of two that share a unique-id the one of that size is the one that is here.
    const twins = [listed(1, 'd', 70), listed(2, 'd', 1000)];
    expect(outcome({ listed: twins, holdings: [holding('d', { octets: 70, partial })] })).toMatchObject({
      due: [],
      held: expect.arrayContaining([[2, 'partial']]),
    });
  });

  it('lets go at once what was fetched, when that is the rule', () => {
    const holdings = [holding('a', { receivedAt: NOW })];
    const given = { listed: [listed(1, 'a')], holdings, rule: { rule: 'after-download' } as const };
    expect(outcome(given)).toMatchObject({ due: [1] });
  });

  it('takes the number from this listing, whatever it was before, and the longest here first', () => {
    const holdings = [holding('a'), holding('b', { receivedAt: NOW - 50 * DAY })];
    expect(outcome({ listed: [listed(7, 'a'), listed(9, 'b')], holdings })).toMatchObject({ due: [9, 7] });
  });

  it.each<[string, ListedMessage, Holding]>([
    ['not-here', listed(1, 'other'), holding('a')],
    ['no-unique-id', listed(1, null), holding('a')],
    ['no-unique-id', listed(1, '\nhash'), holding('\nhash')],
    ['no-receipt', listed(1, 'a'), holding('a', { receipt: null })],
    ['unterminated', listed(1, 'a'), holding('a', receipt({ unterminated: true }))],
    ['size', listed(1, 'a', 0), holding('a', receipt({ listedOctets: 0 }))],
    ['size', listed(1, 'a', 900), holding('a')],
    // LIST says, and said, more than came: something may be missing here.
    ['size', listed(1, 'a', 2000), holding('a', receipt({ listedOctets: 2000 }))],
    ['size', listed(1, 'a', 1000), holding('a', receipt({ listedOctets: 2000 }))],
  ])('keeps there: %s', (reason, message, here) => {
    expect(outcome({ listed: [message], holdings: [here] })).toMatchObject({ due: [], held: [[1, reason]] });
  });

  it('accepts the sizes of honest servers', () => {
    const compressed = holding('zip', { octets: 5000, ...receipt({ listedOctets: 700 }) });
    const given = {
      listed: [listed(1, 'a', 998), listed(2, 'b', 1002), listed(3, 'zip', 700)],
      holdings: [holding('a'), holding('b'), compressed],
    };
    expect(outcome(given)).toMatchObject({ due: [1, 2, 3], held: [] });
  });

  it('lets messages that share a unique-id go only when all of them are here', () => {
    const holdings = [holding('a'), holding('a\n1000 1')];
    const both = [listed(1, 'a'), listed(2, 'a')];
    expect(outcome({ listed: both, holdings })).toMatchObject({ due: [1, 2] });
    const third = [...both, listed(3, 'a', 500)];
    expect(outcome({ listed: third, holdings })).toMatchObject({ due: [] });
    // One is gone, and nobody can say which.
    expect(outcome({ listed: [listed(1, 'a')], holdings })).toMatchObject({ due: [] });
  });

  it('lets go what is in a copy although it may be cleared away here, but for what the copy lacks', () => {
    const holdings = ['a', 'b', 'c'].map((name, index) => holding(name, { id: messageId(1024 + index) }));
    const listing = [listed(1, 'a'), listed(2, 'b'), listed(3, 'c')];
    const backup = { at: NOW, upTo: messageId(1025), without: [messageId(1024)], messages: 1 };
    const given = { listed: listing, holdings, backup };
    expect(outcome({ ...given, holdAll: 'may-be-cleared' })).toEqual({
      due: [2],
      later: [],
      held: [
        [1, 'may-be-cleared'],
        [3, 'may-be-cleared'],
      ],
    });
    // A copy says nothing of the clock.
    expect(outcome({ ...given, holdAll: 'clock' })).toMatchObject({ due: [] });
    // What was fetched anew after the copy is not what is in it.
    const older = { ...backup, at: NOW - 41 * DAY };
    expect(outcome({ ...given, backup: older, holdAll: 'may-be-cleared' })).toMatchObject({ due: [] });
  });

  it('never lets go what is damaged here, whatever rule or wish there is, and is sure of its twins by it', () => {
    const holdings = [holding('a', { damaged: true }), holding('b', { damaged: true, folder: 'trash' })];
    const wishes = byUidl([{ uidl: uidl('b'), wish: 'delete', octets: 1000, wishedAt: 1 }]);
    const all = { listed: [listed(1, 'a'), listed(2, 'b')], holdings };
    const held = {
      due: [],
      later: [],
      held: [
        [1, 'not-read-back'],
        [2, 'not-read-back'],
      ],
    };
    expect(outcome(all)).toEqual(held);
    expect(outcome({ ...all, rule: { rule: 'after-download' } })).toEqual(held);
    expect(plan({ ...all, rule: null, wishes })).toMatchObject({ due: [], asked: [], withoutCopy: [] });
    expect(plan({ ...all, rule: { rule: 'when-deleted' } })).toMatchObject({ due: [], asked: [] });
  });

  it('has nothing to say of what was deleted here and is to be fetched again', () => {
    const { folder: _folder, ...outline } = holding('g');
    const wish = { uidl: uidl('g'), wish: 'fetch' as const, octets: 1000, wishedAt: 1 };
    const given = { listed: [listed(1, 'g')], holdings: [{ ...outline, header: '\nheader' }] };
    const rule = { rule: 'when-deleted' } as const;
    expect(outcome({ ...given, rule })).toMatchObject({ due: [1] });
    const wishes = new Map([[uidl('g'), wish]]);
    expect(outcome({ ...given, rule, wishes })).toMatchObject({ due: [], held: [] });
  });

  it.each(['may-be-cleared', 'clock'] as const)('lets nothing go while it is held: %s', (holdAll) => {
    const given = { listed: [listed(1, 'a')], holdings: [holding('a')], holdAll };
    expect(outcome(given)).toEqual({ due: [], later: [], held: [[1, holdAll]] });
  });

  describe('when that is the rule, lets go what was deleted here, and has nothing to say of other mail', () => {
    const rule = { rule: 'when-deleted' } as const;
    const inTrash = holding('t', { folder: 'trash', receivedAt: NOW });
    const { folder: _folder, ...outline } = holding('g', { receivedAt: NOW });
    const deleted: Deletion = { ...outline, header: '\nheader' };

    it.each<[string, ListedMessage[], Known[], object]>([
      ['kept in the inbox', [listed(1, 'a')], [holding('a')], { due: [], held: [] }],
      ['not here and never was', [listed(1, 'x'), listed(2, null)], [holding('a')], { due: [], held: [] }],
      ['in Trash', [listed(1, 'a'), listed(2, 't')], [holding('a'), inTrash], { due: [2], held: [] }],
      ['deleted for good', [listed(1, 'g')], [deleted], { due: [1], held: [] }],
      ['of another size', [listed(1, 't', 1500)], [inTrash], { due: [], held: [[1, 'size']] }],
      ['of another size, too', [listed(1, 'g', 500)], [deleted], { due: [], held: [[1, 'size']] }],
      [
        'without a receipt',
        [listed(1, 'g')],
        [{ ...deleted, receipt: null }],
        { due: [], held: [[1, 'no-receipt']] },
      ],
      [
        'beside another one of its unique-id that is not here',
        [listed(1, 'g'), listed(2, 'g', 500)],
        [deleted],
        { due: [], held: [[1, 'shared-unique-id']] },
      ],
      [
        'beside another one of its unique-id that is kept',
        [listed(1, 'g'), listed(2, 'g', 500)],
        [deleted, holding('g\n500 1', { octets: 500, ...receipt({ listedOctets: 500 }) })],
        { due: [1], held: [] },
      ],
    ])('%s', (_name, messages, holdings, expected) => {
      expect(outcome({ listed: messages, holdings, rule })).toEqual({ later: [], ...expected });
    });

    it('but nothing while it is held', () => {
      const given = { listed: [listed(1, 't'), listed(2, 'g')], holdings: [inTrash, deleted], rule };
      expect(outcome({ ...given, holdAll: 'may-be-cleared' })).toMatchObject({
        due: [],
        held: [
          [1, 'may-be-cleared'],
          [2, 'may-be-cleared'],
        ],
      });
    });
  });

  it('counts days from the last jump of the clock', () => {
    const given = { listed: [listed(1, 'a')], holdings: [holding('a')] };
    expect(outcome({ ...given, countFrom: NOW - 29 * DAY })).toMatchObject({ due: [], later: [1] });
    expect(outcome({ ...given, countFrom: NOW - 31 * DAY })).toMatchObject({ due: [1] });
  });

  it('does nothing about what is here and not there', () => {
    expect(outcome({ listed: [], holdings: [holding('a')] })).toEqual({ due: [], later: [], held: [] });
  });

  it('says what it comes to', () => {
    const holdings = [holding('a', { sentAt: 9 }), holding('b', { sentAt: 5, receivedAt: NOW })];
    const messages = [listed(1, 'a'), listed(2, 'b'), listed(3, 'c')];
    expect(forecastOf(plan({ listed: messages, holdings }))).toEqual({
      due: { messages: 1, octets: 1000, oldestAt: 9 },
      later: { messages: 1, octets: 1000, oldestAt: 5 },
      held: { 'not-here': 1 },
    });
  });
});

/** A maildrop and a store that share few names and sizes, so that everything collides with everything. */
const names = fc.constantFrom('a', 'b', 'c', '\nh');
const sizes = fc.constantFrom(0, 500, 1000, 1002, 3000);
const listings = fc.array(fc.record({ name: fc.option(names), octets: sizes }), { maxLength: 8 });
const holdingsOf = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('a', 'b', 'c', '\nh', 'a\n1000 1', 'a\n500 1', 'b\n0 1'),
    octets: sizes,
    receivedAt: fc.integer({ min: NOW - 60 * DAY, max: NOW + 60 * DAY }),
    receipt: fc.option(fc.record({ listedOctets: sizes, unterminated: fc.boolean() })),
  }),
  { selector: ({ name }) => name },
);

describe('whatever a server lists and whatever is here, planRemoval', () => {
  it('never deletes what is not here whole, under this unique-id, long enough, each once', () => {
    const property = fc.property(listings, holdingsOf, fc.boolean(), (messages, stored, days) => {
      const holdings = stored.map(({ name, receipt: kept, ...rest }, index) =>
        holding(name, {
          ...rest,
          id: messageId(1024 + index),
          receipt: kept && { hash: name, ...kept },
        }),
      );
      const listing = messages.map(({ name, octets }, index) => listed(index + 1, name, octets));
      const rule = days ? ({ rule: 'after-days', days: 30 } as const) : ({ rule: 'after-download' } as const);
      const { due, later, held } = plan({ listed: listing, holdings, rule });

      // Every listed message is accounted for once.
      const all = [...due.map((one) => one.message), ...later.map((one) => one.message)];
      const numbers = [...all, ...held.map((one) => one.message)].map(({ number }) => number);
      expect(numbers.toSorted((a, b) => a - b)).toEqual(listing.map(({ number }) => number));
      // No two of them rely on the same message here.
      expect(new Set(due.map((one) => one.holding.id)).size).toBe(due.length);
      for (const { message, holding: here, receipt: proof } of due) {
        expect(holdings).toContain(here);
        expect(here.uidl.split('\n')[0]).toBe(listing[message.number - 1]?.uidl);
        expect(proof).toBe(here.receipt);
        expect(proof.unterminated).toBe(false);
        expect(message.octets).toBeGreaterThan(0);
        expect(here.octets).toBeGreaterThanOrEqual(Math.max(message.octets, proof.listedOctets) - 2);
        if (days) expect(here.receivedAt).toBeLessThanOrEqual(NOW - 30 * DAY);
      }
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it('deletes of what nobody deleted here nothing, when that is the rule, and says nothing of it', () => {
    const property = fc.property(listings, holdingsOf, fc.nat(3), (messages, stored, every) => {
      const holdings = stored.map(({ name, receipt: kept, ...rest }, index): Known => {
        const id = messageId(1024 + index);
        const given = { ...rest, id, receipt: kept && { hash: name, ...kept } };
        const { folder, ...outline } = holding(name, given);
        if (index % 4 === every) return { ...outline, folder: 'trash' };
        return index % 4 === 0 ? { ...outline, header: '\nh' } : { ...outline, folder };
      });
      const listing = messages.map(({ name, octets }, index) => listed(index + 1, name, octets));
      const { due, later, held } = plan({ listed: listing, holdings, rule: { rule: 'when-deleted' } });
      expect(later).toEqual([]);
      expect(due.every(({ holding: known }) => isDeletedHere(known))).toBe(true);
      expect(new Set(due.map((one) => one.holding.id)).size).toBe(due.length);
      const deleted = holdings.filter(isDeletedHere).map(({ uidl: name }) => name.split('\n', 2).slice(0, 1));
      const shared = new Set(deleted.flat());
      for (const { message } of held) {
        expect(shared).toContain(listing[message.number - 1]?.uidl?.split('\n', 1)[0]);
      }
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  it('deletes nothing at all while something holds it', () => {
    const property = fc.property(
      listings,
      holdingsOf,
      fc.constantFrom('may-be-cleared' as const, 'clock' as const),
      (messages, stored, holdAll) => {
        const holdings = stored.map(({ name }) => holding(name));
        const listing = messages.map(({ name, octets }, index) => listed(index + 1, name, octets));
        const rule = { rule: 'after-download' } as const;
        expect(plan({ listed: listing, holdings, rule, holdAll }).due).toEqual([]);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});
