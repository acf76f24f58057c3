/** One pane on a phone, three on a desk, all of it by keyboard, and no accessibility violation anywhere. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations } from '../support/accessibility.ts';
import { startApp, type App } from '../support/app.ts';
import { launchBrowser, newWatchedPage } from '../support/browser.ts';
import { expectQuiet, openMessage, row, rows } from '../support/journeys.ts';

const phone = { width: 390, height: 844 };
const desk = { width: 1440, height: 900 };

async function openDemo(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Try the demo mailbox' }).click();
  await row(page, 'Welcome to Poplar').waitFor();
  await page.getByRole('button', { name: 'Get mail', exact: true }).waitFor();
}

describe('layout', () => {
  let app: App;
  let browser: Browser;

  beforeAll(async () => {
    app = await startApp({ demo: true });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await app?.close();
  });

  it('shows one pane at a time on a phone, and the way back', async () => {
    const { page, context, complaints } = await newWatchedPage(browser, {
      origin: app.origin,
      viewport: phone,
      hasTouch: true,
    });
    await page.goto(app.url);
    await openDemo(page);
    const list = page.getByRole('listbox', { name: 'Messages' });
    await openMessage(page, 'Welcome to Poplar');
    expect(await list.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Back to the list' }).click();
    await list.waitFor();
    await openMessage(page, 'Welcome to Poplar');
    await page.goBack();
    await list.waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    expectQuiet(complaints);
    await context.close();
  });

  it('leaves no hover behind where a finger was', async () => {
    const { page, context } = await newWatchedPage(browser, {
      origin: app.origin,
      viewport: phone,
      hasTouch: true,
      isMobile: true,
      reducedMotion: 'reduce',
    });
    await page.goto(app.url);
    await openDemo(page);
    await openMessage(page, 'Welcome to Poplar');
    // As phones take it: the pointer stays where the finger was.
    await page.getByRole('button', { name: 'Add star' }).click();
    const starred = page.getByRole('button', { name: 'Remove star' });
    await starred.waitFor();
    const [hovered, ground] = await starred.evaluate((element) => [
      element.matches(':hover'),
      getComputedStyle(element).backgroundColor,
    ]);
    expect([hovered, ground]).toEqual([true, 'rgba(0, 0, 0, 0)']);
    await context.close();
  });

  it.each(['#/add-account', '#/settings'])(
    'has nothing that is too small for a finger at %s',
    async (hash) => {
      const { page, context } = await newWatchedPage(browser, { origin: app.origin, viewport: phone });
      await page.goto(app.url);
      await openDemo(page);
      await page.goto(`${app.url}${hash}`);
      await page.locator('main summary').first().waitFor();
      const small = await page.evaluate(() =>
        [...document.querySelectorAll('button, summary, input[type=checkbox] + div > label')]
          .filter((part) => part.checkVisibility() && part.getBoundingClientRect().height < 43.9)
          .map((part) => part.textContent ?? ''),
      );
      expect(small).toEqual([]);
      await context.close();
    },
  );

  it.each([320, 375, 719, 720, 900, 1100])('cuts no button off beside a message at %i px', async (width) => {
    const { page, context } = await newWatchedPage(browser, {
      origin: app.origin,
      viewport: { width, height: 700 },
    });
    await page.goto(app.url);
    await openDemo(page);
    await openMessage(page, 'Welcome to Poplar');
    const menu = await page.getByRole('button', { name: 'More actions' }).boundingBox();
    expect((menu?.x ?? Infinity) + (menu?.width ?? 0)).toBeLessThanOrEqual(width);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await context.close();
  });

  it('draws a menu below its button from the first moment on', async () => {
    const { page, context } = await newWatchedPage(browser, { origin: app.origin, viewport: desk });
    await page.goto(app.url);
    await openDemo(page);
    await openMessage(page, 'Welcome to Poplar');
    // In one task, as the browser may draw the menu before it tells that it is open.
    const more = page.getByRole('button', { name: 'More actions' });
    const [button, menu] = await more.evaluate((element: HTMLElement) => {
      element.click();
      return [element, document.querySelector('[popover]:popover-open')].map((part) => {
        const { right = 0, top = 0, bottom = 0 } = part?.getBoundingClientRect() ?? {};
        return { right, top, bottom };
      });
    });
    expect(menu).toMatchObject({ right: button?.right, top: (button?.bottom ?? 0) + 4 });
    await context.close();
  });

  it('goes from the first screen to a read message by keyboard alone', async () => {
    const { page, context } = await newWatchedPage(browser, { origin: app.origin, viewport: desk });
    await page.goto(app.url);
    await page.getByRole('button', { name: 'Try the demo mailbox' }).focus();
    await page.keyboard.press('Enter');
    await row(page, 'Welcome to Poplar').waitFor();
    await page.getByRole('button', { name: 'Get mail', exact: true }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const reader = page.getByRole('region', { name: 'Message', exact: true });
    const heading = reader.getByRole('heading', { level: 2 });
    await heading.waitFor();
    const first = await heading.innerText();
    await page.keyboard.press('j');
    await page.waitForFunction((before) => {
      const now = document.querySelector('section[aria-label=Message] h2')?.textContent;
      return now !== undefined && now !== before;
    }, first);
    await page.keyboard.press('s');
    await rows(page).getByLabel('Starred').first().waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    // Its name has the focus and shows no ring: nothing can be done with it. What comes next shows one.
    const ring = (): Promise<string[]> =>
      page.evaluate(() => {
        const focused = document.activeElement ?? document.body;
        return [focused.tagName, getComputedStyle(focused).outlineStyle];
      });
    expect(await ring()).toEqual(['H2', 'none']);
    await page.keyboard.press('Tab');
    expect(await ring()).toEqual(['BUTTON', 'solid']);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await context.close();
  });

  it.each([
    ['light', desk],
    ['dark', desk],
    ['light', phone],
    ['dark', phone],
  ] as const)('breaks no accessibility rule on any screen (%s, %o)', async (colorScheme, viewport) => {
    const { page, context } = await newWatchedPage(browser, { origin: app.origin, viewport, colorScheme });
    await page.goto(app.url);
    await page.getByRole('button', { name: 'Try the demo mailbox' }).waitFor();
    expect(await violations(page), 'first screen').toEqual([]);
    await openDemo(page);
    expect(await violations(page), 'mailbox').toEqual([]);
    await openMessage(page, 'Welcome to Poplar');
    expect(await violations(page), 'message').toEqual([]);
    await page.goto(`${app.url}#/add-account`);
    await page.getByRole('heading', { name: 'Add your account' }).waitFor();
    expect(await violations(page), 'add account').toEqual([]);
    await page.goto(`${app.url}#/settings`);
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
    expect(await violations(page), 'settings').toEqual([]);
    await context.close();
  });
});
