import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReceiveWindow, SendWindow } from '../../../../proxy/tunnel/flow-window.ts';

describe('SendWindow', () => {
  it('gives room back as credit comes in', () => {
    const window = new SendWindow(100);
    window.spend(100);
    expect(window.available).toBe(0);
    expect(window.refill(40)).toBe(true);
    expect(window.available).toBe(40);
  });

  it('refuses credit that was never outstanding', () => {
    const window = new SendWindow(100);
    expect(window.refill(1)).toBe(false);
    window.spend(10);
    expect(window.refill(11)).toBe(false);
    expect(window.refill(10)).toBe(true);
    expect(window.available).toBe(100);
  });
});

describe('ReceiveWindow', () => {
  it('takes a full window and not an octet more', () => {
    const window = new ReceiveWindow(100);
    expect(window.accept(100)).toBe(true);
    expect(window.accept(1)).toBe(false);
  });

  it('counts credit that was not sent yet as used', () => {
    const window = new ReceiveWindow(100);
    window.accept(10);
    expect(window.release(10)).toBe(0);
    expect(window.accept(91)).toBe(false);
  });

  it('saves credit up to a quarter of the window', () => {
    const window = new ReceiveWindow(100);
    window.accept(40);
    expect(window.release(24)).toBe(0);
    expect(window.release(1)).toBe(25);
    expect(window.held).toBe(15);
  });

  it('never leaves an honest sender without credit for good', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 200 }), steps, (size, wishes) => {
        const sender = new SendWindow(size);
        const receiver = new ReceiveWindow(size);
        for (const wish of wishes) {
          const octets = Math.min(wish, sender.available);
          sender.spend(octets);
          expect(receiver.accept(octets)).toBe(true);
          if (sender.available > 0) continue;
          // Everything is under way: once it has drained there must be credit.
          const credit = receiver.release(receiver.held);
          expect(credit).toBeGreaterThan(0);
          expect(sender.refill(credit)).toBe(true);
        }
      }),
    );
  });
});
