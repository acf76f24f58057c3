/** Both queues under any order of events: nothing is lost, nothing overtakes, no window is ever passed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { ChunkQueue } from '../../../web/transport/chunk-queue.ts';
import { SendQueue } from '../../../web/transport/send-queue.ts';

const WINDOW = 64;

describe('ChunkQueue', () => {
  it('hands out every octet once, in order, and a sender that keeps to its credit is never refused', async () => {
    const steps = fc.array(fc.oneof(fc.record({ push: fc.nat(40) }), fc.constant('read' as const)), {
      maxLength: 80,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        let credit = WINDOW;
        const queue = new ChunkQueue(WINDOW, (octets) => (credit += octets));
        const sent: number[] = [];
        const got: number[] = [];
        for (const step of plan) {
          if (step === 'read') {
            if (!queue.isEmpty) got.push(...((await queue.read()) ?? []));
            continue;
          }
          const chunk = Uint8Array.from(
            { length: Math.min(step.push, credit) },
            (_, index) => (sent.length + index) % 256,
          );
          credit -= chunk.length;
          sent.push(...chunk);
          expect(queue.push(chunk)).toBe(true);
        }
        expect(queue.push(new Uint8Array(credit + 1))).toBe(false);
        queue.end();
        for (let chunk = await queue.read(); chunk !== null; chunk = await queue.read()) got.push(...chunk);
        expect(got).toEqual(sent);
        // What is not given back is less than the quarter that is saved up.
        expect(WINDOW - credit).toBeLessThan(WINDOW / 4);
      }),
    );
  });
});

describe('SendQueue', () => {
  it('sends every octet once, in order, in frames that fit, and never beyond its credit', async () => {
    const steps = fc.array(fc.record({ write: fc.nat(100), credit: fc.nat(100) }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const sent: number[] = [];
        let underWay = 0;
        const queue = new SendQueue(16, (bytes) => {
          expect(bytes.length).toBeGreaterThan(0);
          expect(bytes.length).toBeLessThanOrEqual(16);
          underWay += bytes.length;
          expect(underWay).toBeLessThanOrEqual(WINDOW);
          sent.push(...bytes);
        });
        queue.open(WINDOW);
        const written: number[] = [];
        const writes = plan.map(({ write, credit }) => {
          const bytes = Uint8Array.from({ length: write }, (_, index) => (written.length + index) % 256);
          written.push(...bytes);
          const writing = queue.write(bytes);
          const octets = Math.min(credit, underWay);
          underWay -= octets;
          if (octets > 0) expect(queue.refill(octets)).toBe(true);
          return writing;
        });
        while (underWay > 0) {
          const octets = underWay;
          underWay = 0;
          queue.refill(octets);
        }
        await Promise.all(writes);
        expect(sent).toEqual(written);
        expect(queue.refill(1)).toBe(false);
      }),
    );
  });

  it('sends nothing before it is open, and keeps the first failure', async () => {
    const sent: number[] = [];
    const queue = new SendQueue(16, (bytes) => sent.push(...bytes));
    const writing = queue.write(Uint8Array.of(1));
    expect(sent).toEqual([]);
    queue.open(1);
    await writing;
    expect(sent).toEqual([1]);
    const first = new PoplarError('cancelled', 'page');
    queue.fail(first);
    queue.fail(new PoplarError('internal', 'page'));
    await expect(queue.write(Uint8Array.of(1))).rejects.toBe(first);
  });
});
