import { describe, expect, it } from 'vitest';
import { accountId, messageId, messageNumber, uidl, type Uidl } from '../../../web/model/ids.ts';
import type { MessageSummary } from '../../../web/model/message.ts';
import { headerIdentity } from '../../../web/pop3/identity-hash.ts';
import type { ListedMessage } from '../../../web/pop3/listing.ts';
import { looksRenamed, recognise } from '../../../web/sync/renaming.ts';
import { bytes } from '../../support/octets.ts';

const listed = (count: number, octets = 10): ListedMessage[] =>
  Array.from({ length: count }, (_, index) => ({
    number: messageNumber(index + 1),
    uidl: uidl(`new-${index}`),
    octets,
  }));
const known = (count: number): Set<Uidl> =>
  new Set(Array.from({ length: count }, (_, index) => uidl(`old-${index}`)));

describe('looks renamed', () => {
  it.each([
    { name: 'all of twenty', all: 20, fresh: 20, known: 20, expected: true },
    { name: 'more than half', all: 20, fresh: 11, known: 20, expected: true },
    { name: 'not half', all: 20, fresh: 10, known: 20, expected: false },
    { name: 'all of a few', all: 9, fresh: 9, known: 9, expected: true },
    { name: 'not all of a few', all: 9, fresh: 8, known: 9, expected: false },
    { name: 'nothing new', all: 0, fresh: 0, known: 9, expected: false },
    { name: 'at the first fetch', all: 20, fresh: 20, known: 0, expected: false },
    { name: 'at the first fetch of a few', all: 2, fresh: 2, known: 0, expected: false },
    { name: 'much new mail, and the old is there', all: 50, fresh: 30, known: 20, expected: false },
  ])('$name: $expected', ({ all, fresh, known: before, expected }) => {
    expect(looksRenamed(all - fresh, listed(fresh), known(before))).toBe(expected);
  });
});

describe('recognising', () => {
  const raw = (name: string): Uint8Array => bytes(`Subject: ${name}\r\n\r\n`);

  /** Recognises messages with these subjects among stored ones; their places, and which stored ones were read. */
  async function run(fresh: readonly string[], stored: readonly string[], off = 0) {
    const digest = {
      from: { name: '', address: '' },
      to: [],
      sentAt: null,
      preview: '',
      hasAttachment: false,
    };
    const summaries = stored.map((subject, index): MessageSummary => ({
      ...{ ...digest, subject, id: messageId(index), account: accountId('a'), folder: 'inbox' },
      ...{
        uidl: uidl(`old-${index}`),
        octets: raw(subject).length,
        receivedAt: 0,
        seen: false,
        starred: false,
      },
    }));
    const messages = listed(fresh.length).map((message, index) => ({
      ...message,
      octets: raw(fresh[index] ?? '').length + off,
    }));
    const read: number[] = [];
    const asked: number[] = [];
    const found = await recognise(
      messages,
      { summaries, headerOf: async (id) => (read.push(id), headerIdentity(raw(stored[id] ?? ''))) },
      async (some) => {
        asked.push(some.length);
        return some.map((message) => ({
          ...message,
          uidl: headerIdentity(raw(fresh[message.number - 1] ?? '')),
        }));
      },
    );
    return { found: found.map(({ message }) => message.number - 1), read, asked };
  }

  it('finds what is here, whatever the order, and reads each once', async () => {
    const { found, read } = await run(['b', 'a', 'c'], ['a', 'b', 'x']);
    expect(found).toEqual([0, 1]);
    expect(new Set(read).size).toBe(read.length);
  });

  it('lets one message here stand for one there', async () => {
    expect((await run(['a', 'a', 'a'], ['a', 'a'])).found).toEqual([0, 1]);
  });

  it.each([
    { off: 2, expected: [0] },
    { off: -2, expected: [0] },
    { off: 3, expected: [] },
  ])('bears sizes that are off by $off: $expected', async ({ off, expected }) => {
    expect((await run(['a'], ['a'], off)).found).toEqual(expected);
  });

  it('stops after a sample of which less than a quarter is here', async () => {
    const fresh = Array.from({ length: 40 }, (_, index) => `s${index + 10}`);
    expect(await run(fresh, fresh.slice(30))).toMatchObject({ asked: [20, 20], found: { length: 10 } });
    expect((await run(fresh, fresh.slice(32))).asked).toEqual([20]);
  });

  it('looks at nothing of a size that is not here', async () => {
    const fresh = ['a', ...Array.from({ length: 40 }, (_, index) => `much longer ${index + 10}`), 'b'];
    expect(await run(fresh, ['a', 'b'])).toMatchObject({ asked: [2, 0], found: [0, 41] });
  });

  it('finds nothing where headers cannot be had', async () => {
    const stored = { summaries: [], headerOf: () => Promise.resolve(null) };
    expect(await recognise(listed(20), stored, (some) => Promise.resolve([...some]))).toEqual([]);
  });
});
