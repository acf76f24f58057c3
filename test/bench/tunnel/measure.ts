/** The measurements, one server at a time. Each is bounded in time; what is compared is left to the caller. */
import { setTimeout as wait } from 'node:timers/promises';
import { openTunnel, type LoadTunnel } from './load-tunnel.ts';
import { cpuMs, familyOf, memoryKb } from './processes.ts';
import type { BenchServer } from './servers.ts';

/** The same number as in target.mjs: an upload is acknowledged by one octet for so many. */
const ACK_OCTETS = 4 * 1024 * 1024;
const MEGABYTE = 1e6;
const STUCK_MS = 15_000;

/** What the target is told to do. */
type Behaviour = 'D' | 'U' | 'E';

async function openFor(server: BenchServer, behaviour: Behaviour): Promise<LoadTunnel> {
  const tunnel = await openTunnel(server.way);
  tunnel.write(tunnel.encode(Buffer.from(behaviour)));
  return tunnel;
}

const familyOfServer = ({ pid }: BenchServer): number[] => (pid === null ? [] : familyOf(pid));

export interface StreamFigures {
  megabytesPerSecond: number;
  /** Of the server alone; null without one. */
  cpuMsPerMegabyte: number | null;
}

/** One stream in one direction, for `windowMs` after a short start. */
export async function measureStream(
  server: BenchServer,
  direction: 'download' | 'upload',
  windowMs: number,
): Promise<StreamFigures> {
  const tunnel = await openFor(server, direction === 'download' ? 'D' : 'U');
  try {
    if (direction === 'upload') tunnel.startUpload();
    const family = familyOfServer(server);
    const first = await mark(tunnel, family, windowMs / 5);
    const last = await mark(tunnel, family, windowMs);
    const unit = direction === 'download' ? 1 : ACK_OCTETS;
    const megabytes = ((last.received - first.received) * unit) / MEGABYTE;
    return {
      megabytesPerSecond: megabytes / ((last.atMs - first.atMs) / 1000),
      cpuMsPerMegabyte: server.pid === null ? null : (last.cpuMs - first.cpuMs) / megabytes,
    };
  } finally {
    tunnel.destroy();
  }
}

interface Mark {
  atMs: number;
  received: number;
  cpuMs: number;
}

/** The state of things at the first progress after `afterMs`. */
async function mark(tunnel: LoadTunnel, family: readonly number[], afterMs: number): Promise<Mark> {
  await wait(afterMs);
  await progress(tunnel);
  return { atMs: performance.now(), received: tunnel.received, cpuMs: cpuMs(family) };
}

function progress(tunnel: LoadTunnel): Promise<void> {
  return new Promise((resolve, reject) => {
    const stuck = setTimeout(() => settle(() => reject(new Error('nothing moves'))), STUCK_MS);
    const settle = (action: () => void): void => {
      clearTimeout(stuck);
      tunnel.onProgress = () => undefined;
      tunnel.onOver = () => undefined;
      action();
    };
    tunnel.onProgress = () => settle(resolve);
    tunnel.onOver = () => settle(() => reject(new Error('the tunnel was closed')));
  });
}

export interface EchoFigures {
  p50Us: number;
  p99Us: number;
}

const ECHO_OCTETS = 32;

/** A short line there and back, one at a time. */
export async function measureEcho(server: BenchServer, windowMs: number): Promise<EchoFigures> {
  const tunnel = await openFor(server, 'E');
  try {
    const message = tunnel.encode(Buffer.alloc(ECHO_OCTETS, 'NOOP\r\n'));
    const samples: number[] = [];
    const startedAt = performance.now();
    for (let now = startedAt; now < startedAt + windowMs;) {
      const expected = tunnel.received + ECHO_OCTETS;
      const sentAt = performance.now();
      tunnel.write(message);
      while (tunnel.received < expected) await progress(tunnel);
      now = performance.now();
      // The first ones find cold code.
      if (now > startedAt + windowMs / 5) samples.push(now - sentAt);
    }
    samples.sort((a, b) => a - b);
    const at = (share: number): number => (samples[Math.floor(samples.length * share)] ?? Number.NaN) * 1000;
    return { p50Us: at(0.5), p99Us: at(0.99) };
  } finally {
    tunnel.destroy();
  }
}

