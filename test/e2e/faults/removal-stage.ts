/** A page whose visit fetches and then deletes on the server, and comes to a bad end. What must hold when it is opened again. */
import type { Page, Worker as PageWorker } from 'playwright-core';
import { expect } from 'vitest';
import { Maildrop } from '../../../proxy/demo/maildrop.ts';
import type { ConfirmedRule } from '../../../web/model/retention.ts';
import { simpleMail, startApp, type App } from '../../support/app.ts';
import { bobAt, expectTotal, submitAccount } from '../../support/journeys.ts';
import type { KeptBrowser } from './kept-browser.ts';
import { storedUids } from './stage.ts';

const COUNT = 30;
/** The first batch of a fetch (sync/maildrop-sync.ts). */
const FIRST_BATCH = 16;
const uids = Array.from({ length: COUNT }, (_, index) => `uid-${index}`);
const AT_ONCE: ConfirmedRule = { rule: 'after-download', confirmedAt: 1 };

export interface Moment {
  moment: string;
  /** The server carries this command out and does not answer. */
  stallAt?: string;
  /** A transaction that writes into this store is held open, so that it never ends. */
  holds?: { store: string; nth: number };
  /** Messages that are here afterwards, and on the server. */
  here: number;
  there: number;
}

export const MOMENTS: readonly Moment[] = [
  { moment: 'within the first commit', holds: { store: 'packs', nth: 0 }, here: 0, there: COUNT },
  { moment: 'within a later commit', holds: { store: 'packs', nth: 1 }, here: FIRST_BATCH, there: COUNT },
  { moment: 'between commit and DELE', stallAt: 'TOP', here: COUNT, there: COUNT },
  {
    moment: 'within the commit of what is to be deleted',
    ...{ holds: { store: 'removals', nth: 0 }, here: COUNT, there: COUNT },
  },
  { moment: 'after the first DELE', stallAt: `DELE ${COUNT}`, here: COUNT, there: COUNT },
  { moment: 'between DELE and QUIT', stallAt: 'DELE 1', here: COUNT, there: COUNT },
  { moment: 'after QUIT, before its reply', stallAt: 'QUIT', here: COUNT, there: 0 },
];

export class RemovalStage {
  readonly #app: App;
  readonly #browser: KeptBrowser;

  private constructor(app: App, browser: KeptBrowser) {
    this.#app = app;
    this.#browser = browser;
  }

  /** On an origin of its own, so that nothing of another stage is kept there. */
  static async set(browser: KeptBrowser): Promise<RemovalStage> {
    return new RemovalStage(await startApp({ maildrop: new Maildrop() }), browser);
  }

  /** The page, in a browser that promises to keep what is stored. */
  async open(): Promise<Page> {
    const page = await this.#browser.context.newPage();
    const session = await this.#browser.context.newCDPSession(page);
    const { origin } = this.#app;
    await session.send('Browser.grantPermissions', { origin, permissions: ['durableStorage'] });
    await page.goto(this.#app.url);
    await page.bringToFront(); // A page behind another one draws nothing, and waits for ever.
    expect(await page.evaluate(() => navigator.storage.persist())).toBe(true);
    return page;
  }

  /** Begins a visit that would fetch and delete all, and resolves at that moment of it. */
  async visitUntil(page: Page, { stallAt, holds }: Moment): Promise<void> {
    const { faults, maildrop, commands } = this.#app;
    await submitAccount(page, bobAt(this.#app));
    // Its first visit, which begins by itself, is over.
    await page.getByText('Fetched just now').waitFor();
    await this.#rest();
    await page.evaluate(confirmRule, AT_ONCE);
    for (const uidl of uids)
      maildrop.deliver({ uidl, raw: simpleMail(`About ${uidl}`, 'Hello.\r\n'.repeat(50)) });
    const before = commands.length;
    if (stallAt !== undefined) faults.stallAt = [stallAt];
    const worker = mailWorker(page);
    if (holds !== undefined) await worker.evaluate(holdWrite, holds);
    await this.#getMail(page);
    const isNow = (): boolean =>
      commands.slice(before).some((one) => one === stallAt || one.split(' ')[0] === stallAt);
    if (holds === undefined) while (!isNow()) await turn();
    else while (!(await worker.evaluate(() => 'held' in globalThis))) await turn();
  }

  /** All messages are here or there, none is here twice, and the next visits bring and delete what is left, once. */
  async expectConverged(page: Page, { here, there }: Moment): Promise<void> {
    const { faults, maildrop } = this.#app;
    delete faults.stallAt;
    await page.getByRole('banner').getByRole('button', { name: 'Get mail', exact: true }).waitFor();
    await this.#rest();
    const stored = await storedUids(page);
    expect([new Set(stored).size, stored.length, maildrop.messages.length]).toEqual([here, here, there]);
    expect(new Set([...stored, ...maildrop.messages.map(({ uidl }) => uidl)])).toEqual(new Set(uids));
    const before = this.#retrieved();
    await this.#getMail(page);
    while (maildrop.messages.length > 0) await turn();
    await expectTotal(page, COUNT);
    await this.#rest();
    await this.#getMail(page);
    await this.#rest();
    expect(this.#retrieved() - before).toBe(COUNT - here);
    expect((await storedUids(page)).toSorted()).toEqual(uids.toSorted());
  }

  async close(): Promise<void> {
    for (const page of this.#browser.context.pages()) await page.close();
    await this.#app.close();
  }

  async #getMail(page: Page): Promise<void> {
    const before = this.#app.commands.length;
    await page.getByRole('banner').getByRole('button', { name: 'Get mail', exact: true }).click();
    while (this.#app.commands.length === before) await turn();
  }

  /** No visit is under way. */
  async #rest(): Promise<void> {
    while (this.#app.mail.connections > 0) await turn();
  }

  #retrieved(): number {
    return this.#app.commands.filter((command) => command.startsWith('RETR ')).length;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function mailWorker(page: Page): PageWorker {
  const worker = page.workers().find((one) => /\/worker-[^/]*\.js$/.test(new URL(one.url()).pathname));
  if (worker === undefined) throw new Error('the page has no mail worker');
  return worker;
}

/** Runs in the page: as if somebody had seen the forecast and agreed. */
async function confirmRule(retention: ConfirmedRule): Promise<void> {
  const settled = <Result>(request: IDBRequest<Result>): Promise<Result> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('no answer'));
    });
  const database = await settled(indexedDB.open('poplar'));
  const accounts = database.transaction('accounts', 'readwrite').objectStore('accounts');
  for (const account of (await settled(accounts.getAll())) as object[]) {
    await settled(accounts.put({ ...account, retention }));
  }
  database.close();
}

/** Runs in the worker: the transaction of that write is kept busy from then on, so that it is never committed. */
function holdWrite({ store, nth }: { store: string; nth: number }): void {
  const put = Reflect.get(IDBObjectStore.prototype, 'put') as IDBObjectStore['put'];
  let seen = 0;
  IDBObjectStore.prototype.put = function (...args) {
    const request = put.apply(this, args);
    if (this.name !== store || seen++ !== nth) return request;
    const hold = (): void => {
      this.get(0).onsuccess = hold;
    };
    hold();
    Object.assign(globalThis, { held: true });
    return request;
  };
}
