/**
 * The access token that the proxy may ask for: who waits for it, and giving it. Must not keep the token, which goes
 * straight on to the worker.
 */
import type { MailApi } from '../api/mail-api.ts';
import type { DeploymentView } from './accounts.svelte.ts';

export class ProxyState {
  /** Set while the person is asked; `wrong` when the one before was not accepted. */
  asking = $state.raw<{ wrong: boolean } | null>(null);
  readonly #api: MailApi;
  /** Before the proxy was asked again, who is about to use the new token must not be asked for it a second time. */
  #isGiven = false;
  #waiting: ((given: boolean) => void)[] = [];

  constructor(api: MailApi) {
    this.#api = api;
  }

  /** Asks for a token. Resolves to false when the person would rather not. Several callers share one question. */
  ask(wrong: boolean): Promise<boolean> {
    this.asking ??= { wrong };
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Asks only where the proxy wants a token and none is known. False when the person would rather not. */
  async admitted(view: DeploymentView): Promise<boolean> {
    const isLocked = view.state === 'ready' && view.deployment.needsToken && !view.deployment.hasToken;
    return isLocked && !this.#isGiven ? this.ask(false) : true;
  }

  /** Gives the token to the worker, for good with `remember`. Throws PoplarError `bad-input`. */
  async give(token: string, remember: boolean): Promise<void> {
    await this.#api.setProxyToken(token, remember);
    this.#isGiven = true;
    this.#settle(true);
  }

  /** Takes the question away unanswered. */
  dismiss(): void {
    this.#settle(false);
  }

  /** Forgets the token on this device. Throws PoplarError. */
  async forget(): Promise<void> {
    this.#isGiven = false;
    await this.#api.forgetProxyToken();
  }

  #settle(given: boolean): void {
    this.asking = null;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve(given);
  }
}
