/** A page under a fetch that is about to end badly, and what of its mail must be there when it is opened again. */
import type { BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { Maildrop } from '../../../proxy/demo/maildrop.ts';
import { simpleMail, startApp, type App } from '../../support/app.ts';
import { bobAt, expectTotal, submitAccount } from '../../support/journeys.ts';

const COUNT = 60;
const mails = Array.from({ length: COUNT }, (_, index) => ({
  uidl: `uid-${index}`,
  raw: simpleMail(`Message number ${index}`, 'All work and no play.\r\n'.repeat(600)),
}));

export interface Moment {
  moment: string;
  /** The message on its way. */
  nth: number;
  /** Whether the fetch stands still there, or goes on while the end comes. */
  stalls: boolean;
}

export const MOMENTS: readonly Moment[] = [
  { moment: 'within message 20', nth: 20, stalls: true },
  { moment: 'within message 2', nth: 2, stalls: true },
  { moment: 'within message 50', nth: 50, stalls: true },
  { moment: 'while messages are stored, at message 17', nth: 17, stalls: false },
  { moment: 'while messages are stored, at message 34', nth: 34, stalls: false },
  { moment: 'while messages are stored, at the last message', nth: COUNT, stalls: false },
];

/** SIGKILL for the browser, or for the processes of its pages. */
export async function kill(context: BrowserContext, type: 'browser' | 'renderer'): Promise<void> {
  const session = await context.browser()?.newBrowserCDPSession();
  const { processInfo = [] } = (await session?.send('SystemInfo.getProcessInfo')) ?? {};
  const ids = processInfo.filter((one) => one.type === type).map(({ id }) => id);
  expect(ids).not.toEqual([]);
  for (const id of ids) process.kill(id, 'SIGKILL');
}

export class Stage {
  readonly #app: App;

  private constructor(app: App) {
    this.#app = app;
  }

  static async set(): Promise<Stage> {
    return new Stage(await startApp({ maildrop: new Maildrop(mails) }));
  }

  async open(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    await page.goto(this.#app.url);
    await page.bringToFront(); // A page behind another one draws nothing, and waits for ever.
    return page;
  }

  /** Adds the account and resolves at that moment of its first fetch. */
  async fetchUntil(page: Page, { nth, stalls }: Moment): Promise<void> {
    if (stalls) this.#app.faults.stallInRetr = { nth, afterOctets: 1_000 };
    await submitAccount(page, bobAt(this.#app));
    while (this.#retrieved() < nth) await new Promise((resolve) => setImmediate(resolve));
    if (stalls && nth > 2) await expectTotal(page, nth - 1);
  }

  /** What is missing comes, nothing comes twice. */
  async expectTheRest(page: Page): Promise<void> {
    delete this.#app.faults.stallInRetr;
    const getMail = page.getByRole('banner').getByRole('button', { name: 'Get mail', exact: true });
    await getMail.waitFor();
    while (this.#app.mail.connections > 0) await new Promise((resolve) => setImmediate(resolve));
    const here = await storedUids(page);
    expect(new Set(here).size).toBe(here.length);
    const before = this.#retrieved();
    await getMail.click();
    await expectTotal(page, COUNT);
    expect(this.#retrieved() - before).toBe(COUNT - here.length);
    expect((await storedUids(page)).toSorted()).toEqual(mails.map(({ uidl }) => uidl).toSorted());
  }

  close(): Promise<void> {
    return this.#app.close();
  }

  #retrieved(): number {
    return this.#app.commands.filter((command) => command.startsWith('RETR ')).length;
  }
}

/** Unique-ids in the database, and as many rows beside them. */
export async function storedUids(page: Page): Promise<string[]> {
  const { uids, rows } = await page.evaluate(async () => {
    const settled = <Result>(request: IDBRequest<Result>): Promise<Result> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('no answer'));
      });
    const database = await settled(indexedDB.open('poplar'));
    const transaction = database.transaction(['uidls', 'pages']);
    const uids = await settled(transaction.objectStore('uidls').getAll());
    const pages = await settled(transaction.objectStore('pages').getAll());
    database.close();
    return {
      uids: (uids as string[][]).flat(),
      rows: (pages as { rows: unknown[] }[]).reduce((sum, one) => sum + one.rows.length, 0),
    };
  });
  expect(rows).toBe(uids.length);
  return uids;
}
