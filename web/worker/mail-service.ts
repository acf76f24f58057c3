/**
 * MailApi, answered: builds the desks over what it is given and gives each call to the right one. Must not know which
 * store, which network and which kind of worker it is given.
 */
import type { MailApi } from '../api/mail-api.ts';
import { toErrorRecord, type PoplarError } from '../errors.ts';
import type { ProxyFacts } from '../model/deployment.ts';
import type { AccountId } from '../model/ids.ts';
import { SyncEngine, type Exclusive } from '../sync/engine.ts';
import { Scheduler } from '../sync/scheduler.ts';
import type { SyncParts } from '../sync/maildrop-sync.ts';
import { AccountDesk } from './account-desk.ts';
import { CompletionDesk } from './completion-desk.ts';
import { BackupDesk } from './backup-desk.ts';
import { FetchDesk, fetchOnce, withOutcome } from './fetch-desk.ts';
import { LedgerDesk } from './ledger-desk.ts';
import { LeavingDesk } from './leaving-desk.ts';
import { Mailroom } from './mailroom.ts';
import { MoveDesk } from './move-desk.ts';
import { ParseHost } from './parse-host.ts';
import type { ParseWorker } from './parse-protocol.ts';
import { Parser } from './parser.ts';
import { Passwords } from './passwords.ts';
import { loadRaw, ReadingDesk } from './reading-desk.ts';
import { PopstateDesk } from './popstate-desk.ts';
import { ProxyDesk } from './proxy-desk.ts';
import type { ProxyToken } from './proxy-token.ts';
import { RemoteRuns } from './remote-runs.ts';
import { RepairDesk } from './repair-desk.ts';
import { RetentionDesk } from './retention-desk.ts';
import { ScheduleDesk } from './schedule-desk.ts';
import type { Subtle } from './seal-move-file.ts';
import type { Tabs } from './tabs.ts';

export interface MailServiceParts extends SyncParts {
  /** What the page's proxy says of itself. */
  deployment: () => Promise<ProxyFacts>;
  /** What `dial` sends to it. */
  proxyToken: ProxyToken;
  exclusive: Exclusive;
  /** `exclusive` keeps other tabs out too. */
  exclusiveOverTabs: boolean;
  tabs: Tabs;
  /** Resolves when the store is lost for good, with the error that all its calls then throw. */
  storeLoss?: Promise<PoplarError>;
  createParseWorker: () => ParseWorker;
  newId: () => AccountId;
  /** What encrypts, where the browser has it. */
  subtle: Subtle;
}

