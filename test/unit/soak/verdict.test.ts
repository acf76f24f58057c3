/** The verdict of the soak: whatever had to hold and did not makes it bad, each thing for itself. */
import { describe, expect, it } from 'vitest';
import { Ledger } from '../../soak/ledger.ts';
import { planOf } from '../../soak/plan.ts';
import { judge, type Findings, type Rest } from '../../soak/verdict.ts';

const MIB = 1024 * 1024;

function rest(figures: Record<string, number> = {}, state: Partial<Rest['state']> = {}): Rest {
  return {
    state: {
      tunnels: 0,
      heldOctets: 0,
      descriptors: 20,
      usedOctets: 30 * MIB,
      rssOctets: 90 * MIB,
      faults: [],
      ...state,
    },
    descriptors: 20,
    figures: new Map(
      Object.entries({ process_open_fds: 21, poplar_tunnels: 0, poplar_held_octets: 0, ...figures }),
    ),
  };
}

const DONE = 'poplar_tunnels_over_total{outcome="done"}';
const RESET = 'poplar_tunnels_over_total{outcome="connection-reset"}';
const end = { poplar_tunnels_begun_total: 11, [DONE]: 8, [RESET]: 3 };
const sample = { ...rest().state, tunnels: 50, atMs: 0 };
const line = (outcome: string): string => JSON.stringify({ level: 'info', msg: 'tunnel over', outcome });

function findings(changes: Partial<Findings> = {}): Findings {
  return {
    seed: 1,
    tunnels: 50,
    start: rest(),
    end: rest(end),
    samples: Array.from({ length: 8 }, () => sample),
    ledger: Object.assign(new Ledger(), { over: 10, reasons: new Map([['connection-reset', 3]]) }),
    begun: 10,
    stuck: [],
    serverSockets: 0,
    canary: { songs: 3, slowestMs: 5, fault: null },
    log: [line('done'), line('connection-reset')],
    elapsedMs: 60_000,
    ...changes,
  };
}

describe('the verdict', () => {
  it('is good when nothing is left and nothing was wrong', () => {
    const { isGood, lines } = judge(findings());
    expect(lines.filter((said) => said.startsWith('FAIL'))).toEqual([]);
    expect(isGood).toBe(true);
  });

  it.each<[what: string, line: string, changes: Partial<Findings>]>([
    [
      'a descriptor that the kernel still counts',
      'leaked sockets',
      { end: { ...rest(end), descriptors: 21 } },
    ],
    [
      'a descriptor that the proxy still counts',
      'leaked sockets',
      { end: rest({ ...end, process_open_fds: 22 }) },
    ],
    ['a connection that a server still has', 'leaked sockets', { serverSockets: 1 }],
    ['a tunnel that stands', 'left', { end: rest({ ...end, poplar_tunnels: 1 }) }],
    ['octets that are held', 'left', { end: rest(end, { heldOctets: 1 }) }],
    ['figures that are not there', 'left', { end: { ...rest(end), figures: new Map() } }],
    [
      'memory that grows while it runs',
      'heap and buffers after collection',
      { samples: Array.from({ length: 8 }, (_, n) => ({ ...sample, usedOctets: (30 + 5 * n) * MIB })) },
    ],
    [
      'memory of the system that grows',
      'RSS',
      { samples: Array.from({ length: 8 }, (_, n) => ({ ...sample, rssOctets: (90 + 20 * n) * MIB })) },
    ],
    ['no samples at all', 'RSS', { samples: [] }],
    ['memory that is kept', 'heap and buffers at rest', { end: rest(end, { usedOctets: 60 * MIB }) }],
    ['fewer tunnels than were wanted', 'tunnels that stood', { tunnels: 51 }],
    ['a tunnel without an end', 'ends', { stuck: [planOf(1, 1, 1000)] }],
    ['a tunnel that nobody saw end', 'ends', { begun: 11 }],
    ['a tunnel that the proxy did not count', 'its metrics', { end: rest({ ...end, [DONE]: 7 }) }],
    [
      'a reason that the proxy did not count',
      'its metrics',
      { end: rest({ ...end, [DONE]: 9, [RESET]: 2 }) },
    ],
    ['a canary that was closed', 'canary', { canary: { songs: 3, slowestMs: 5, fault: 'closed' } }],
    ['a canary that never sang', 'canary', { canary: { songs: 0, slowestMs: 0, fault: null } }],
    [
      'a kind of line that fills the log',
      'log',
      { log: [line('done'), ...Array<string>(13).fill(line('connection-reset'))] },
    ],
    ['a kind of end that is not in the log', 'log', { log: [line('done')] }],
    ['an error that nobody caught', 'uncaught', { end: rest(end, { faults: ['Error'] }) }],
  ])('is bad for %s', (_what, line, changes) => {
    const { isGood, lines } = judge(findings(changes));
    expect(isGood).toBe(false);
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^FAIL ${line}`)));
  });
});

describe('the ledger', () => {
  const planFor = (name: string) => {
    for (let id = 0; ; id += 1) if (planOf(1, id, 1000).fault.name === name) return planOf(1, id, 1000);
  };

  it('finds an end that does not fit the fault', () => {
    const ledger = new Ledger();
    const plan = planFor('server resets');
    ledger.begin(plan);
    ledger.pageOver(plan.id, 'idle-timeout 4000');
    expect(ledger.breaches).toEqual([expect.stringContaining('idle-timeout')]);
  });

  it('finds octets that are missing and octets that are wrong', () => {
    const ledger = new Ledger();
    const plan = planFor('none');
    ledger.begin(plan);
    ledger.arrive(plan.id, () => undefined);
    ledger.count(plan.id, 'down', plan.downOctets - 1, true);
    ledger.count(plan.id, 'up', plan.upOctets, false);
    ledger.pageOver(plan.id, '1000');
    expect(ledger.unsettled()).toEqual([plan]);
    ledger.serverOver(plan.id);
    expect(ledger.unsettled()).toEqual([]);
    expect(ledger.breaches).toEqual([
      expect.stringContaining('wrong octets up'),
      expect.stringContaining(`${plan.downOctets - 1} octets down of ${plan.downOctets}`),
    ]);
  });
});
