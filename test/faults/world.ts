/**
 * A person's device and mail server, between which things go wrong, and what of both must hold whatever went wrong.
 * Eight messages are here already, some of them read or starred; twenty-four are new on the server. A second account has
 * nothing to do with it, and must not be touched.
 */
import type { MaildropMessage } from '../../proxy/demo/maildrop.ts';
import type { Faults } from '../../proxy/demo/pop3-faults.ts';
import { digest } from '../../web/message/digest.ts';
import type { Account, AccountStatus } from '../../web/model/account.ts';
import { accountId, uidl } from '../../web/model/ids.ts';
import type { ConfirmedRule } from '../../web/model/retention.ts';
import type { MessageSummary } from '../../web/model/message.ts';
import type { MailStore, NewMessage } from '../../web/store/mail-store.ts';
import type { SyncParts } from '../../web/sync/maildrop-sync.ts';
import { makeMail, PASSWORD, SyncRig, USER, type Fetched } from '../integration/sync/rig.ts';
import { memoryDevice, type Device } from './device.ts';

export const KNOWN = 8;
export const FRESH = 24;

/** Messages of many sizes: 1 is the oldest. */
export const mailNumber = (number: number): MaildropMessage => ({
  uidl: `uid-${number}`,
  raw: makeMail(number, 250 + ((number * 97) % 400)),
});

export const MAIL: readonly MaildropMessage[] = Array.from({ length: KNOWN + FRESH }, (_, index) =>
  mailNumber(index + 1),
);

const PROXY_TOKEN = 'a token of the proxy';
const OTHER = { id: accountId('other'), password: 'another password' };
const LAST_SYNC_AT = Date.UTC(2026, 10, 22);

export interface WorldOptions {
  faults?: Faults;
  device?: Device;
  mail?: readonly MaildropMessage[];
  /** What the account's owner has agreed to. Left out: nothing is deleted on the server. */
  retention?: ConfirmedRule;
}

/** What is wrong with a world; all lists are empty when nothing is. */
export interface Damage {
  /** Subjects of messages that are neither here nor on the server. */
  lost: string[];
  /** Of those that are here more often than they were ever delivered. */
  twice: string[];
  /** Of those that nobody ever sent like this: cut short, mixed up. */
  foreign: string[];
  /** Settings, marks and mail of others that changed. */
  unsettled: string[];
}

export const NO_DAMAGE: Damage = { lost: [], twice: [], foreign: [], unsettled: [] };

export class World {
  /** Hears each command and how many came before it, before it is answered. */
  onCommand: (command: string, before: number) => void = () => undefined;
  readonly device: Device;
  rig: SyncRig;
  store: MailStore;
  /** Raw bytes of all that was ever delivered, with how often. */
  readonly #delivered = new Map<string, number>();
  /** Another version of messages that are on the server. */
  readonly #versions = new Map<string, string>();
  readonly #marks = new Map<string, string>();
  #lastSyncAt = LAST_SYNC_AT;

  private constructor(device: Device, rig: SyncRig, store: MailStore) {
    this.device = device;
    this.rig = rig;
    this.store = store;
    for (const { raw } of rig.maildrop.messages) this.#note(raw);
  }

  static async start(options: WorldOptions = {}): Promise<World> {
    const { faults = {}, device = memoryDevice(), mail = MAIL } = options;
    const hears = { command: (_command: string): void => undefined };
    const rig = await SyncRig.start([...mail], faults, USER, (command) => hears.command(command));
    if (options.retention !== undefined) rig.account.retention = options.retention;
    const world = new World(device, rig, await device.open());
    hears.command = (command) => world.onCommand(command, rig.commands.length - 1);
    await world.settle();
    return world;
  }

  /** A message comes in on the server. */
  deliver(message: MaildropMessage): void {
    this.rig.maildrop.deliver(message);
    this.#note(message.raw);
  }

  /** The server shows this message in another version now and then, under the same unique-id. One of them is enough. */
  alsoShows(raw: Uint8Array, inPlaceOf: MaildropMessage): void {
    this.#note(raw);
    this.#versions.set(textOf(inPlaceOf.raw), textOf(raw));
  }

  /** A fetch; never rejects. `given` in place of what it works with otherwise. */
  async sync(given: Partial<SyncParts> = {}, signal?: AbortSignal): Promise<Fetched> {
    const fetched = await this.rig.fetch({
      parts: { store: this.store, isKept: () => Promise.resolve(true), ...given },
      ...(signal === undefined ? {} : { signal }),
    });
    if (fetched.result !== null) this.#lastSyncAt = fetched.result.finishedAt;
    return fetched;
  }

  /** Another page of this device has fetched, and the time of that is as good. */
  acceptStatus({ lastSyncAt }: AccountStatus): void {
    if (lastSyncAt !== null) this.#lastSyncAt = lastSyncAt;
  }

  /** The page is gone, however it went, and there again. */
  async reopen(): Promise<void> {
    this.store.close();
    this.store = await this.device.open();
  }

  /** Nothing goes wrong from now on, and no connection of before holds the maildrop. */
  async calm(): Promise<void> {
    this.onCommand = () => undefined;
    for (const name of Object.keys(this.rig.faults) as (keyof Faults)[]) {
      if (name !== 'punishPipelining') delete this.rig.faults[name];
    }
    while (this.rig.server.connections > 0) await new Promise((resolve) => setImmediate(resolve));
  }

