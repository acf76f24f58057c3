import { describe, expect, it } from 'vitest';
import type { Log, LogFacts } from '../../../../proxy/report/log.ts';
import { ThrottledLog } from '../../../../proxy/report/throttled-log.ts';

function rig() {
  const lines: [string, string, LogFacts][] = [];
  const log: Log = {
    error: (event, facts) => lines.push(['error', event, facts]),
    warn: (event, facts) => lines.push(['warn', event, facts]),
    info: (event, facts) => lines.push(['info', event, facts]),
  };
  let minute = (): void => undefined;
  let isStopped = false;
  const throttled = new ThrottledLog(log, (_ms, work) => {
    minute = work;
    return () => (isStopped = true);
  });
  return { lines, throttled, minute: () => minute(), isStopped: () => isStopped };
}

const flood = (log: Log, times: number, reason: string): void => {
  for (let n = 0; n < times; n += 1) log.warn('tunnel refused', { reason, n });
};

describe('ThrottledLog', () => {
  it('writes the first lines of each kind, and says how many more there were', () => {
    const { lines, throttled, minute } = rig();
    flood(throttled, 1000, 'too-fast');
    flood(throttled, 2, 'origin');
    expect(lines).toHaveLength(7);
    minute();
    expect(lines.slice(7)).toEqual([
      ['warn', 'more of the same', { event: 'tunnel refused', reason: 'too-fast', suppressed: 995 }],
    ]);
  });

  it('writes again in the next minute', () => {
    const { lines, throttled, minute } = rig();
    flood(throttled, 5, 'x');
    minute();
    flood(throttled, 5, 'x');
    expect(lines).toHaveLength(10);
  });

  it('counts levels and events apart, and takes an outcome for a reason', () => {
    const { lines, throttled } = rig();
    flood(throttled, 6, 'x');
    throttled.info('tunnel refused', { reason: 'x' });
    throttled.warn('another', { reason: 'x' });
    for (let n = 0; n < 6; n += 1) throttled.info('tunnel over', { outcome: 'page-left' });
    expect(lines).toHaveLength(12);
  });

  it('keeps every line of what went well', () => {
    const { lines, throttled } = rig();
    for (let n = 0; n < 100; n += 1) throttled.info('tunnel over', { outcome: 'done' });
    expect(lines).toHaveLength(100);
  });

  it('writes faults of the proxy, the first of them', () => {
    const { lines, throttled } = rig();
    for (let n = 0; n < 100; n += 1) throttled.error('request failed', {}, new Error('x'));
    expect(lines).toHaveLength(5);
  });

  it('says at the end what it owes', () => {
    const { lines, throttled, isStopped } = rig();
    flood(throttled, 6, 'x');
    throttled.close();
    expect(isStopped()).toBe(true);
    expect(lines.at(-1)?.[2]).toMatchObject({ suppressed: 1 });
  });
});
