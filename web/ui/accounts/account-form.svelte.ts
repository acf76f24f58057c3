/**
 * The fields of the account form and what follows from them: the port from the security, the user name from the
 * address, the server from the provider of the address, or a suggestion for it, no TLS through a bridge. Must not know how a check runs.
 */
import { resolveBridge } from '../../model/bridge.ts';
import type { Account, AccountDraft, Security, ServerAddress } from '../../model/account.ts';
import { withPin, type Certificate } from '../../model/certificate.ts';
import { providerOfAddress, providerOfHost } from '../../model/providers.ts';
import { firstChoice, type FirstFetch } from './first-fetch.ts';
import { findAccountProblems, suggestHost, wireHost, type AccountProblems } from './account-problems.ts';

const standardPorts: Readonly<Record<Security, number>> = { tls: 995, starttls: 110, none: 110 };

/** How the page gets to the mail server. */
export type Way = 'proxy' | 'bridge';

export class AccountForm {
  address = $state('');
  displayName = $state('');
  /** Empty stands for the address. */
  user = $state('');
  password = $state('');
  remember = $state(true);
  firstFetch = $state<FirstFetch>('all');
  /** No proxy is beside the page: then a bridge is the usual way. */
  proxyIsAbsent = $state(false);
  readonly #pageUrl: string;
  /** Null until somebody types or chooses: until then both follow the provider of the address. */
  #host = $state<string | null>(null);
  #security = $state<Security | null>(null);
  /** Null until somebody chooses. */
  #way = $state<Way | null>(null);
  /** Null until somebody types. */
  #bridge = $state<string | null>(null);
  /** Null until somebody types another port than the usual one: until then it follows the security. */
  #port = $state<string | null>(null);
  #submitted = $state(false);
  #trusted = $state.raw<{ host: string; port: string; certificate: Certificate } | null>(null);

  readonly #byAddress = $derived(providerOfAddress(this.address));
  readonly suggestedHost = $derived(suggestHost(this.address));
  /** Whose server it is, as far as that is known. */
  readonly provider = $derived(this.host.trim() === '' ? this.#byAddress : providerOfHost(this.host));
  /** Nothing is called wrong before it was handed in once; from then on words follow the typing. */
  readonly problems = $derived<AccountProblems>(this.#submitted ? this.#find() : {});

  /**
   * `pageUrl` is the folder of the page, which the path of a bridge is relative to. With an account the fields begin as
   * it was set up.
   */
  constructor(pageUrl: string, account: Account | null = null) {
    this.#pageUrl = pageUrl;
    if (account !== null) this.#fill(account);
  }

  #fill({ address, displayName, user, incoming: { host, port, security, bridge } }: Account): void {
    this.address = address;
    this.displayName = displayName;
    this.user = user === address ? '' : user;
    this.#host = host;
    this.#security = security;
    this.port = String(port);
    if (bridge === undefined) return;
    this.#way = 'bridge';
    this.#bridge = bridge.url;
  }

  get way(): Way {
    return this.#way ?? (this.proxyIsAbsent ? 'bridge' : 'proxy');
  }

  set way(way: Way) {
    this.#way = way;
  }

  /** A web server without a proxy of Poplar may well be the bridge itself. */
  get bridge(): string {
    return this.#bridge ?? (this.proxyIsAbsent ? beside(this.#pageUrl) : '');
  }

  set bridge(address: string) {
    this.#bridge = address;
  }

  get host(): string {
    return this.#host ?? this.#byAddress?.incoming?.host ?? '';
  }

  set host(host: string) {
    this.#host = host;
  }

  /** Through a bridge there is none that Poplar could make. */
  get security(): Security {
    return this.way === 'bridge' ? 'none' : (this.#security ?? this.#byAddress?.incoming?.security ?? 'tls');
  }

  set security(security: Security) {
    this.#security = security;
  }

  get port(): string {
    return this.#port ?? this.#usualPort;
  }

  set port(port: string) {
    this.#port = port === this.#usualPort ? null : port;
  }

  get #usualPort(): string {
    const { security } = this;
    const known = this.#host === null ? this.#byAddress?.incoming : null;
    return String(known?.security === security ? known.port : standardPorts[security]);
  }

  /** The certificate that the person trusts for the server that is typed in now. */
  readonly trusted = $derived.by<Certificate | null>(() => {
    const trusted = this.#trusted;
    const isHere = trusted?.host === wireHost(this.host) && trusted.port === this.port.trim();
    return isHere && this.security !== 'none' ? trusted.certificate : null;
  });

  /** Trusts this certificate, but at no other server than the one that is typed in; null trusts none. */
  trust(certificate: Certificate | null): void {
    this.#trusted = certificate && { host: wireHost(this.host), port: this.port.trim(), certificate };
  }

  /** True when nothing is wrong; otherwise `problems` says what. */
  submit(): boolean {
    this.#submitted = true;
    return Object.keys(this.#find()).length === 0;
  }

  /** Takes over what an error advised. */
  useServer(security: Security, port: number): void {
    this.security = security;
    this.port = String(port);
  }

  /** Whether its provider lets people choose: one that hands its mail out part by part wants all of it fetched. */
  readonly mayChoose = $derived(this.provider?.batches !== true);

  /** `now` in milliseconds since 1970. */
  draft(now: number): AccountDraft {
    const address = this.address.trim();
    const bridge = this.way === 'bridge' ? { bridge: { url: this.bridge.trim() } } : {};
    return {
      address,
      displayName: this.displayName.trim(),
      incoming: withPin<ServerAddress>(
        { host: wireHost(this.host), port: Number(this.port), security: this.security, ...bridge },
        this.trusted,
      ),
      user: this.user.trim() || address,
      password: this.password,
      rememberPassword: this.remember,
      demo: false,
      ...(this.mayChoose && this.firstFetch !== 'all' && { fetch: firstChoice(this.firstFetch, now) }),
    };
  }

  #find(): AccountProblems {
    const { address, displayName, host, port, user, password } = this;
    const bridge = this.way === 'bridge' ? this.bridge : null;
    const typed = { address, displayName, host, port, user, password, bridge };
    return findAccountProblems(typed, this.#pageUrl);
  }
}

/** The address under which websockify is used to being asked, on the site of the page. */
function beside(pageUrl: string): string {
  const way = resolveBridge('websockify', pageUrl);
  return 'url' in way ? way.url : '';
}
