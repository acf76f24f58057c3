/** An account: how to reach one maildrop. The password is kept apart (see Credentials) and never leaves the worker again. */
import type { Bridge } from './bridge.ts';
import type { Pinned } from './certificate.ts';
import type { AccountId } from './ids.ts';

/** How the way to the mail server is protected. `tls`: from the first byte (995); `starttls`: STLS (110); `none`: in clear. */
export type Security = 'tls' | 'starttls' | 'none';

export interface ServerAddress extends Pinned {
  host: string;
  port: number;
  security: Security;
  /** Leads there in place of the page's proxy; host and port are then only what the server is called here. */
  bridge?: Bridge;
}

export interface Account {
  id: AccountId;
  /** The person's e-mail address. */
  address: string;
  /** The person's name, may be empty. */
  displayName: string;
  incoming: ServerAddress;
  user: string;
  /** The demo mailbox that `npm start` brings along. */
  demo: boolean;
  addedAt: number;
}

/** What the set-up form gathers: an account that has no id yet, with the password. */
export interface AccountDraft {
  address: string;
  displayName: string;
  incoming: ServerAddress;
  user: string;
  password: string;
  /** Keep the password on this device. Otherwise it is asked for once per visit. */
  rememberPassword: boolean;
  demo: boolean;
}

/** Where an account's last fetch stands; kept with the account so that it survives a reload. */
export interface AccountStatus {
  lastSyncAt: number | null;
  /** Messages on the server at the last listing, and their octets. */
  maildropCount: number;
  maildropOctets: number;
}
