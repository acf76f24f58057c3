import { describe, expect, it } from 'vitest';
import { messageNumber, uidl, type Uidl } from '../../../web/model/ids.ts';
import type { ListedMessage } from '../../../web/pop3/listing.ts';
import { planSync, provisionalIdentity } from '../../../web/sync/plan.ts';

/** `3:c:40` is message number 3 with unique-id c and 40 octets. */
function listing(text: string): ListedMessage[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((entry) => {
      const [number, uid, octets] = entry.split(':');
      return { number: messageNumber(Number(number)), uidl: uidl(uid ?? ''), octets: Number(octets ?? 10) };
    });
}
const known = (text: string): Set<Uidl> => new Set(text.split(' ').filter(Boolean).map(uidl));
const show = (messages: readonly ListedMessage[]) =>
  messages.map(({ number, uidl }) => `${number}:${uidl}`).join(' ');

describe('planSync', () => {
  it.each([
    { name: 'an empty maildrop', listed: '', known: '', retrieve: '' },
    { name: 'a first fetch: newest first', listed: '1:a 2:b 3:c', known: '', retrieve: '3:c 2:b 1:a' },
    { name: 'a listing out of order', listed: '2:b 10:j 1:a', known: '', retrieve: '10:j 2:b 1:a' },
    { name: 'only what is new', listed: '1:a 2:b 3:c', known: 'a c', retrieve: '2:b' },
    { name: 'nothing new', listed: '1:a 2:b', known: 'b a', retrieve: '' },
    { name: 'known ones that are gone from the server', listed: '1:b', known: 'a b z', retrieve: '' },
    { name: 'numbers that moved after a deletion', listed: '1:b 2:c 3:d', known: 'a b c', retrieve: '3:d' },
    { name: 'unique-ids that differ in case', listed: '1:a 2:A', known: 'a', retrieve: '2:A' },
    {
      name: 'unique-ids like names of Object',
      listed: '1:__proto__ 2:constructor',
      known: '',
      retrieve: '2:constructor 1:__proto__',
    },
  ])('handles $name', ({ listed, known: before, retrieve }) => {
    expect(show(planSync(listing(listed), known(before), { maxMessageOctets: 100 }).retrieve)).toBe(retrieve);
  });

  it('fetches all messages that share a unique-id, each under a name of its own', () => {
    const { retrieve } = planSync(listing('1:a 2:b 3:a 4:a'), known(''), { maxMessageOctets: 100 });
    expect(retrieve.map(({ number, uidl }) => [number, uidl])).toEqual([
      [4, 'a\n10 2'],
      [3, 'a\n10 1'],
      [2, 'b'],
      [1, 'a'],
    ]);
  });

  it('fetches a message without an identity each time, but not twice in one fetch', () => {
    const nameless = { number: messageNumber(1), uidl: null, octets: 10 };
    const plan = (before: Set<Uidl>) => planSync([nameless], before, { maxMessageOctets: 100 }).retrieve;
    expect(plan(known('a b'))).toEqual([nameless]);
    expect(plan(new Set([provisionalIdentity(nameless)]))).toEqual([]);
  });

  it('fetches of what is larger than wanted the beginning, once, and never of a message whose size is unknown', () => {
    const policy = { maxMessageOctets: 100, headsAboveOctets: 50 };
    const all = listing('1:a:51 2:b:50 3:c:0 4:d:100 5:e:101');
    const plan = planSync(all, known(''), policy);
    expect([show(plan.retrieve), show(plan.headsOnly), show(plan.tooLarge)]).toEqual([
      '3:c 2:b',
      '4:d 1:a',
      '5:e',
    ]);
    expect(planSync(all, known('a d'), { maxMessageOctets: 100 })).toMatchObject({ headsOnly: [] });
    expect(show(planSync(all, known('a d'), { maxMessageOctets: 100 }).retrieve)).toBe('3:c 2:b');
  });

  it('leaves what is above the limit on the server and takes what is on it', () => {
    const plan = planSync(listing('1:a:101 2:b:100 3:c:0'), known(''), { maxMessageOctets: 100 });
    expect([show(plan.retrieve), show(plan.tooLarge)]).toEqual(['3:c 2:b', '1:a']);
  });

  it('does not report a known message as too large', () => {
    expect(planSync(listing('1:a:999'), known('a'), { maxMessageOctets: 100 }).tooLarge).toEqual([]);
  });

  it('counts the whole maildrop, known or not', () => {
    const plan = planSync(listing('1:a:5 2:b:7 3:b:9'), known('a'), { maxMessageOctets: 100 });
    expect(plan).toMatchObject({ maildropCount: 3, maildropOctets: 21 });
  });

  it('does not change what it was given', () => {
    const listed = listing('1:a 2:b');
    planSync(listed, known('b'), { maxMessageOctets: 100 });
    expect(show(listed)).toBe('1:a 2:b');
  });

  it('plans 100,000 messages in one go', () => {
    const listed = listing(Array.from({ length: 100_000 }, (_, i) => `${i + 1}:u${i + 1}`).join(' '));
    const half = known(Array.from({ length: 50_000 }, (_, i) => `u${i + 1}`).join(' '));
    const { retrieve } = planSync(listed, half, { maxMessageOctets: 100 });
    expect([retrieve.length, retrieve[0]?.number, retrieve.at(-1)?.number]).toEqual([
      50_000, 100_000, 50_001,
    ]);
  });
});
