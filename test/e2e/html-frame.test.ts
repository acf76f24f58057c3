import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser, newWatchedPage, type WatchedPage } from '../support/browser.ts';
import { startHtmlSite, type HtmlSite } from '../support/html-site.ts';
import { hostileHtml } from './html/hostile-html.ts';
import type { Shown, ShowOptions, Walls } from './html/page/main.ts';

let browser: Browser;
let site: HtmlSite;
let watched: WatchedPage;
let page: Page;

beforeAll(async () => {
  [browser, site] = await Promise.all([launchBrowser(), startHtmlSite()]);
});
afterAll(async () => {
  await browser.close();
  await site.close();
});
beforeEach(async () => {
  site.stranger.requests.length = 0;
  watched = await newWatchedPage(browser, { origin: site.origin });
  page = watched.page;
  await page.goto(site.origin);
  await page.waitForFunction(() => 'poplar' in window);
});
afterEach(async () => {
  await watched.context.close();
});

const NOTHING = { images: 0, trackers: 0, other: 0 };

const show = (html: string, walls: Walls = 'both', options: ShowOptions = {}): Promise<Shown> =>
  page.evaluate(([text, which, more]) => window.poplar.show(text, which, more), [
    html,
    walls,
    options,
  ] as const);

/** Shows each piece in a frame of its own and keeps them all. */
async function showAll(walls: Walls): Promise<{ name: string; shown: Shown }[]> {
  // What is only large says nothing about a wall that looks at no content.
  const pieces = hostileHtml(site.stranger.origin).filter(
    ({ name }) => walls !== 'frame' || !name.startsWith('heavy'),
  );
  const shown = await page.evaluate(
    ([htmls, which]) => Promise.all(htmls.map((html) => window.poplar.show(html, which))),
    [pieces.map(({ html }) => html), walls] as const,
  );
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await page.emulateMedia({ media: 'screen', colorScheme: 'light' });
  return pieces.map(({ name }, i) => ({
    name,
    shown: shown[i] ?? { blocked: NOTHING, violations: ['not shown'] },
  }));
}

/** A request of our own to the stranger, after all that the mails may have made. */
async function requestsByThen(): Promise<string[]> {
  const probe = await watched.context.newPage();
  await probe.goto(`${site.stranger.origin}/probe`);
  await probe.close();
  return site.stranger.requests.filter((request) => !/ \/(?:probe|favicon\.ico)$/.test(request));
}

/** Whether a script of a mail left its mark on the page or on a frame. */
function scriptRan(): Promise<boolean> {
  return page.evaluate(() =>
    [window, ...Array.from(document.querySelectorAll('iframe'), (frame) => frame.contentWindow)].some(
      (each) => {
        try {
          return each?.ran !== undefined;
        } catch {
          return false; // led to another origin, where it can reach nobody here
        }
      },
    ),
  );
}

async function mailFrame(): Promise<Frame> {
  const frame = page.frames().at(-1);
  if (frame === undefined) throw new Error('no frame');
  return frame;
}

describe('hostile HTML mail', () => {
  it('runs nothing, fetches nothing and leaves nothing behind when the reader shows it', async () => {
    const results = await showAll('both');
    expect(results.length).toBeGreaterThanOrEqual(120);
    expect(results.filter(({ shown }) => shown.violations.length > 0)).toEqual([]);
    expect(await requestsByThen()).toEqual([]);
    expect(await scriptRan()).toBe(false);
    expect(watched.complaints).toEqual([]);
  });

  it('is stopped by the sanitizer alone, in a frame that allows everything', async () => {
    const results = await showAll('sanitizer');
    expect(results.filter(({ shown }) => shown.violations.length > 0)).toEqual([]);
    expect(await requestsByThen()).toEqual([]);
    expect(await scriptRan()).toBe(false);
  });

  it('is stopped by the frame alone, when nothing is sanitised', async () => {
    await showAll('frame');
    expect(await requestsByThen()).toEqual([]);
    expect(await scriptRan()).toBe(false);
  });

  it('does not come through when pieces are cut anywhere and joined', async () => {
    const pieces = hostileHtml(site.stranger.origin).filter(({ name }) => !name.startsWith('heavy'));
    const joined = pieces.flatMap(({ html }, i) => {
      const next = pieces[(i * 7 + 1) % pieces.length]?.html ?? '';
      return [0.25, 0.5, 0.75, 0.9].map((share) => html.slice(0, html.length * share) + next + html);
    });
    const wrong = await page.evaluate(
      (htmls) =>
        htmls.map((html) => [html, ...window.poplar.check(html)]).filter((found) => found.length > 1),
      joined,
    );
    expect(wrong).toEqual([]);
    expect(await requestsByThen()).toEqual([]);
    expect(await scriptRan()).toBe(false);
  });

  it('is heard by the stranger and runs when there are no walls', async () => {
    const pieces = [`<img src="${site.stranger.origin}/loud.png">`, '<img src="x.png" onerror="top.ran=1">'];
    for (const html of pieces) await show(html, 'none');
    await page.waitForFunction(() => window.ran === 1);
    await expect.poll(() => site.stranger.requests).toContain('GET /loud.png');
    expect(await scriptRan()).toBe(true);
  });
});

