/** Everything the components may ask for, built in main and handed down once. A component takes it by `useStates()`. */
import { getContext, setContext } from 'svelte';
import type { AccountsState } from './accounts.svelte.ts';
import type { AutomaticVisits } from './automatic-visits.ts';
import type { ClockState } from './clock.svelte.ts';
import type { ConnectionState } from './connection.svelte.ts';
import type { FlagActions } from './flag-actions.ts';
import type { ServerLedgerState } from './server-ledger.svelte.ts';
import type { LayoutState } from './layout.svelte.ts';
import type { MailboxState } from './mailbox.svelte.ts';
import type { MoveState } from './move.svelte.ts';
import type { ProxyState } from './proxy.svelte.ts';
import type { ReaderState } from './reader.svelte.ts';
import type { RestState } from './rest.svelte.ts';
import type { RepairState } from './repair.svelte.ts';
import type { RouteState } from './route.svelte.ts';
import type { SettingsState } from './settings.svelte.ts';
import type { StoreLoss } from './store-loss.ts';
import type { StorageState } from './storage.svelte.ts';
import type { SyncState } from './sync.svelte.ts';
import type { ToastState } from './toast.svelte.ts';
import type { TrashActions } from './trash-actions.ts';
import type { TranscriptsState } from './transcripts.svelte.ts';

export interface States {
  accounts: AccountsState;
  clock: ClockState;
  connection: ConnectionState;
  flags: FlagActions;
  layout: LayoutState;
  ledger: ServerLedgerState;
  loss: StoreLoss;
  mailbox: MailboxState;
  move: MoveState;
  proxy: ProxyState;
  reader: ReaderState;
  rest: RestState;
  repair: RepairState;
  route: RouteState;
  settings: SettingsState;
  storage: StorageState;
  sync: SyncState;
  toasts: ToastState;
  transcripts: TranscriptsState;
  trash: TrashActions;
  visits: AutomaticVisits;
}

const KEY = Symbol('states');

/** For the root component, while it is being built. */
export function provideStates(states: States): void {
  setContext(KEY, states);
}

/** The same as a map for `mount`, where a test shows one component alone. */
export function statesAsContext(states: Partial<States>): Map<unknown, unknown> {
  return new Map([[KEY, states]]);
}

/** While a component is being built. */
export function useStates(): States {
  const states = getContext<States | undefined>(KEY);
  if (states === undefined) throw new TypeError('no states were provided above this component');
  return states;
}