  async damage(): Promise<Damage> {
    const here = await this.#here();
    const there = new Set(this.rig.maildrop.messages.map(({ raw }) => textOf(raw)));
    for (const [text, version] of this.#versions) if (there.has(text)) there.add(version);
    const foreign = [...here.keys()].filter((raw) => !this.#delivered.has(raw));
    const twice = [...here].filter(([raw, times]) => times > Math.max(1, this.#delivered.get(raw) ?? 1));
    const lost = [...this.#delivered.keys()].filter((raw) => !here.has(raw) && !there.has(raw));
    return {
      lost: lost.map(subjectOf),
      twice: twice.map(([raw]) => subjectOf(raw)),
      foreign: foreign.map(subjectOf),
      unsettled: await this.#unsettled(),
    };
  }

  /** How many messages are on the server and not here. */
  async missing(): Promise<number> {
    const here = await this.#here();
    const isHere = (text: string | undefined): boolean => text !== undefined && here.has(text);
    return this.rig.maildrop.messages.filter(({ raw }) => {
      const text = textOf(raw);
      return !isHere(text) && !isHere(this.#versions.get(text));
    }).length;
  }

  async stop(): Promise<void> {
    this.store.close();
    await this.rig.stop();
    await this.device.remove();
  }

  /** What the person has set up and done before. */
  async settle(): Promise<void> {
    const { store, rig } = this;
    this.#lastSyncAt = LAST_SYNC_AT;
    await store.putAccount(rig.account, PASSWORD);
    await store.putAccount(otherAccount(rig.account), OTHER.password);
    await store.setProxyToken(PROXY_TOKEN);
    const status = { lastSyncAt: LAST_SYNC_AT, maildropCount: KNOWN, maildropOctets: 0 };
    await store.patchStatus(rig.account.id, status);
    await store.addMessages(OTHER.id, [newMessage(mailNumber(1))]);
    const rows = await store.addMessages(
      rig.account.id,
      rig.maildrop.messages.slice(0, KNOWN).map((message) => newMessage(message)),
    );
    await store.setFlags(
      rows.slice(0, 5).map(({ id }) => id),
      { seen: true },
    );
    await store.setFlags(
      rows.slice(4, 6).map(({ id }) => id),
      { starred: true },
    );
    for (const row of await store.summaries()) this.#marks.set(keyOf(row), marksOf(row));
  }

  #note(raw: Uint8Array): void {
    const text = textOf(raw);
    this.#delivered.set(text, (this.#delivered.get(text) ?? 0) + 1);
  }

  /** Raw bytes of what is here of the account, with how often. */
  async #here(): Promise<Map<string, number>> {
    const here = new Map<string, number>();
    for (const { id, account } of await this.store.summaries()) {
      if (account !== this.rig.account.id) continue;
      const raw = await this.store.raw(id);
      const text = raw === null ? 'nothing' : textOf(raw);
      here.set(text, (here.get(text) ?? 0) + 1);
    }
    return here;
  }

  async #unsettled(): Promise<string[]> {
    const { store, rig } = this;
    const { id } = rig.account;
    const { lastSyncAt } = await store.status(id);
    const rows = new Map((await store.summaries()).map((row) => [keyOf(row), marksOf(row)]));
    const use = await store.use(id);
    const mine = (await store.summaries()).filter(({ account }) => account === id);
    const wrong = {
      accounts: !same(await store.accounts(), [rig.account, otherAccount(rig.account)]),
      password: (await store.password(id)) !== PASSWORD,
      'password of the other account': (await store.password(OTHER.id)) !== OTHER.password,
      'token of the proxy': (await store.proxyToken()) !== PROXY_TOKEN,
      // Of the last one that went well, or of one that brought everything and failed at what comes after.
      'time of the last fetch': lastSyncAt !== this.#lastSyncAt && lastSyncAt !== rig.clock.nowMs,
      marks: [...this.#marks].some(([key, marks]) => rows.get(key) !== marks),
      'mail of the other account': (await store.use(OTHER.id)).messages !== 1,
      counters: !same(use, {
        messages: mine.length,
        octets: mine.reduce((sum, { octets }) => sum + octets, 0),
      }),
    };
    return Object.entries(wrong).flatMap(([what, isWrong]) => (isWrong ? [what] : []));
  }
}

function otherAccount(account: Account): Account {
  return { ...account, id: OTHER.id, address: 'other@example.org' };
}

export function newMessage({ uidl: name, raw }: MaildropMessage): NewMessage {
  return { uidl: uidl(name), raw, digest: digest(raw), receivedAt: LAST_SYNC_AT, folder: 'inbox' };
}

const textOf = (raw: Uint8Array): string => Buffer.from(raw).toString('latin1');
const subjectOf = (text: string): string => /^Subject: (.*)$/m.exec(text)?.[1] ?? text.slice(0, 80);
const keyOf = ({ account, id }: MessageSummary): string => `${account} ${id}`;
const marksOf = ({ seen, starred, subject }: MessageSummary): string => `${seen} ${starred} ${subject}`;
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
