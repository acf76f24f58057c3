/**
 * What the proxy counts of itself, for Prometheus. It must not know sockets or HTTP, and no label ever holds what a
 * stranger wrote (words.ts): host names and addresses would be secrets, and an endless number of time series.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { createTraffic, type Traffic } from './traffic.ts';
import { LIMITS, type DialStage, type Outcome, type Refusal } from './words.ts';

/** What is looked up when somebody asks, and not counted as it happens. */
export interface MetricsSource {
  tunnels(): number;
  heldOctets(): number;
  isOpen(): boolean;
}

const LIMIT_WORDS: ReadonlySet<string> = new Set(LIMITS);
const DIAL_SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 30];
const TUNNEL_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200];

export class Metrics {
  /** For tunnels to add to. */
  readonly traffic: Traffic = createTraffic();
  readonly #registry = new Registry();
  readonly #begun = this.#counter('tunnels_begun_total', 'Tunnels that pages have opened.');
  readonly #over = this.#counter(
    'tunnels_over_total',
    'Tunnels that are over, by how they ended.',
    'outcome',
  );
  readonly #dials = this.#counter('dials_total', 'Connections to mail servers, by their result.', 'result');
  readonly #refused = this.#counter(
    'refused_total',
    'Requests and tunnels turned away, by reason.',
    'reason',
  );
  readonly #limitsHit = this.#counter(
    'limits_hit_total',
    'Limits that were met: those that turn away, and those that end a tunnel.',
    'limit',
  );
  readonly #dialSeconds = this.#histogram(
    'dial_seconds',
    'From connect to connected, TLS included.',
    DIAL_SECONDS,
  );
  readonly #stageSeconds = this.#histogram(
    'dial_stage_seconds',
    'Stages of dialling that were passed: look-up, connection, TLS handshake (STARTTLS too).',
    DIAL_SECONDS,
    'stage',
  );
  readonly #tunnelSeconds = this.#histogram('tunnel_seconds', 'How long tunnels stood.', TUNNEL_SECONDS);
  #sharedLimits: boolean | null = null;

  constructor(version: string) {
    const info = new Gauge({
      name: 'poplar_build_info',
      help: 'Always 1; the version is the label.',
      labelNames: ['version'],
      registers: [this.#registry],
    });
    info.set({ version }, 1);
    // At 0 from the start: a rate needs a value before the first time.
    for (const limit of LIMITS) this.#limitsHit.inc({ limit }, 0);
    const { traffic } = this;
    const registers = [this.#registry];
    new Counter({
      name: 'poplar_octets_total',
      help: 'Octets carried, by direction.',
      labelNames: ['direction'],
      registers,
      collect() {
        this.reset();
        this.inc({ direction: 'to-page' }, traffic.octetsToPage);
        this.inc({ direction: 'to-server' }, traffic.octetsToServer);
      },
    });
  }

  /** Adds what is looked up when somebody asks. Called once. */
  watch(source: MetricsSource): void {
    this.#gauge('tunnels', 'Tunnels that stand.', () => source.tunnels());
    this.#gauge('held_octets', 'Octets held in tunnels for pages or servers that read slowly.', () =>
      source.heldOctets(),
    );
    this.#gauge('draining', '1 while no new tunnels are taken.', () => (source.isOpen() ? 0 : 1));
  }

  /** Adds what Node says of the process. Costs a little all the time, so only where somebody asks. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  tunnelBegun(): void {
    this.#begun.inc();
  }

  tunnelOver(outcome: Outcome, durationMs: number): void {
    this.#over.inc({ outcome });
    this.#countLimit(outcome);
    this.#tunnelSeconds.observe(durationMs / 1000);
  }

  /** `result` is `connected`, or why it failed. */
  dialled(result: 'connected' | Outcome, durationMs: number): void {
    this.#dials.inc({ result });
    if (result === 'connected') this.#dialSeconds.observe(durationMs / 1000);
  }

  /** A stage was passed. One that failed shows in the results, and the time until then says little. */
  dialStage(stage: DialStage, durationMs: number): void {
    this.#stageSeconds.observe({ stage }, durationMs / 1000);
  }

  /** Somebody was turned away before there was a tunnel. */
  refused(reason: Refusal): void {
    this.#refused.inc({ reason });
    this.#countLimit(reason);
  }

  /**
   * Whether Redis, which several instances count limits in together, answers: `poplar_redis_up`. The figure is there from
   * the first call on, so that it is missing where limits are not shared.
   */
  setSharedLimits(isUp: boolean): void {
    if (this.#sharedLimits === null) {
      this.#gauge('redis_up', '1 while limits are counted together in Redis.', () =>
        this.#sharedLimits ? 1 : 0,
      );
    }
    this.#sharedLimits = isUp;
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  #countLimit(word: Refusal | Outcome): void {
    if (LIMIT_WORDS.has(word)) this.#limitsHit.inc({ limit: word });
  }

  #counter(name: string, help: string, ...labelNames: string[]): Counter {
    return new Counter({ name: `poplar_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string, buckets: number[], ...labelNames: string[]): Histogram {
    return new Histogram({ name: `poplar_${name}`, help, buckets, labelNames, registers: [this.#registry] });
  }

  #gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name: `poplar_${name}`,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }
}
