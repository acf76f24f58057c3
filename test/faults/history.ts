/**
 * A long history of one account: a mail server with its people, a device with its person, and what must hold between the
 * two (history-oracle.ts). Here is what there is; what happens is in history-steps.ts.
 */
import { digest } from '../../web/message/digest.ts';
import type { MessageId } from '../../web/model/ids.ts';
import type { WishKind } from '../../web/model/server-ledger.ts';
import type { Forgotten, MailStore } from '../../web/store/mail-store.ts';
import type { Wanted } from '../../web/sync/wishes.ts';
import type { SyncParts } from '../../web/sync/maildrop-sync.ts';
import type { Random } from '../support/seeded.ts';
import { PASSWORD, SyncRig, USER } from '../integration/sync/rig.ts';
import { databaseDevice, memoryDevice, type Device, type MortalDevice } from './device.ts';
import { Oracle, type Row } from './history-oracle.ts';
import { HistoryServer, type Item } from './history-server.ts';

/** What the person may take back. */
export interface Undo {
  wishes: Wanted[];
  forgotten: Forgotten | null;
  /** What had been deleted here for good of that. */
  rows: ReadonlyMap<MessageId, Row>;
  item: Item;
  /** What the server called it. */
  name: string;
  was: WishKind | null;
}

export class History {
  readonly rig: SyncRig;
  readonly server: HistoryServer;
  readonly oracle: Oracle;
  readonly device: Device;
  /** Null where a device has no power to lose. */
  readonly mortal: MortalDevice | null;
  /** Whether the server may give one name to several messages. */
  readonly sharesNames: boolean;
  /** What has happened, in words. */
  readonly told: string[] = [];
  readonly undos: Undo[] = [];
  /** Two tabs of one device. */
  stores: MailStore[];
  isKept = true;
  /** By how much the clock of the device has been set, in milliseconds. */
  setByMs = 0;
  /** Hears each command before it is answered. */
  onCommand: () => void = () => undefined;

  private constructor(given: Pick<History, 'rig' | 'device' | 'mortal' | 'stores' | 'sharesNames'>) {
    ({ rig: this.rig, device: this.device, mortal: this.mortal } = given);
    ({ stores: this.stores, sharesNames: this.sharesNames } = given);
    this.server = new HistoryServer(this.rig.maildrop);
    this.oracle = new Oracle(this.server, this.rig.account.id);
  }

  static async start(random: Random): Promise<History> {
    const hears = { command: (): void => undefined };
    const rig = await SyncRig.start([], {}, USER, () => hears.command());
    const mortal = random() < 0.85 ? memoryDevice() : null;
    const device = mortal ?? databaseDevice();
    const stores = [await device.open(), await device.open()];
    const history = new History({ rig, device, mortal, stores, sharesNames: random() < 0.3 });
    hears.command = () => history.onCommand();
    await history.keepAccount();
    return history;
  }

  /** By a clock that nobody sets, milliseconds since 1970. */
  get now(): number {
    return this.rig.clock.nowMs;
  }

  tell(what: string): void {
    this.told.push(what);
  }

  store(random: Random): MailStore {
    const store = this.stores[Math.floor(random() * this.stores.length)];
    if (store === undefined) throw new RangeError('no tab is open');
    return store;
  }

  /** What a visit works with. */
  parts(store: MailStore): SyncParts {
    const { rig } = this;
    return {
      dial: rig.dial,
      store,
      clock: rig.clock,
      now: () => this.now + this.setByMs,
      digest,
      policy: { maxMessageOctets: 1024 * 1024 },
      random: () => 0.5,
      isKept: () => Promise.resolve(this.isKept),
    };
  }

  /** As the person has it set up. */
  async keepAccount(): Promise<void> {
    await this.stores[0]?.putAccount(this.rig.account, PASSWORD);
  }

  /** All tabs are gone, however they went, and there again. */
  async reopen(): Promise<void> {
    for (const store of this.stores) store.close();
    this.stores = [await this.device.open(), await this.device.open()];
  }

  /** No connection of before holds the maildrop. */
  async quiet(): Promise<void> {
    this.onCommand = () => undefined;
    for (const name of Object.keys(this.rig.faults)) Reflect.deleteProperty(this.rig.faults, name);
    while (this.rig.server.connections > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  /** `since`: when what is new here may have come. */
  async look(random: Random, since = this.now): Promise<void> {
    await this.oracle.look(this.store(random), since);
  }

  async stop(): Promise<void> {
    for (const store of this.stores) store.close();
    await this.rig.stop();
    await this.device.remove();
  }
}
