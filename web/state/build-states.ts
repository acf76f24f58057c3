/** Builds every state once and ties them together. What belongs to the browser, and all words, are handed in. */
import type { MailApi } from '../api/mail-api.ts';
import type { PoplarError } from '../errors.ts';
import type { FolderKind } from '../model/message.ts';
import { AccountsState } from './accounts.svelte.ts';
import type { BrowserHost } from './browser-host.ts';
import { AutomaticVisits, type PresenceSource } from './automatic-visits.ts';
import { ClockState, type Ticker } from './clock.svelte.ts';
import { ConnectionState, type OnlineSource } from './connection.svelte.ts';
import type { States } from './context.ts';
import { FlagActions, type FlagPatch } from './flag-actions.ts';
import { LayoutState } from './layout.svelte.ts';
import { MailboxState } from './mailbox.svelte.ts';
import { MoveState } from './move.svelte.ts';
import { ProxyState } from './proxy.svelte.ts';
import { ReaderState } from './reader.svelte.ts';
import { RestState } from './rest.svelte.ts';
import { RepairState } from './repair.svelte.ts';
import { RouteState, type AddressBar } from './route.svelte.ts';
import { ServerLedgerState } from './server-ledger.svelte.ts';
import { SettingsState } from './settings.svelte.ts';
import { StoreLoss } from './store-loss.ts';
import { StorageState, type StorageSource } from './storage.svelte.ts';
import { SyncState } from './sync.svelte.ts';
import { ToastState } from './toast.svelte.ts';
import { TranscriptsState } from './transcripts.svelte.ts';
import { TrashActions } from './trash-actions.ts';

export interface Surroundings {
  bar: AddressBar;
  ticker: Ticker;
  online: OnlineSource;
  presence: PresenceSource;
  /** Null where the browser allows none. */
  localStorage: Storage | null;
  storage: StorageSource | null;
  host: BrowserHost;
  reload: () => void;
  /** Carries theme and density as data attributes. */
  root: HTMLElement;
  words: {
    flagged(patch: FlagPatch, count: number): string;
    moved(folder: FolderKind, count: number): string;
    deleted(count: number): string;
    failed(error: PoplarError): string;
  };
}

export function buildStates(api: MailApi, around: Surroundings): States {
  const toasts = new ToastState();
  const accounts = new AccountsState(api);
  const proxy = new ProxyState(api);
  const connection = new ConnectionState(around.online);
  const { words } = around;
  const failed = (error: PoplarError): void => toasts.note(words.failed(error));
  const flags = new FlagActions(api, {
    done: (patch, count, undo) => toasts.undo(words.flagged(patch, count), () => void undo()),
    failed,
  });
  const trash = new TrashActions(api, {
    moved: (folder, count, undo) => toasts.undo(words.moved(folder, count), undo),
    deleting: (count, undo, commit) => toasts.undo(words.deleted(count), undo, commit),
    failed,
  });
  return {
    accounts,
    visits: new AutomaticVisits(api, around.presence),
    clock: new ClockState(around.ticker),
    connection,
    flags,
    loss: new StoreLoss(api, (error) =>
      toasts.offer(around.words.failed(error), { label: 'Reload', run: () => around.reload() }),
    ),
    layout: new LayoutState(around.localStorage),
    ledger: new ServerLedgerState(api),
    mailbox: new MailboxState(api, flags),
    move: new MoveState(api),
    proxy,
    reader: new ReaderState(api, flags),
    rest: new RestState(api),
    repair: new RepairState(api),
    route: new RouteState(around.bar),
    settings: new SettingsState(around.localStorage, around.root),
    storage: new StorageState(around.storage, around.host),
    sync: new SyncState(api, {
      accounts: () => accounts.open.map(({ account }) => account.id),
      online: () => connection.online,
      askToken: (wrong) => proxy.ask(wrong),
    }),
    toasts,
    transcripts: new TranscriptsState(api),
    trash,
  };
}

/**
 * Starts everything that reads or listens. The list comes first, so that cached mail is painted before anything asks
 * the network. Stops by the returned function.
 */
export function startStates(states: States): () => void {
  const { loss, mailbox, route, accounts, reader, connection, clock, sync, visits } = states;
  mailbox.show(route.query);
  const stops = [loss, mailbox, route, accounts, reader, connection, clock, sync, visits].map((state) =>
    state.start(),
  );
  return () => stops.forEach((stop) => stop());
}
