/** One start of the browser on a mailbox that is here: opened, walked through, marked. */
import type { BrowserContext, Page } from 'playwright-core';
import type { AccountId } from '../../../web/model/ids.ts';
import type { ListWindow } from '../../../web/api/mail-api.ts';
import { renderersMb, type PoplarBench } from '../poplar.ts';
import { heldMb } from './memory.ts';
import { installProbe, type Shown } from './probe.ts';

/** What one start is about. */
export interface Visit {
  poplar: PoplarBench;
  account: AccountId;
  /** Messages of the account, and of the small one beside it. */
  count: number;
  besides: number;
}

/** Milliseconds, but for the last two. */
export interface VisitFigures {
  firstRows: number;
  /** A change of the list right after the first rows, while the rest is still being read. */
  firstSwitch: number;
  /** Changes of the list after that. */
  switches: number[];
  mark: number;
  /** The longest task of the page while it was marked; 0 when none was above 50 ms. */
  longestTask: number;
  heldMb: number;
  residentMb: number;
}

/** Messages that are marked at once: read, if a person does that with a selection. */
const MARKED = 10_000;
/** Read already, so that a filter shows another list. */
const READ = 10;
/** What MailApi.list gives at most. */
const WINDOW = 1_000;

export async function visit(context: BrowserContext, job: Visit): Promise<VisitFigures> {
  await context.addInitScript(installProbe);
  const page = await context.newPage();
  await page.goto(job.poplar.productUrl);
  const firstRows = await page.evaluate(() => window.probe.firstRows());
  const [firstSwitch, switches] = await changeLists(page, job);
  const marked = await mark(page, Math.min(MARKED, job.count));
  const held = await heldMb(page);
  const residentMb = renderersMb('VmRSS');
  return { firstRows, firstSwitch, switches, ...marked, heldMb: held, residentMb };
}

/** To and fro between all inboxes and the account's, and through a filter: the first change, and the others. */
async function changeLists(page: Page, { account, count, besides }: Visit): Promise<[number, number[]]> {
  const [all, own] = [{ total: count + besides }, { total: count }];
  const go = (selector: string, shown: Shown): Promise<number> =>
    page.evaluate(([by, then]) => window.probe.switchBy(by, then), [selector, shown] as const);
  const [toOwn, toAll] = [`nav a[href*="account=${account}"]`, 'nav a[href="#/inbox"]'];
  await page.waitForSelector(toOwn);
  const first = await go(toOwn, own);
  await page.evaluate(() => window.probe.call('counts', []));
  await page.evaluate(
    (read) => window.probe.call('setFlags', [read, { seen: true }]),
    await newestIds(page, READ),
  );
  const unread = { total: all.total - READ };
  const others: number[] = [];
  for (const [selector, shown] of [
    [toAll, all],
    [toOwn, own],
    [toAll, all],
    ['input[value=unread]', unread],
    ['input[value=all]', all],
  ] as const) {
    others.push(await go(selector, shown));
  }
  return [first, others];
}

/** The page has no way yet to select so many, so the page's own worker is asked as one would ask it. */
async function mark(page: Page, count: number): Promise<Pick<VisitFigures, 'mark' | 'longestTask'>> {
  const ids = await newestIds(page, count);
  await page.evaluate((all) => window.probe.call('setFlags', [all, { seen: false }]), ids);
  await page.waitForSelector('[role=option][aria-posinset="1"] .dot', { state: 'attached' });
  await page.evaluate(() => window.probe.longTasks());
  const ms = await page.evaluate((all) => window.probe.untilRead('setFlags', [all, { seen: true }]), ids);
  const tasks = await page.evaluate(() => window.probe.longTasks());
  await page.evaluate((all) => window.probe.call('setFlags', [all, { seen: false }]), ids);
  return { mark: ms, longestTask: Math.max(0, ...tasks) };
}

async function newestIds(page: Page, count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let offset = 0; offset < count; offset += WINDOW) {
    const query = { folder: 'inbox', account: null, filter: 'all' };
    const shown = (await page.evaluate(
      ([q, from, limit]) => window.probe.call('list', [q, from, limit, null]),
      [query, offset, Math.min(WINDOW, count - offset)] as const,
    )) as ListWindow;
    ids.push(...shown.rows.map(({ id }) => id));
  }
  return ids;
}
