/** A visit that deletes on the server ends in the middle, with its worker, its tab, its process or the whole browser. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import { tried } from '../../faults/points.ts';
import { KeptBrowser } from './kept-browser.ts';
import { kill } from './stage.ts';
import { MOMENTS, RemovalStage } from './removal-stage.ts';
import { endWorkers, watchWorkers } from './watch-workers.ts';

/** How it ends; resolves when it has. */
const ENDS: Record<string, (page: Page, browser: KeptBrowser) => Promise<unknown>> = {
  'the browser is killed': async (page, browser) => {
    const closed = page.context().waitForEvent('close');
    await kill(page.context(), 'browser');
    await closed;
    await browser.restart();
  },
  'the process of the tab is killed': async (page) => {
    const crashed = page.waitForEvent('crash');
    await kill(page.context(), 'renderer');
    await crashed;
    await page.close();
  },
  'the tab is closed': (page) => page.close(),
  'the worker is ended': async (page) => {
    await endWorkers(page);
    await page.close();
  },
};

const points = Object.entries(ENDS).flatMap(([name, end]) => MOMENTS.map((at) => ({ name, end, ...at })));

describe('under a visit that deletes', () => {
  let browser: KeptBrowser;
  let stage: RemovalStage;

  beforeAll(async () => {
    browser = await KeptBrowser.launch(watchWorkers);
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    stage = await RemovalStage.set(browser);
  });
  afterEach(() => stage.close());

  it.each(tried(points))('$name $moment: nothing is lost or twice', async (point) => {
    const page = await stage.open();
    await stage.visitUntil(page, point);
    await point.end(page, browser);
    await stage.expectConverged(await stage.open(), point);
  });
});
