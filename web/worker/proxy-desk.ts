/** The proxy: what it says of itself, and the access token that it may ask for. Must not know how it is asked. */
import type { MailApi } from '../api/mail-api.ts';
import type { Deployment, ProxyFacts } from '../model/deployment.ts';
import type { Mailroom } from './mailroom.ts';
import type { ProxyToken } from './proxy-token.ts';

type ProxyCalls = Pick<MailApi, 'deployment' | 'setProxyToken' | 'forgetProxyToken'>;

export interface ProxyDeskParts {
  /** What the page's proxy says of itself. */
  deployment: () => Promise<ProxyFacts>;
  proxyToken: ProxyToken;
  mailroom: Mailroom;
}

export class ProxyDesk implements ProxyCalls {
  readonly #parts: ProxyDeskParts;

  constructor(parts: ProxyDeskParts) {
    this.#parts = parts;
  }

  async deployment(): Promise<Deployment> {
    const facts = await this.#parts.deployment();
    return { ...facts, hasToken: (await this.#parts.proxyToken.get()) !== null };
  }

  async setProxyToken(token: string, remember: boolean): Promise<void> {
    await this.#parts.proxyToken.set(token, remember);
    this.#parts.mailroom.tell({ type: 'proxy-token-changed' });
  }

  async forgetProxyToken(): Promise<void> {
    await this.#parts.proxyToken.forget();
    this.#parts.mailroom.tell({ type: 'proxy-token-changed' });
  }
}
