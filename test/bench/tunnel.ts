/**
 * `npm run bench -- tunnel`: the proxy as a carrier of bytes, side by side with others in the same run on loopback.
 * Each server is a process of its own (ours the built command), the target behind them another, the load comes from
 * this one. All take turns in every round, so that a noisy machine is noisy for all; medians, and ratios, count.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  measureEcho,
  measureIdle,
  measureSetups,
  measureSlowReaders,
  measureStream,
} from './tunnel/measure.ts';
import { aimsOf, median, print, printSlowReaders } from './tunnel/report.ts';
import type { Aim, Quantity, Row, SlowRow } from './tunnel/report.ts';
import { availableCandidates, startTarget, startTlsPipe, throughTls } from './tunnel/servers.ts';
import type { BenchServer, Candidate, Target } from './tunnel/servers.ts';

interface Plan {
  rounds: number;
  windowMs: number;
  idleRounds: number;
  idleCounts: readonly number[];
  /** A process a connection: the machine would suffer from thousands. */
  idleCountsOfForks: readonly number[];
  slowTunnels: readonly number[];
  slowMs: number;
}

const FULL: Plan = {
  rounds: 5,
  windowMs: 600,
  idleRounds: 3,
  idleCounts: [1000, 5000],
  idleCountsOfForks: [50],
  slowTunnels: [1, 200],
  slowMs: 2_500,
};
const QUICK: Plan = {
  rounds: 1,
  windowMs: 300,
  idleRounds: 1,
  idleCounts: [1000],
  idleCountsOfForks: [20],
  slowTunnels: [1, 50],
  slowMs: 1_000,
};

export interface TunnelResult {
  rows: Row[];
  tlsRows: Row[];
  slowReaders: SlowRow[];
  aims: Aim[];
}

/** All figures of each server, by quantity. */
type Samples = Map<string, Map<Quantity, number[]>>;

