import { describe, expect, it } from 'vitest';
import { messageId } from '../../../web/model/ids.ts';
import { LONE_OCTETS, PACK_OCTETS, packBytes, planPacks, unpack } from '../../../web/store/packs.ts';

const MiB = 1024 * 1024;

function parts(...octets: number[]): { id: ReturnType<typeof messageId>; raw: Uint8Array }[] {
  return octets.map((length, index) => ({
    id: messageId(1024 + index),
    raw: new Uint8Array(length).fill(index + 1),
  }));
}

describe('planPacks', () => {
  const cases: { name: string; octets: number[]; packs: [key: number, octets: number][] }[] = [
    { name: 'makes no pack of nothing', octets: [], packs: [] },
    { name: 'puts small ones together', octets: [10, 20, 30], packs: [[1024, 60]] },
    { name: 'keeps a pack for empty messages', octets: [0, 0], packs: [[1024, 0]] },
    { name: 'fills a pack up to the limit', octets: [MiB, MiB, MiB, MiB], packs: [[1024, 4 * MiB]] },
    {
      name: 'begins another before the limit is passed',
      octets: [MiB, MiB, MiB, MiB, 1],
      packs: [
        [1024, 4 * MiB],
        [1028, 1],
      ],
    },
    {
      name: 'puts a big one alone and goes on with the open pack',
      octets: [5, LONE_OCTETS + 1, 7],
      packs: [
        [1024, 12],
        [1025, LONE_OCTETS + 1],
      ],
    },
    {
      name: 'gives each big one its own',
      octets: [5 * MiB, 6 * MiB],
      packs: [
        [1024, 5 * MiB],
        [1025, 6 * MiB],
      ],
    },
  ];

  it.each(cases)('$name', ({ octets, packs }) => {
    const messages = parts(...octets);
    const plan = planPacks(messages);
    expect(plan.packs.map((pack) => [pack.key, pack.octets])).toEqual(packs);
    const records = new Map(plan.packs.map((pack) => [pack.key, packBytes(pack)]));
    plan.placed.forEach(({ message: { raw }, place }, index) => {
      const found = unpack(records.get(place.pack), place, raw.length);
      expect([found.length, found.every((octet) => octet === index + 1)]).toEqual([raw.length, true]);
    });
    const tooBig = plan.packs.filter((pack) => pack.octets > PACK_OCTETS && pack.parts.length > 1);
    expect(tooBig).toEqual([]);
  });
});

describe('unpack', () => {
  const record = new Uint8Array(10).buffer;

  it.each([
    { name: 'a missing record', record: undefined, offset: 0, octets: 1 },
    { name: 'a record that is too short', record, offset: 5, octets: 6 },
    { name: 'an offset behind the end', record, offset: 11, octets: 0 },
  ])('refuses $name', ({ record, offset, octets }) => {
    expect(() => unpack(record, { pack: 1024, offset }, octets)).toThrowError('storage-failed');
  });

  it('copies, so that a small message does not hold its pack', () => {
    expect(unpack(record, { pack: 1024, offset: 2 }, 3).buffer.byteLength).toBe(3);
  });
});
