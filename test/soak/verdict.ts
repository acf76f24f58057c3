/** What the soak has shown: a line for each thing that had to hold, and whether it held. Pure. */
import type { ProxyState } from '../support/proxy-process.ts';
import type { Sample } from './gauges.ts';
import type { Ledger } from './ledger.ts';
import { logBreaches, logSummary } from './log-lines.ts';
import type { Plan } from './plan.ts';

/** The proxy with nothing to do. */
export interface Rest {
  state: ProxyState;
  /** As the kernel counts them. */
  descriptors: number;
  /** Its metrics. */
  figures: ReadonlyMap<string, number>;
}

export interface Findings {
  seed: number;
  tunnels: number;
  start: Rest;
  end: Rest;
  samples: readonly Sample[];
  ledger: Pick<
    Ledger,
    'endings' | 'reasons' | 'breaches' | 'breachCount' | 'over' | 'downOctets' | 'upOctets'
  >;
  begun: number;
  /** Tunnels that did not end in time. */
  stuck: readonly Plan[];
  /** Connections to the mail servers that still stand. */
  serverSockets: number;
  canary: { songs: number; slowestMs: number; fault: string | null };
  log: readonly string[];
  elapsedMs: number;
}

export interface Verdict {
  isGood: boolean;
  lines: string[];
}

const MIB = 1024 * 1024;
/** Memory is flat when it has grown by no more than this. */
const GROWTH = 0.25;
const HEAP_ALLOWANCE = 8 * MIB;
const RSS_ALLOWANCE = 32 * MIB;
type Check = [isGood: boolean, line: string];

export function judge(findings: Findings): Verdict {
  const checks = [
    ...socketChecks(findings),
    ...memoryChecks(findings),
    standingCheck(findings),
    ...endCheck(findings),
    canaryCheck(findings),
    ...logChecks(findings),
    faultCheck(findings),
  ];
  const lines = checks.map(([isGood, line]) => `${isGood ? 'ok  ' : 'FAIL'} ${line}`);
  return { isGood: checks.every(([isGood]) => isGood), lines: [...lines, ...details(findings)] };
}

function socketChecks({ start, end, serverSockets }: Findings): Check[] {
  const figure = ({ figures }: Rest, name: string): number => figures.get(name) ?? NaN;
  const open = [start, end].map((rest) => figure(rest, 'process_open_fds'));
  const [tunnels, held] = ['poplar_tunnels', 'poplar_held_octets'].map((name) => figure(end, name));
  const leaked = end.descriptors - start.descriptors;
  return [
    [
      leaked === 0 && open[0] === open[1] && serverSockets === 0,
      `leaked sockets: ${leaked} (descriptors by /proc ${start.descriptors} before, ${end.descriptors} after; ` +
        `by its metrics ${open[0]} and ${open[1]}; ${serverSockets} connections left at the servers)`,
    ],
    [
      tunnels === 0 && held === 0 && end.state.tunnels === 0 && end.state.heldOctets === 0,
      `left: ${tunnels} tunnels, ${held} octets held`,
    ],
  ];
}

function memoryChecks({ samples, start, end }: Findings): Check[] {
  const quarter = Math.ceil(samples.length / 4);
  const growth = (what: string, of: (state: ProxyState) => number, allowance: number): Check => {
    const first = median(samples.slice(0, quarter).map(of));
    const last = median(samples.slice(-quarter).map(of));
    return [
      last <= bound(first, allowance),
      `${what}: median ${mebibytes(first)} in the first quarter, ${mebibytes(last)} in the last ` +
        `(at most ${mebibytes(bound(first, allowance))})`,
    ];
  };
  const [before, after] = [start.state.usedOctets, end.state.usedOctets];
  return [
    growth('heap and buffers after collection', ({ usedOctets }) => usedOctets, HEAP_ALLOWANCE),
    growth('RSS', ({ rssOctets }) => rssOctets, RSS_ALLOWANCE),
    [
      after <= bound(before, HEAP_ALLOWANCE),
      `heap and buffers at rest: ${mebibytes(before)} before, ${mebibytes(after)} after ` +
        `(at most ${mebibytes(bound(before, HEAP_ALLOWANCE))})`,
    ],
  ];
}

function bound(octets: number, allowance: number): number {
  return octets * (1 + GROWTH) + allowance;
}

function standingCheck({ samples, tunnels }: Findings): Check {
  const standing = samples.map((sample) => sample.tunnels);
  const [middle, least] = [median(standing), Math.min(...standing)];
  return [
    middle >= tunnels,
    `tunnels that stood: median ${middle}, ${least} at least, for ${tunnels} at a time`,
  ];
}

function endCheck({ ledger, begun, stuck, end, start }: Findings): Check[] {
  const total = (rest: Rest, name: string): number =>
    [...rest.figures].reduce((sum, [key, value]) => (key.startsWith(name) ? sum + value : sum), 0);
  const [began, over] = ['poplar_tunnels_begun_total', 'poplar_tunnels_over_total'].map(
    (name) => total(end, name) - total(start, name),
  );
  const unheard = [...ledger.reasons].filter(
    ([reason, count]) => (end.figures.get(`poplar_tunnels_over_total{outcome="${reason}"}`) ?? 0) < count,
  );
  return [
    [
      ledger.breachCount === 0 && ledger.over === begun && stuck.length === 0,
      `ends: ${ledger.over} of ${begun} tunnels, ${ledger.breachCount} breaches, ${stuck.length} without an end`,
    ],
    [
      // The canary is one more.
      began === begun + 1 && over === began && unheard.length === 0,
      `its metrics: ${began} tunnels begun, ${over} over (the canary among them), ` +
        `${unheard.length} reasons told to pages and not counted`,
    ],
    [
      ledger.breachCount === 0,
      `octets, each compared: ${mebibytes(ledger.downOctets)} to pages, ${mebibytes(ledger.upOctets)} to servers`,
    ],
  ];
}

function canaryCheck({ canary: { songs, slowestMs, fault } }: Findings): Check {
  const words = fault === null ? '' : ` and then: ${fault}`;
  return [
    fault === null && songs > 0,
    `canary: ${songs} songs, the slowest ${Math.round(slowestMs)} ms${words}`,
  ];
}

function logChecks({ log, elapsedMs, end }: Findings): Check[] {
  const breaches = logBreaches(log, elapsedMs, end.figures);
  return [[breaches.length === 0, `log: ${[logSummary(log), ...breaches].join('; ')}`]];
}

function faultCheck({ end }: Findings): Check {
  const { faults } = end.state;
  return [
    faults.length === 0,
    `uncaught in the proxy: ${faults.length}${faults.map((fault) => `\n  ${fault}`).join('')}`,
  ];
}

function details({ ledger, stuck, seed, end }: Findings): string[] {
  const outcomes = [...end.figures].flatMap(([name, count]) => {
    const outcome = /^poplar_tunnels_over_total\{outcome="(.*)"\}$/.exec(name)?.[1];
    return outcome === undefined ? [] : [`${outcome} ${count}`];
  });
  return [
    `     outcomes: ${outcomes.join(', ')}`,
    ...ledger.breaches.map((breach) => `     ${breach}`),
    ...stuck.slice(0, 20).map(({ id, fault, way }) => `     tunnel ${id} (${fault.name}, ${way}) has no end`),
    `     seed ${seed}`,
  ];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

export function mebibytes(octets: number): string {
  return `${(octets / MIB).toFixed(1)} MiB`;
}