/** Runs the benchmark, prints the tables and returns what they hold. */
export async function bench({ quick }: { quick: boolean }): Promise<TunnelResult> {
  if (process.platform !== 'linux')
    throw new Error('the benchmark reads CPU and memory from /proc: Linux only');
  const plan = quick ? QUICK : FULL;
  const scratch = mkdtempSync(join(tmpdir(), 'poplar-bench-'));
  const target = await startTarget();
  try {
    const candidates = await availableCandidates(scratch);
    const streams = await measureTraffic(candidates, target, plan);
    const slowReaders = await measureStuck(candidates, target, plan);
    await measureMemory(candidates, target, plan, streams.plain);
    const rows = medians(streams.plain);
    const result = { rows, tlsRows: medians(streams.tls), slowReaders, aims: aimsOf(rows) };
    print(result.rows, result.tlsRows, result.aims);
    printSlowReaders(slowReaders);
    return result;
  } finally {
    target.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Everything that is a rate or a time, in rounds over servers that all stand from the first to the last. */
async function measureTraffic(
  candidates: readonly Candidate[],
  target: Target,
  plan: Plan,
): Promise<{ plain: Samples; tls: Samples }> {
  const servers: BenchServer[] = [];
  try {
    for (const candidate of candidates) servers.push(await candidate.start(target));
    const tlsPipe = await startTlsPipe(target);
    servers.push(tlsPipe);
    const plain = servers.filter((server) => server !== tlsPipe);
    const tls = [...plain.slice(0, 1).map((ours) => throughTls(ours, target)), tlsPipe];
    // The first round finds cold code everywhere, ours and theirs; it does not count.
    say('warming up');
    await measureRound(plain, tls, plan.windowMs / 2, { plain: new Map(), tls: new Map() });
    const samples = { plain: new Map(), tls: new Map() };
    for (let round = 0; round < plan.rounds; round += 1) {
      say(`speed, round ${round + 1} of ${plan.rounds}`);
      await measureRound(rotate(plain, round), rotate(tls, round), plan.windowMs, samples);
    }
    return samples;
  } finally {
    for (const server of servers) await server.stop();
  }
}

async function measureRound(
  plain: readonly BenchServer[],
  tls: readonly BenchServer[],
  windowMs: number,
  samples: { plain: Samples; tls: Samples },
): Promise<void> {
  for (const server of plain) {
    const { megabytesPerSecond, cpuMsPerMegabyte } = await measureStream(server, 'download', windowMs);
    note(samples.plain, server, { downloadMbPerS: megabytesPerSecond, downloadCpuMsPerMb: cpuMsPerMegabyte });
  }
  for (const server of plain) {
    const { megabytesPerSecond, cpuMsPerMegabyte } = await measureStream(server, 'upload', windowMs);
    note(samples.plain, server, { uploadMbPerS: megabytesPerSecond, uploadCpuMsPerMb: cpuMsPerMegabyte });
  }
  for (const server of plain) {
    const { p50Us, p99Us } = await measureEcho(server, windowMs);
    note(samples.plain, server, { echoP50Us: p50Us, echoP99Us: p99Us });
  }
  for (const server of plain) {
    note(samples.plain, server, { setupsPerS: await measureSetups(server, windowMs) });
  }
  for (const server of tls) {
    const { megabytesPerSecond, cpuMsPerMegabyte } = await measureStream(server, 'download', windowMs);
    note(samples.tls, server, { tlsDownloadMbPerS: megabytesPerSecond, tlsCpuMsPerMb: cpuMsPerMegabyte });
  }
}

/**
 * Memory, each time of a fresh server: one that has carried megabytes has room left over from them. Right after the
 * tunnels were opened, and when what the opening left behind has been collected.
 */
async function measureMemory(
  candidates: readonly Candidate[],
  target: Target,
  plan: Plan,
  samples: Samples,
): Promise<void> {
  for (let round = 0; round < plan.idleRounds; round += 1) {
    for (const candidate of candidates) {
      say(`memory of ${candidate.name}, round ${round + 1} of ${plan.idleRounds}`);
      await withServer(candidate, target, async (server) => {
        const counts = server.forks ? plan.idleCountsOfForks : plan.idleCounts;
        const { baseMb, perTunnel } = await measureIdle(server, counts);
        const [first, second] = perTunnel;
        note(samples, server, {
          baseMb,
          idleKbAt1000: first?.kilobytes ?? null,
          idleKbAt5000: second?.kilobytes ?? null,
          collectedKbAt1000: first?.collectedKilobytes ?? null,
          collectedKbAt5000: second?.collectedKilobytes ?? null,
        });
      });
    }
  }
  console.log(`websockify forks: memory of ${plan.idleCountsOfForks.join(', ')} tunnels only`);
}

async function measureStuck(
  candidates: readonly Candidate[],
  target: Target,
  plan: Plan,
): Promise<SlowRow[]> {
  const rows: SlowRow[] = [];
  for (const tunnels of plan.slowTunnels) {
    for (const candidate of candidates) {
      say(`${tunnels} slow readers of ${candidate.name}`);
      await withServer(candidate, target, async (server) => {
        if (server.forks && tunnels > Math.max(...plan.idleCountsOfForks)) return;
        rows.push({ server: server.name, ...(await measureSlowReaders(server, tunnels, plan.slowMs)) });
      });
    }
  }
  return rows;
}

const startedAt = performance.now();

/** What is done now, after so many seconds. */
function say(what: string): void {
  console.error(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${what}`);
}

/** A server of its own for `work`; a direct connection has no server to look at. */
async function withServer(
  candidate: Candidate,
  target: Target,
  work: (server: BenchServer) => Promise<void>,
): Promise<void> {
  const server = await candidate.start(target);
  try {
    if (server.pid !== null) await work(server);
  } finally {
    await server.stop();
  }
}

/** Who goes first changes from round to round. */
function rotate<T>(all: readonly T[], by: number): T[] {
  const at = by % all.length;
  return [...all.slice(at), ...all.slice(0, at)];
}

function note(
  samples: Samples,
  { name }: BenchServer,
  figures: Partial<Record<Quantity, number | null>>,
): void {
  const ofServer = samples.get(name) ?? new Map<Quantity, number[]>();
  samples.set(name, ofServer);
  for (const [quantity, value] of Object.entries(figures) as [Quantity, number | null][]) {
    if (value !== null) ofServer.set(quantity, [...(ofServer.get(quantity) ?? []), value]);
  }
}

function medians(samples: Samples): Row[] {
  return [...samples].map(([server, figures]) => ({
    server,
    ...Object.fromEntries([...figures].map(([quantity, values]) => [quantity, median(values)])),
  }));
}
