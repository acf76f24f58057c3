/** A tab is closed or loaded again, its workers end, or its process is killed under a fetch. What was kept is whole. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import { tried } from '../../faults/points.ts';
import { launchBrowser } from '../../support/browser.ts';
import { kill, MOMENTS, Stage, type Moment } from './stage.ts';
import { endWorkers, watchWorkers } from './watch-workers.ts';

/** How it ends; resolves when it has. */
const ENDS: Record<string, (page: Page) => Promise<unknown>> = {
  'the tab is closed': (page) => page.close(),
  'the page is loaded again': (page) => page.reload(),
  'the workers are ended': async (page) => {
    await endWorkers(page);
    await page.close();
  },
  'the process of the tab is killed': async (page) => {
    const crashed = page.waitForEvent('crash');
    await kill(page.context(), 'renderer');
    await crashed;
    await page.close();
  },
};

const points = Object.entries(ENDS).flatMap(([name, end]) => MOMENTS.map((at) => ({ name, end, ...at })));

describe('under a fetch', () => {
  let browser: Browser;
  let context: BrowserContext;
  let stage: Stage;

  beforeAll(async () => {
    browser = await launchBrowser();
  });

  afterAll(() => browser.close());

  beforeEach(async () => {
    stage = await Stage.set();
    context = await browser.newContext();
    await context.addInitScript(watchWorkers);
  });

  afterEach(async () => {
    await context.close();
    await stage.close();
  });

  it.each(tried(points))('$name $moment: nothing is lost or twice', async (point) => {
    const page = await stage.open(context);
    await stage.fetchUntil(page, point);
    await point.end(page);
    await stage.expectTheRest(page.isClosed() ? await stage.open(context) : page);
  });

  it.each(tried(MOMENTS))(
    'the one of two tabs that fetches is closed $moment: the other goes on',
    async (moment: Moment) => {
      const first = await stage.open(context);
      await stage.fetchUntil(first, moment);
      const second = await stage.open(context);
      await first.close();
      await stage.expectTheRest(second);
    },
  );
});
