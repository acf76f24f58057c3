/**
 * Judges the first frame of a tunnel before anything is done for it: does the page know an access token? Wrong ones are
 * told late and counted with wrong passwords. Must not know what the frame asks for.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientLimits } from '../limits/client-limits.ts';
import { TunnelFailure } from '../tunnel-failure.ts';
import type { AccessTokens } from './access-tokens.ts';

const WRONG_DELAY_MS = 1000;

export class TokenGuard {
  readonly #tokens: AccessTokens;
  readonly #limits: ClientLimits;
  readonly #wrongDelayMs: number;

  constructor(tokens: AccessTokens, limits: ClientLimits, wrongDelayMs = WRONG_DELAY_MS) {
    this.#tokens = tokens;
    this.#limits = limits;
    this.#wrongDelayMs = wrongDelayMs;
  }

  /** Throws TunnelFailure `token-needed` at once, `token-wrong` late, `too-many-failures` after too many of these. */
  async admit(token: string | null, client: string): Promise<void> {
    if (token === null) throw new TunnelFailure('token-needed', 'This proxy asks for an access token.');
    if (!(await this.#limits.mayTryPassword(client))) {
      throw new TunnelFailure(
        'too-many-failures',
        'Too many wrong access tokens have come from this network within a minute.',
      );
    }
    if (this.#tokens.includes(token)) return;
    // Counted before the wait: who asks many times at once is counted as often, and gains nothing by leaving early.
    await this.#limits.countWrongPassword(client);
    await delay(this.#wrongDelayMs, undefined, { ref: false });
    throw new TunnelFailure('token-wrong', 'This proxy does not know the access token.');
  }
}