export function createMailService(given: MailServiceParts): MailApi {
  const { store, clock, tabs, now } = given;
  const passwords = new Passwords(store);
  const mailroom = new Mailroom(store, tabs);
  const ledger = new LedgerDesk({ ...given, passwords, mailroom });
  const exclusive: Exclusive = (name, signal, task) => {
    ledger.makeWay();
    return given.exclusive(name, signal, task);
  };
  const parts: MailServiceParts = { ...given, exclusive };
  void given.storeLoss?.then((error) =>
    mailroom.tellHere({ type: 'store-lost', error: toErrorRecord(error) }),
  );
  const fetch = withOutcome(store, now, fetchOnce({ ...parts, passwords, mailroom }));
  const engine = new SyncEngine({ exclusive, fetch, now, emit: (event) => mailroom.tell(event) });
  const remoteRuns = new RemoteRuns({
    tabs,
    exclusive: parts.exclusiveOverTabs ? exclusive : null,
    account: async (id) => (await store.accounts()).find((account) => account.id === id) ?? null,
    cancelHere: (id) => engine.cancel(id),
    tellHere: (event) => mailroom.tellHere(event),
  });
  const host = new ParseHost(parts.createParseWorker, clock);
  const parser = new Parser(
    (raw) => host.parse(raw),
    (id) => loadRaw(store, id),
  );
  const accounts = new AccountDesk({ ...parts, passwords, mailroom, engine, remoteRuns });
  const leaving = new LeavingDesk({ ...parts, passwords, mailroom, engine, remoteRuns });
  const proxy = new ProxyDesk({ ...parts, mailroom });
  const reading = new ReadingDesk(store, mailroom, parser);
  const fetching = new FetchDesk({ ...parts, engine, remoteRuns });
  const retention = new RetentionDesk({ ...parts, passwords, mailroom, engine, remoteRuns });
  const completion = new CompletionDesk({ ...parts, passwords, mailroom });
  const move = new MoveDesk({ ...parts, mailroom });
  const popstate = new PopstateDesk(store);
  const backups = new BackupDesk({ ...parts, mailroom });
  const repairing = new RepairDesk({ ...parts, mailroom });
  const scheduler = new Scheduler({
    clock,
    now,
    random: parts.random ?? Math.random,
    accounts: () => accounts.accounts(),
    visit: (account) => engine.sync(account, { automatic: true }),
    isRunning: (id) => engine.isRunning(id) || remoteRuns.join(id) !== null,
  });
  const schedule = new ScheduleDesk({ ...parts, scheduler, mailroom });
  return {
    deployment: () => proxy.deployment(),
    setProxyToken: (token, remember) => proxy.setProxyToken(token, remember),
    forgetProxyToken: () => proxy.forgetProxyToken(),
    accounts: () => accounts.accounts(),
    checkAccount: (draft, onStep, signal) => accounts.checkAccount(draft, onStep, signal),
    addAccount: (draft) => accounts.addAccount(draft),
    closeAccount: (account) => leaving.closeAccount(account),
    forecastAccountRemoval: (account) => leaving.forecastAccountRemoval(account),
    removeAccount: (account) => leaving.removeAccount(account),
    setPassword: (account, password, remember) => accounts.setPassword(account, password, remember),
    setAccountOptions: (account, options) => accounts.setAccountOptions(account, options),
    forecastRemoval: (account, rule, signal) => retention.forecastRemoval(account, rule, signal),
    setRetention: (account, rule) => retention.setRetention(account, rule),
    trustCertificate: (account, certificate) => accounts.trustCertificate(account, certificate),
    saveMove: (passphrase, withPasswords) => move.saveMove(passphrase, withPasswords),
    readMove: (file, passphrase) => move.readMove(file, passphrase),
    takeMove: (file, passphrase, choice) => move.takeMove(file, passphrase, choice),
    readPopstate: (account, file) => popstate.readPopstate(account, file),
    takePopstate: (account, file, section) => popstate.takePopstate(account, file, section),
    startBackup: (account) => backups.startBackup(account),
    readBackup: (backup) => backups.readBackup(backup),
    endBackup: (backup, saved) => backups.endBackup(backup, saved),
    transcripts: (account) => store.transcripts(account),
    counts: () => reading.counts(),
    list: (query, offset, limit) => reading.list(query, offset, limit),
    indexOf: (query, id) => reading.indexOf(query, id),
    ids: (query) => reading.ids(query),
    summary: (id) => reading.summary(id),
    content: (id, signal) => reading.content(id, signal),
    source: (id) => reading.source(id),
    attachment: (id, index) => reading.attachment(id, index),
    fetchRest: (id, onOctets, signal) => completion.fetchRest(id, onOctets, signal),
    setFlags: (ids, patch) => reading.setFlags(ids, patch),
    move: (ids, folder) => mailroom.move(ids, folder),
    setHidden: (ids, hidden) => mailroom.setHidden(ids, hidden),
    deleteForGood: (ids) => mailroom.deleteForGood(ids),
    wake: (trigger) => schedule.wake(trigger),
    sync: (account) => fetching.sync(account),
    cancelSync: (account) => fetching.cancelSync(account),
    running: () => fetching.running(),
    listServer: (account, signal) => ledger.listServer(account, signal),
    ledgerWindow: (account, filter, offset, limit) => ledger.ledgerWindow(account, filter, offset, limit),
    ledgerIds: (account, filter, offset, limit) => ledger.ledgerIds(account, filter, offset, limit),
    readLedgerHeads: (account, uidls, signal) => ledger.readLedgerHeads(account, uidls, signal),
    changeLedger: (account, selection, action) => ledger.changeLedger(account, selection, action),
    undoLedgerChange: (account, undo) => ledger.undoLedgerChange(account, undo),
    repair: (onProgress, signal) => repairing.repair(onProgress, signal),
    subscribe: (listener) => mailroom.subscribe(listener),
  };
}
