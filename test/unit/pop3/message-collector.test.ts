import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageCollector } from '../../../web/pop3/message-collector.ts';
import { bytes, concat, latin1 } from '../../support/octets.ts';

describe('MessageCollector', () => {
  it('puts pieces of any size together in order', () => {
    const size = fc.oneof(fc.nat(20), fc.integer({ min: 1000, max: 1050 }), fc.nat(70_000));
    fc.assert(
      fc.property(fc.array(size, { maxLength: 60 }), (sizes) => {
        const pieces = sizes.map((octets, index) => new Uint8Array(octets).fill(index));
        const collector = new MessageCollector(Infinity);
        for (const piece of pieces) collector.add(piece);
        expect(Buffer.compare(collector.take(), concat(pieces))).toBe(0);
        expect(collector.octets).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('gives each message a buffer of its own and exactly its size', () => {
    const collector = new MessageCollector(100);
    const chunk = bytes('one two');
    collector.add(chunk.subarray(0, 3));
    const first = collector.take();
    collector.add(chunk.subarray(4));
    const second = collector.take();
    expect([latin1(first), latin1(second)]).toEqual(['one', 'two']);
    expect([first.buffer.byteLength, second.buffer.byteLength]).toEqual([3, 3]);
  });

  it('does not hold the chunk of a small piece', () => {
    const chunk = bytes('a');
    const collector = new MessageCollector(100);
    collector.add(chunk);
    chunk[0] = 0x62;
    expect(latin1(collector.take())).toBe('a');
  });

  it('counts beyond its limit and starts afresh after a reset', () => {
    const collector = new MessageCollector(10);
    collector.add(new Uint8Array(10));
    expect(collector.tooLarge).toBe(false);
    for (let piece = 0; piece < 1000; piece++) collector.add(new Uint8Array(1024));
    expect(collector).toMatchObject({ tooLarge: true, octets: 10 + 1000 * 1024 });
    collector.reset();
    collector.add(bytes('next'));
    expect(latin1(collector.take())).toBe('next');
  });

  it('holds nothing of a message beyond its limit', () => {
    const collector = new MessageCollector(3000);
    for (const octets of [2000, 500, 2000, 500]) collector.add(new Uint8Array(octets).fill(0xff));
    expect(collector.take().every((octet) => octet === 0)).toBe(true);
  });

  it('makes an empty message of nothing', () => {
    expect(new MessageCollector(10).take()).toHaveLength(0);
  });
});
