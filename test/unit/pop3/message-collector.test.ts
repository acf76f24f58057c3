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

  it('leaves each message as it was while others come', () => {
    const size = fc.oneof(fc.nat(20), fc.nat(70_000), fc.integer({ min: 100_000, max: 300_000 }));
    fc.assert(
      fc.property(fc.array(size, { maxLength: 40 }), (sizes) => {
        const collector = new MessageCollector(Infinity);
        const messages = sizes.map((octets, index) => {
          collector.add(new Uint8Array(octets).fill(index + 1));
          return collector.take();
        });
        expect(messages.map(({ length }) => length)).toEqual(sizes);
        expect(messages.every((message, index) => message.every((octet) => octet === index + 1))).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('takes no more memory than its size for a message alone', () => {
    const collector = new MessageCollector(100);
    collector.add(bytes('one'));
    expect(collector.take().buffer.byteLength).toBe(3);
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
