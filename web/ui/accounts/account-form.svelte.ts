/**
 * The fields of the account form and what follows from them: the port from the security, the user name from the
 * address, a suggestion for the host. Must not know how a check runs.
 */
import type { AccountDraft, Security } from '../../model/account.ts';
import { findAccountProblems, suggestHost, wireHost, type AccountProblems } from './account-problems.ts';

const standardPorts: Readonly<Record<Security, number>> = { tls: 995, starttls: 110, none: 110 };

export class AccountForm {
  address = $state('');
  displayName = $state('');
  host = $state('');
  security = $state<Security>('tls');
  /** Empty stands for the address. */
  user = $state('');
  password = $state('');
  remember = $state(true);
  /** Null until somebody types another port than the usual one: until then it follows the security. */
  #port = $state<string | null>(null);
  #submitted = $state(false);

  readonly suggestedHost = $derived(suggestHost(this.address));
  /** Nothing is called wrong before it was handed in once; from then on words follow the typing. */
  readonly problems = $derived<AccountProblems>(this.#submitted ? this.#find() : {});

  get port(): string {
    return this.#port ?? String(standardPorts[this.security]);
  }

  set port(port: string) {
    this.#port = port === String(standardPorts[this.security]) ? null : port;
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

  draft(): AccountDraft {
    const address = this.address.trim();
    return {
      address,
      displayName: this.displayName.trim(),
      incoming: { host: wireHost(this.host), port: Number(this.port), security: this.security },
      user: this.user.trim() || address,
      password: this.password,
      rememberPassword: this.remember,
      demo: false,
    };
  }

  #find(): AccountProblems {
    const { address, displayName, host, port, user, password } = this;
    return findAccountProblems({ address, displayName, host, port, user, password });
  }
}
