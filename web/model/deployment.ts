/** What the page's own proxy says of itself, and whether this device can use it. */
import type { AccountDraft } from './account.ts';

export interface ProxyFacts {
  version: string;
  /** Ports the proxy dials at all. */
  ports: number[];
  /** Ready to be added with one click, or null when no demo mail server runs. */
  demo: AccountDraft | null;
  /** It connects only for who has an access token. */
  needsToken: boolean;
  policy: ProxyPolicy;
}

/** The proxy's rules. Null is what it does not say: it may be of another version than the page. */
export interface ProxyPolicy {
  /** Any public mail server, or those that the operator has listed. */
  hosts: 'any' | 'listed' | null;
  /** The listed ones, as far as the proxy tells them: names, `*.example.org`, addresses, networks. */
  allowedHosts: string[];
  /** The oldest TLS that it speaks with mail servers, such as `TLSv1.2`. */
  minTls: string | null;
  /** What its log says of the mail that passes. */
  logs: 'no-content' | null;
  limits: ProxyLimits;
}

/** For one network, or one connection. Null is no limit, or none that the proxy tells. */
export interface ProxyLimits {
  tunnelsPerClient: number | null;
  tunnelsPerMinute: number | null;
  idleTimeoutMs: number | null;
  lifetimeMs: number | null;
  maxOctets: number | null;
}

export interface Deployment extends ProxyFacts {
  /** An access token is kept here, or was given during this visit. Whether it is right shows when it is used. */
  hasToken: boolean;
}
