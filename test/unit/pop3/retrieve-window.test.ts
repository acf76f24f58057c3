import { describe, expect, it } from 'vitest';
import { messageNumber, uidl } from '../../../web/model/ids.ts';
import type { ListedMessage } from '../../../web/pop3/listing.ts';
import { RetrieveWindow } from '../../../web/pop3/retrieve-window.ts';

const messages = (...sizes: number[]): ListedMessage[] =>
  sizes.map((octets, index) => ({ number: messageNumber(index + 1), uidl: uidl(`u${index + 1}`), octets }));

const numbers = (asked: readonly ListedMessage[]): number[] => asked.map(({ number }) => number);

describe('RetrieveWindow', () => {
  it('fills the window by commands and refills it at half', () => {
    const window = new RetrieveWindow(messages(...new Array<number>(10).fill(1)), {
      commands: 4,
      octets: 1000,
    });
    expect(numbers(window.refill())).toEqual([1, 2, 3, 4]);
    window.finished();
    expect(window.refill()).toEqual([]);
    window.finished();
    expect(numbers(window.refill())).toEqual([5, 6]);
  });

  it('fills the window by octets and refills it at half', () => {
    const window = new RetrieveWindow(messages(40, 40, 40, 40, 40), { commands: 100, octets: 100 });
    expect(numbers(window.refill())).toEqual([1, 2]);
    window.finished();
    expect(numbers(window.refill())).toEqual([3]);
    window.finished();
    expect(numbers(window.refill())).toEqual([4]);
  });

  it('asks for a message larger than the window alone', () => {
    const window = new RetrieveWindow(messages(500, 10, 10), { commands: 100, octets: 100 });
    expect(numbers(window.refill())).toEqual([1]);
    expect(window.refill()).toEqual([]);
  });

  it('counts down while a message comes in, so that the next is asked for before its end', () => {
    const window = new RetrieveWindow(messages(100, 60), { commands: 100, octets: 100 });
    window.refill();
    window.received(40);
    expect(window.refill()).toEqual([]);
    window.received(20);
    expect(numbers(window.refill())).toEqual([2]);
  });

  it('is not thrown off by a message larger than its size by LIST', () => {
    const window = new RetrieveWindow(messages(10, 90, 90), { commands: 100, octets: 100 });
    expect(numbers(window.refill())).toEqual([1, 2]);
    window.received(1_000_000);
    expect(window.refill()).toEqual([]); // The second is still under way with its 90.
    window.finished();
    window.received(50);
    expect(window.refill()).toEqual([]);
    window.finished();
    expect(numbers(window.refill())).toEqual([3]);
  });

  it('is not thrown off by a message smaller than its size by LIST', () => {
    const window = new RetrieveWindow(messages(1_000_000, 10, 10), { commands: 100, octets: 100 });
    expect(numbers(window.refill())).toEqual([1]);
    window.received(5);
    window.finished();
    expect(numbers(window.refill())).toEqual([2, 3]);
  });

  it('counts unknown sizes as some', () => {
    const window = new RetrieveWindow(messages(0, 0, 0, 0), { commands: 100, octets: 20_000 });
    expect(numbers(window.refill())).toEqual([1, 2]);
  });

  it('asks for one at a time with a window of one command', () => {
    const window = new RetrieveWindow(messages(10, 10), { commands: 1, octets: 1000 });
    expect(numbers(window.refill())).toEqual([1]);
    window.received(10);
    expect(window.refill()).toEqual([]);
    window.finished();
    expect(numbers(window.refill())).toEqual([2]);
  });

  it('names the message that is coming in, until there is none', () => {
    const window = new RetrieveWindow(messages(1, 1), { commands: 10, octets: 100 });
    window.refill();
    expect(window.current?.number).toBe(1);
    window.finished();
    expect(window.current?.number).toBe(2);
    window.finished();
    expect(window.current).toBeUndefined();
    expect(window.refill()).toEqual([]);
  });

  it('asks for every message exactly once, in order, and keeps within the window', () => {
    const sizes = Array.from({ length: 500 }, (_, index) => (index * 7919) % 300);
    const window = new RetrieveWindow(messages(...sizes), { commands: 20, octets: 1000 });
    const asked: number[] = [];
    for (let done = 0; done < sizes.length; done++) {
      asked.push(...numbers(window.refill()));
      expect(asked.length - done).toBeGreaterThan(0);
      expect(asked.length - done).toBeLessThanOrEqual(20);
      window.received(sizes[done] ?? 0);
      window.finished();
    }
    expect(asked).toEqual(sizes.map((_, index) => index + 1));
  });
});
