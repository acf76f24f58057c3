/**
 * Many tunnels through one proxy, all the time, with faults of every kind on both sides; and then what is left of them.
 * The proxy is a process of its own; servers and pages are here.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Canary } from '../integration/proxy/canary.ts';
import { fixture } from '../support/certs.ts';
import { LoopbackServers } from '../support/loopback-servers.ts';
import { startProxyProcess, type ProxyProcess } from '../support/proxy-process.ts';
import { Content } from './content.ts';
import { Crowd } from './crowd.ts';
import { descriptorsOf, readFigures, type Sample } from './gauges.ts';
import { Ledger } from './ledger.ts';
import { runTunnel, type PageStage } from './page.ts';
import { MOST_OCTETS, planOf } from './plan.ts';
import { openServers, type Ports } from './server.ts';
import { judge, mebibytes, type Verdict } from './verdict.ts';

export interface SoakOptions {
  seconds: number;
  /** How many stand at all times. */
  tunnels: number;
  seed: number;
  /** Hears of progress, a line at a time. */
  say: (line: string) => void;
}

/** After the time is up: idle and closing time-outs, and what is slow, are over long before. */
const END_LIMIT_MS = 45_000;
const SAMPLES = 60;
/** What faults take away at once has to be there beside those that should stand; and as many again are on their way. */
const HELD = 1.05;
const UNDER_WAY = 1.6;
const SONGS_A_SECOND = 20;

export async function soak(options: SoakOptions): Promise<Verdict> {
  const servers = new LoopbackServers();
  const stage = { ledger: new Ledger(), content: new Content(options.seed) };
  const ports = await openServers(servers, stage);
  const proxy = await startProxyProcess(proxyOptions(options, ports));
  try {
    return await new Soak(options, proxy, { ...stage, ports, url: proxy.url }, servers).run();
  } finally {
    await proxy.close();
    await servers.close();
  }
}

function proxyOptions(
  { seconds, tunnels }: SoakOptions,
  ports: Ports,
): Parameters<typeof startProxyProcess>[0] {
  const { forbidden, ...allowed } = ports;
  const patienceMs = patienceFor(seconds);
  return {
    allowPrivate: Object.values(allowed)
      .filter((port) => port !== forbidden)
      .map((port) => ({ host: '127.0.0.1', port })),
    extraRoots: [fixture('ca.pem')],
    maxTunnels: 2 * tunnels,
    tunnelsPerClient: 2 * tunnels,
    tunnelsPerMinute: 100_000_000,
    failedDialsPerMinute: 100_000_000,
    connectTimeoutMs: patienceMs,
    idleTimeoutMs: patienceMs,
    maxOctets: 1.5 * MOST_OCTETS,
    metricsPort: 0,
  };
}

/** Idle and connect time-out: met by who is stuck, and not by who is only slow on a busy machine. */
function patienceFor(seconds: number): number {
  return seconds < 30 ? 3_000 : 6_000;
}

class Soak {
  readonly #options: SoakOptions;
  readonly #proxy: ProxyProcess;
  readonly #stage: Omit<PageStage, 'crowd'>;
  readonly #servers: LoopbackServers;
  readonly #samples: Sample[] = [];
  #begun = 0;
  #untilMs = 0;
  #slowestSongMs = 0;
  #isEnough = false;

  constructor(
    options: SoakOptions,
    proxy: ProxyProcess,
    stage: Omit<PageStage, 'crowd'>,
    servers: LoopbackServers,
  ) {
    this.#options = options;
    this.#proxy = proxy;
    this.#stage = stage;
    this.#servers = servers;
  }

