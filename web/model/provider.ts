/** Mail providers as data: where their POP3 servers are, and what is peculiar about them. The data is in providers.ts. Pure. */
import type { ServerAddress } from './account.ts';

export interface Provider {
  name: string;
  /** Domains of addresses; `yahoo.*` stands for country codes, as in yahoo.de and yahoo.co.uk. */
  domains: readonly string[];
  /** Null: there is no POP3 there. */
  incoming: Pick<ServerAddress, 'host' | 'port' | 'security'> | null;
  /** Other names under which its server is reached. */
  otherHosts?: readonly string[];
  /** What people have to know before they log in, most important first. */
  notes: readonly ProviderNote[];
  /**
   * `USER recent:name` lists the last days, whoever has fetched them before, and a message is hidden from other programs
   * only without it.
   */
  recent?: true;
  /** It lists only a part of the maildrop at a time, and the next part in the next session. */
  batches?: true;
}

export type ProviderNote =
  /** In place of the password: one that is made for a mail program, in the settings of the account. */
  | 'app-password'
  /** The same, as QQ, NetEase and others call it. */
  | 'authorisation-code'
  /** A password for mail programs alone has to be set up. */
  | 'mail-password'
  /** POP3 has to be switched on in the settings on the web first. */
  | 'enable-pop'
  /** Since a day of the past it takes no passwords of any kind. */
  | 'sign-in-only'
  /** Only for those who pay. */
  | 'paid-only'
  /** Lists the last 30 days, unless its settings on the web say more. */
  | 'last-30-days'
  | 'no-pop';
