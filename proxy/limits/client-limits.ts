/**
 * How much one client may do: tunnels at a time, new tunnels a minute, failed dials a minute (who scans ports fails
 * often), wrong passwords a minute. It must not know sockets or frames.
 */
import { clientKey } from '../address/client-address.ts';
import type { TunnelErrorCode } from '../protocol.ts';
import { MemoryRateLimiter, type RateLimiter } from './rate-limiter.ts';
import { StandingTunnels } from './standing-tunnels.ts';
import { TunnelFailure } from '../tunnel-failure.ts';

export interface Limits {
  tunnelsPerClient: number;
  tunnelsPerMinute: number;
  failedDialsPerMinute: number;
  wrongPasswordsPerMinute: number;
}

/**
 * The ends of a tunnel that say: there was nothing to find, or nothing to be looked for. `given-up` is a page that left
 * before it was known.
 */
const FAILED_DIALS: ReadonlySet<string> = new Set<TunnelErrorCode | 'given-up'>([
  'given-up',
  'port-refused',
  'address-refused',
  'host-refused',
  'name-not-found',
  'name-failed',
  'connection-refused',
  'connection-timeout',
  'host-unreachable',
]);

export class ClientLimits {
  readonly #limits: Limits;
  readonly #standing: StandingTunnels;
  readonly #begun: RateLimiter;
  readonly #failed: RateLimiter;
  readonly #wrongPasswords: RateLimiter;

  /** `createLimiter` is told what is counted; without it and `standing` this instance counts alone. */
  constructor(
    limits: Limits,
    createLimiter: (what: string) => RateLimiter = () => new MemoryRateLimiter(),
    standing = new StandingTunnels(),
  ) {
    this.#limits = limits;
    this.#standing = standing;
    this.#begun = createLimiter('begun');
    this.#failed = createLimiter('failed');
    this.#wrongPasswords = createLimiter('wrong-passwords');
  }

  /** Counts a tunnel of this client, until `leave`; or says why there must be none, and then nothing is to leave. */
  async enter(client: string): Promise<TunnelFailure | null> {
    const key = clientKey(client);
    const { tunnelsPerClient, tunnelsPerMinute, failedDialsPerMinute } = this.#limits;
    if (!(await this.#standing.enter(key, tunnelsPerClient))) {
      return refusal(
        'too-many-from-client',
        `This proxy carries ${tunnelsPerClient} connections for one network.`,
      );
    }
    const reason = await this.#tooOften(key, tunnelsPerMinute, failedDialsPerMinute);
    if (reason !== null) this.#standing.leave(key);
    return reason;
  }

  /** A tunnel of this client is over. */
  leave(client: string, outcome: string): void {
    const key = clientKey(client);
    this.#standing.leave(key);
    if (FAILED_DIALS.has(outcome)) void this.#failed.add(key);
  }

  /** Has this client been wrong about passwords so often that it is not asked again for now? */
  async mayTryPassword(client: string): Promise<boolean> {
    return (await this.#wrongPasswords.count(clientKey(client))) < this.#limits.wrongPasswordsPerMinute;
  }

  async countWrongPassword(client: string): Promise<void> {
    await this.#wrongPasswords.add(clientKey(client));
  }

  async #tooOften(key: string, maxBegun: number, maxFailed: number): Promise<TunnelFailure | null> {
    if ((await this.#failed.count(key)) >= maxFailed) {
      return refusal('too-many-failures', `More than ${maxFailed} connections in a minute have failed.`);
    }
    if ((await this.#begun.add(key)) > maxBegun) {
      return refusal('too-fast', `This proxy opens ${maxBegun} connections a minute for one network.`);
    }
    return null;
  }
}

function refusal(code: TunnelErrorCode, message: string): TunnelFailure {
  return new TunnelFailure(code, message);
}
