/**
 * How much one client may do: tunnels at a time, new tunnels a minute, failed dials a minute (who scans ports fails
 * often), wrong passwords a minute. It must not know sockets or frames.
 */
import { clientKey } from '../address/client-address.ts';
import type { TunnelErrorCode } from '../protocol.ts';
import { MemoryRateLimiter, type RateLimiter } from './rate-limiter.ts';
import { TunnelFailure } from '../tunnel-failure.ts';

export interface Limits {
  tunnelsPerClient: number;
  tunnelsPerMinute: number;
  failedDialsPerMinute: number;
  wrongPasswordsPerMinute: number;
}

/** The ends of a tunnel that say: there was nothing to find, or nothing to be looked for. */
const FAILED_DIALS: ReadonlySet<string> = new Set<TunnelErrorCode>([
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
  readonly #standing = new Map<string, number>();
  readonly #begun: RateLimiter;
  readonly #failed: RateLimiter;
  readonly #wrongPasswords: RateLimiter;

  constructor(limits: Limits, createLimiter: () => RateLimiter = () => new MemoryRateLimiter()) {
    this.#limits = limits;
    this.#begun = createLimiter();
    this.#failed = createLimiter();
    this.#wrongPasswords = createLimiter();
  }

  /** Counts a tunnel of this client, until `leave`; or says why there must be none, and then nothing is to leave. */
  async enter(client: string): Promise<TunnelFailure | null> {
    const key = clientKey(client);
    const { tunnelsPerClient, tunnelsPerMinute, failedDialsPerMinute } = this.#limits;
    const standing = this.#standing.get(key) ?? 0;
    if (standing >= tunnelsPerClient) {
      return refusal(
        'too-many-from-client',
        `This proxy carries ${tunnelsPerClient} connections for one network.`,
      );
    }
    // Before anything is waited for: two at the same time are two.
    this.#standing.set(key, standing + 1);
    const reason = await this.#tooOften(key, tunnelsPerMinute, failedDialsPerMinute);
    if (reason !== null) this.#release(key);
    return reason;
  }

  /** A tunnel of this client is over. */
  leave(client: string, outcome: string): void {
    const key = clientKey(client);
    this.#release(key);
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

  #release(key: string): void {
    const standing = (this.#standing.get(key) ?? 0) - 1;
    if (standing > 0) this.#standing.set(key, standing);
    else this.#standing.delete(key);
  }
}

function refusal(code: TunnelErrorCode, message: string): TunnelFailure {
  return new TunnelFailure(code, message);
}
