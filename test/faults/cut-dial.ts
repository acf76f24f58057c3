/** A Dial whose connections break at one octet, on the way here or on the way there. */
import { PoplarError } from '../../web/errors.ts';
import type { Dial, Transport } from '../../web/wire/transport.ts';

export interface CutPoint {
  /** Who was speaking. */
  by: 'client' | 'server';
  /** So many octets of it still get through. */
  afterOctets: number;
  /** Whether each connection breaks there, or only one, once so much was said over all connections. */
  each: boolean;
}

export interface CutDial {
  dial: Dial;
  /** How often a connection broke. */
  cuts: () => number;
}

/** `onCut` is waited for before the break is felt. */
export function createCutDial(inner: Dial, point: CutPoint, onCut: () => Promise<void>): CutDial {
  let left = point.afterOctets;
  let cuts = 0;
  const dial: Dial = async (target, observer, signal) => {
    const transport = await inner(target, observer, signal);
    if (point.each) left = point.afterOctets;
    let isCut = false;
    /** What of these octets gets through; it breaks behind the last of them. */
    const passing = (octets: Uint8Array): Uint8Array => {
      const passed = octets.subarray(0, left);
      isCut = octets.length > left;
      left = isCut && !point.each ? Infinity : left - passed.length;
      return passed;
    };
    const snap = async (): Promise<never> => {
      cuts += 1;
      transport.close();
      await onCut();
      throw new PoplarError('connection-lost', 'connection', { retryable: true });
    };
    return {
      get security() {
        return transport.security;
      },
      async read() {
        if (isCut) return snap();
        const octets = await transport.read();
        if (octets === null || point.by === 'client') return octets;
        const passed = passing(octets);
        return passed.length > 0 || !isCut ? passed : snap();
      },
      async write(octets) {
        if (isCut) return snap();
        const passed = point.by === 'client' ? passing(octets) : octets;
        if (passed.length > 0) await transport.write(passed);
        if (isCut) await snap();
      },
      startTls: () => transport.startTls(),
      close: () => transport.close(),
    } satisfies Transport;
  };
  return { dial, cuts: () => cuts };
}