  async run(): Promise<Verdict> {
    const { seconds, tunnels } = this.#options;
    const proxy = this.#proxy;
    // What is opened late, and once, is no leak.
    (await Canary.enter(proxy, this.#stage.ports.echo)).leave();
    const before = await proxy.until((state) => state.tunnels === 0);
    const start = { state: before, descriptors: descriptorsOf(proxy), figures: await readFigures(proxy) };

    const startedAt = performance.now();
    this.#untilMs = startedAt + seconds * 1000;
    const canary = await Canary.enter(proxy, this.#stage.ports.echo);
    const stage = { ...this.#stage, crowd: new Crowd(tunnels * HELD, this.#untilMs) };
    const running = Array.from({ length: Math.ceil(tunnels * UNDER_WAY) }, () => this.#keepOne(stage));
    const song = this.#sing(canary);
    await this.#watch(startedAt);
    const areOver = await Promise.race([
      Promise.all(running).then(() => true),
      pause(END_LIMIT_MS, false, { ref: false }),
    ]);
    this.#isEnough = true;
    const songFault = await song;
    canary.leave();
    const end = await this.#rest(start.descriptors);
    return judge({
      ...this.#options,
      start,
      end,
      samples: this.#samples,
      ledger: this.#stage.ledger,
      begun: this.#begun,
      stuck: areOver ? [] : this.#stage.ledger.unsettled(),
      serverSockets: this.#servers.size,
      canary: { songs: canary.songs, slowestMs: this.#slowestSongMs, fault: songFault },
      log: proxy.log(),
      elapsedMs: performance.now() - startedAt,
    });
  }

  /** One tunnel after the other, until the time is up. */
  async #keepOne(stage: PageStage): Promise<void> {
    const { seed, seconds } = this.#options;
    while (performance.now() < this.#untilMs) {
      const plan = planOf(seed, this.#begun, patienceFor(seconds));
      this.#begun += 1;
      await runTunnel(stage, plan);
    }
  }

  /** Resolves with what went wrong, or null. */
  async #sing(canary: Canary): Promise<string | null> {
    try {
      while (!this.#isEnough) {
        const startedAt = performance.now();
        await canary.sings();
        this.#slowestSongMs = Math.max(this.#slowestSongMs, performance.now() - startedAt);
        await pause(1000 / SONGS_A_SECOND);
      }
      return null;
    } catch (error) {
      return String(error);
    }
  }

  async #watch(startedAt: number): Promise<void> {
    const { seconds, say } = this.#options;
    const everyMs = (seconds * 1000) / SAMPLES;
    let saidAtMs = 0;
    while (performance.now() < this.#untilMs) {
      await pause(everyMs);
      const atMs = performance.now() - startedAt;
      const sample = { ...(await this.#proxy.state()), atMs };
      this.#samples.push(sample);
      if (atMs - saidAtMs < 5_000) continue;
      saidAtMs = atMs;
      say(this.#progress(sample));
    }
  }

  #progress({ atMs, tunnels, heldOctets, descriptors, usedOctets, rssOctets }: Sample): string {
    const { over, downOctets, upOctets, breachCount } = this.#stage.ledger;
    return (
      `${Math.round(atMs / 1000)} of ${this.#options.seconds} s: ${tunnels} tunnels stand, ${over} are over, ` +
      `${mebibytes(downOctets + upOctets)} moved, ${mebibytes(heldOctets)} held, ${descriptors} descriptors, ` +
      `${mebibytes(usedOctets)} heap, ${mebibytes(rssOctets)} RSS, ${breachCount} breaches`
    );
  }

  /** Waits until nothing stands, or for as long as that may take, and reads what is left. */
  async #rest(descriptors: number): Promise<Parameters<typeof judge>[0]['end']> {
    const until = performance.now() + END_LIMIT_MS;
    const isAtRest = (tunnels: number): boolean =>
      tunnels === 0 && descriptorsOf(this.#proxy) <= descriptors && this.#servers.size === 0;
    const state = await this.#proxy.until(({ tunnels }) => isAtRest(tunnels) || performance.now() > until);
    return { state, descriptors: descriptorsOf(this.#proxy), figures: await readFigures(this.#proxy) };
  }
}