/** At a time; a page dials a few, many pages many. */
const SETUPS_AT_ONCE = 16;

/** Tunnels a second, from the TCP connection to the target's first octet, each dropped at once. */
export async function measureSetups(server: BenchServer, windowMs: number): Promise<number> {
  const startedAt = performance.now();
  let count = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() < startedAt + windowMs) {
      (await openTunnel(server.way)).destroy();
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: SETUPS_AT_ONCE }, worker));
  return count / ((performance.now() - startedAt) / 1000);
}

/** Before memory is read: compiled code is no part of a tunnel. */
const WARM_UP_SETUPS = 1024;

export interface IdleFigures {
  baseMb: number;
  /** For each count that was asked for, as far as the server was taken. */
  perTunnel: { tunnels: number; kilobytes: number; collectedKilobytes: number }[];
}

/** Memory of tunnels that stand and say nothing, above that of a server that has seen a few and has none. */
export async function measureIdle(server: BenchServer, counts: readonly number[]): Promise<IdleFigures> {
  const open: LoadTunnel[] = [];
  try {
    for (let count = 0; count < WARM_UP_SETUPS; count += SETUPS_AT_ONCE) {
      await openMany(server, SETUPS_AT_ONCE, open);
      drop(open);
    }
    await server.collect();
    const base = await settledMemoryKb(server);
    const perTunnel = [];
    for (const tunnels of counts) {
      await openMany(server, tunnels - open.length, open);
      const above = async (): Promise<number> => ((await settledMemoryKb(server)) - base) / tunnels;
      const kilobytes = await above();
      await server.collect();
      perTunnel.push({ tunnels, kilobytes, collectedKilobytes: await above() });
    }
    return { baseMb: base / 1024, perTunnel };
  } finally {
    drop(open);
  }
}

export interface SlowReaderFigures {
  tunnels: number;
  /** The most that the server grew by. */
  grownMb: number;
}

/** A target that sends without end to clients that give all the credit there is and do not read. */
export async function measureSlowReaders(
  server: BenchServer,
  tunnels: number,
  windowMs: number,
): Promise<SlowReaderFigures> {
  const open: LoadTunnel[] = [];
  const stuck = { ...server, way: { ...server.way, windowOctets: 16 * 1024 * 1024 } };
  try {
    await openMany(stuck, tunnels, open);
    const before = await settledMemoryKb(server);
    for (const tunnel of open) {
      tunnel.write(tunnel.encode(Buffer.from('D')));
      tunnel.pause();
    }
    let most = before;
    const endsAt = performance.now() + windowMs;
    while (performance.now() < endsAt && most < before + MEMORY_LIMIT_KB) {
      await wait(50);
      most = Math.max(most, memoryKb(familyOfServer(server)));
    }
    return { tunnels, grownMb: (most - before) / 1024 };
  } finally {
    drop(open);
  }
}

/** Enough is seen of a server that takes so much. */
const MEMORY_LIMIT_KB = 2 * 1024 * 1024;

async function openMany(server: BenchServer, count: number, into: LoadTunnel[]): Promise<void> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      into.push(await openTunnel(server.way));
    }
  };
  await Promise.all(Array.from({ length: SETUPS_AT_ONCE }, worker));
}

function drop(tunnels: LoadTunnel[]): void {
  for (const tunnel of tunnels.splice(0)) tunnel.destroy();
}

const SETTLE_LIMIT_MS = 3_000;

/** Memory once it has stopped to change: five looks alike, or the limit. */
async function settledMemoryKb(server: BenchServer): Promise<number> {
  const endsAt = performance.now() + SETTLE_LIMIT_MS;
  let [last, alike] = [0, 0];
  while (alike < 5 && performance.now() < endsAt) {
    await wait(200);
    const now = memoryKb(familyOfServer(server));
    alike = Math.abs(now - last) < 64 ? alike + 1 : 0;
    last = now;
  }
  return last;
}