describe('sanitizeHtml', () => {
  it('counts what it kept from loading', async () => {
    const remote = site.stranger.origin;
    const { blocked } = await show(`
      <style>@import "${remote}/a.css"; @font-face { src: url(${remote}/f) } td { background: url(${remote}/b.png) }</style>
      <img src="${remote}/1.png" width="100" height="50" alt="Logo"><img src="${remote}/2.png">
      <img src="${remote}/3.gif" width="1" height="1"><img src="${remote}/4.gif" style="display:none">
      <table background="${remote}/5.png"></table><iframe src="${remote}/6"></iframe>
      <img src="cid:pic@mail"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="><img alt="nothing">`);
    expect(blocked).toEqual({ images: 4, trackers: 2, other: 3 });
  });

  it('puts a box of the same size and with the same words in place of a remote picture', async () => {
    await show(`<img src="${site.stranger.origin}/1.png" width="120" height="40" alt="Our logo">`);
    const box = (await mailFrame()).locator('[data-blocked=image]');
    expect(await box.textContent()).toBe('Our logo');
    expect(await box.boundingBox()).toMatchObject({ width: 120, height: 40 });
  });

  it('shows the pictures of the message itself', async () => {
    await show(
      `<img src="cid:pic@mail" width=10><img src="CID:pic%40mail"><p style="background:url(cid:pic@mail)">a</p>`,
    );
    const frame = await mailFrame();
    const widths = await frame.evaluate(() =>
      Array.from(document.images, (image) => image.decode().then(() => image.naturalWidth)).reduce(
        async (all, each) => [...(await all), await each],
        Promise.resolve<number[]>([]),
      ),
    );
    expect(widths).toEqual([1, 1]);
    expect(await frame.locator('p').evaluate((p) => getComputedStyle(p).backgroundImage)).toMatch(
      /^url\("blob:/,
    );
    expect(watched.complaints).toEqual([]);
  });

  it('applies a style sheet only where it says that it applies', async () => {
    await show(`<style media="print">p { color: #f00 }</style><style type="text/x-other">p { color: #0f0 }</style>
      <style id="s" media="screen and (max-width: 5000px)" type="TEXT/CSS">p { color: #00f }</style><p>a</p>`);
    const colour = await (await mailFrame()).locator('p').evaluate((p) => getComputedStyle(p).color);
    expect(colour).toBe('rgb(0, 0, 255)');
  });

  it('keeps the looks of honest mail', async () => {
    await show(`<html><head><style><!-- .big { font-size: 30px; color: #0000ff } #top { padding-left: 7px }
      @media (min-width: 100px) { td { text-align: right } } --></style></head>
      <body bgcolor="#ffeecc" text="#112233" style="margin: 20px"><p class="big" id="top">a</p>
      <table cellpadding="4" width="50%"><tr><td align="left" bgcolor="red" style="border: 1px solid rgb(0, 128, 0)">b</td></tr></table></body></html>`);
    const frame = await mailFrame();
    const style = (selector: string, property: string): Promise<string> =>
      frame
        .locator(selector)
        .first()
        .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
    expect(await style('p', 'font-size')).toBe('30px');
    expect(await style('p', 'color')).toBe('rgb(0, 0, 255)');
    expect(await style('p', 'padding-left')).toBe('7px');
    expect(await style('td', 'text-align')).toBe('right');
    expect(await style('td', 'background-color')).toBe('rgb(255, 0, 0)');
    expect(await style('td', 'border-top-color')).toBe('rgb(0, 128, 0)');
    expect(await style('div', 'background-color')).toBe('rgb(255, 238, 204)');
    expect(await style('div', 'color')).toBe('rgb(17, 34, 51)');
    expect(watched.complaints).toEqual([]);
  });
});

describe('showInFrame', () => {
  it('opens a link in a new tab that knows nothing of where it came from', async () => {
    await show(`<a href="${site.stranger.origin}/linked">a link</a>`);
    const [tab] = await Promise.all([
      watched.context.waitForEvent('page'),
      (await mailFrame()).locator('a').click(),
    ]);
    await tab.waitForLoadState();
    expect(tab.url()).toBe(`${site.stranger.origin}/linked`);
    expect(site.stranger.headersOf('/linked')?.referer).toBeUndefined();
    expect(await tab.evaluate(() => [window.opener, document.referrer])).toEqual([null, '']);
    expect(page.url()).toBe(`${site.origin}/`);
  });

  it('follows a link within the mail', async () => {
    await show('<a href="#there">go</a><p style="padding-top: 3000px">far</p><p id="there">there</p>');
    await (await mailFrame()).locator('a').click();
    await page.waitForFunction(() => window.scrollY > 1000);
    expect(page.url()).toBe(`${site.origin}/`);
  });

  it('asks for the height of the mail, again when it changes', async () => {
    await show('<div style="height: 500px">a</div>');
    const frame = await mailFrame();
    expect(await page.evaluate(() => window.poplar.heights.at(-1))).toBe(500 + 2 * 16);
    await frame.evaluate(() => document.querySelector('div div')?.setAttribute('style', 'height: 900px'));
    await page.waitForFunction(() => window.poplar.heights.at(-1) === 900 + 2 * 16);
  });

  it.each([
    [
      'a full-height body',
      '<style>html, body { height: 100% !important; min-height: 100vh; padding: 30px }</style><p>a</p>',
    ],
    [
      'a full-height table',
      '<table height="100%" style="height: 100%"><tr><td height="100%">a</td></tr></table>',
    ],
    ['viewport units', '<div style="height: 100vh; min-height: 120vmax">a</div>'],
    [
      'a rule that depends on the height',
      '<style>@media (min-height: 200px) { p { height: 2000px } }</style><p>a</p>',
    ],
    ['floats and overflow', '<div style="float: left; width: 2000px">a</div>'],
  ])('does not grow with its own frame: %s', async (_, html) => {
    for (const fit of [false, true]) {
      await show(html, 'both', { fit });
      const settled = await page.evaluate(async () => {
        for (let i = 0; i < 10; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
        return window.poplar.heights;
      });
      expect(settled.length).toBeLessThanOrEqual(3);
      expect(settled.at(-1)).toBeLessThan(400);
      await page.evaluate(() => {
        window.poplar.close();
        document.querySelector('iframe')?.remove();
      });
    }
  });

  it.each([
    ['is made smaller where it is asked to fit', 600, true, 0],
    ['is left to be pushed aside otherwise', 600, false, 226],
    ['is not made too small to be read', 1000, true, 118],
    ['is left as it is where there is room', 300, true, 0],
  ])('mail that is wider than its frame %s (%i px)', async (_, width, fit, beyond) => {
    await show(`<div style="width: ${width}px; height: 300px">a</div>`, 'both', { fit, width: 390 });
    const [over, height] = await (
      await mailFrame()
    ).evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      const part = document.querySelector('div div')?.getBoundingClientRect();
      return [scrollWidth - clientWidth, part?.height ?? 0];
    });
    expect(over).toBe(beyond);
    // Nothing below is cut off, and no room is left there.
    const scale = fit ? Math.max(0.5, Math.min(1, 390 / (width + 16))) : 1;
    expect(height).toBeCloseTo(300 * scale, 0);
    const told = await page.evaluate(() => window.poplar.heights.at(-1));
    expect(told).toBeGreaterThanOrEqual(332 * scale);
    expect(told).toBeLessThan(332 * scale + 20);
  });

  it('caps the height of an endless mail and lets it scroll', async () => {
    await show('<p style="height: 5000000px">a</p>');
    expect(await page.evaluate(() => window.poplar.heights.at(-1))).toBe(100_000);
    expect(
      await (await mailFrame()).evaluate(() => getComputedStyle(document.documentElement).overflowY),
    ).toBe('auto');
  });

  it('brings the mail back when the frame is loaded anew or led elsewhere', async () => {
    await show('<p>still here</p>');
    await (await mailFrame()).evaluate(() => location.reload());
    await page.frameLocator('iframe').getByText('still here').waitFor();
    await page.evaluate(() => {
      const frame = document.querySelector('iframe');
      if (frame !== null) frame.src = 'bare.html';
    });
    await page.waitForFunction(
      () => document.querySelector('iframe')?.contentDocument?.body?.textContent === 'still here',
    );
  });

  it('empties the frame when it is closed', async () => {
    await show('<p>gone soon</p>');
    await page.evaluate(() => window.poplar.close());
    expect(await (await mailFrame()).evaluate(() => document.body.childNodes.length)).toBe(0);
  });

  it.each([
    ['plain mail in the dark', '<p>a</p>', true, 'dark'],
    ['mail with colours of its own on white paper', '<p style="color: #333">a</p>', true, 'light'],
    [
      'mail with a coloured cell on white paper',
      '<table><tr><td bgcolor="#eee">a</td></tr></table>',
      true,
      'light',
    ],
    [
      'mail with a style sheet that colours on white paper',
      '<style>p { background: #fff }</style><p>a</p>',
      true,
      'light',
    ],
    ['everything on white paper by day', '<p>a</p>', false, 'light'],
  ])('shows %s', async (_, html, dark, sheet) => {
    await show(html, 'both', { dark });
    expect(await (await mailFrame()).locator('html').getAttribute('data-sheet')).toBe(sheet);
  });

  it('lets nothing out of the sandbox', async () => {
    await show('<p>a</p>');
    const frame = page.locator('iframe');
    expect(await frame.getAttribute('sandbox')).toBe(
      'allow-same-origin allow-popups allow-popups-to-escape-sandbox',
    );
  });
});
