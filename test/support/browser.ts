/**
 * A real Chromium for the tests, wherever one is to be had: $CHROMIUM_PATH, the system's, or the one inside the npm
 * package @sparticuz/chromium (linux-x64, no system packages needed). And pages that remember everything suspicious.
 */
import { accessSync, constants } from 'node:fs';
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from 'playwright-core';
import { packagedChromium } from './packaged-chromium.ts';

/** Without these a headless Chromium talks to its maker's hosts; tests must not reach out. */
const quietArguments = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts Chromium; the caller closes it. `profileDir` keeps storage between starts (launches a persistent context). */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch(await launchOptions());
}

/** Starts Chromium on a profile folder, as a person's browser that is closed and opened again. */
export async function launchProfile(
  profileDir: string,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profileDir, { ...(await launchOptions()), ...options });
}

/** The same Chromium as a program of its own, which nobody steers or watches: that costs, and benchmarks would pay. */
export async function browserCommand(): Promise<{ executablePath: string; args: string[] }> {
  const { executablePath, args } = await launchOptions();
  // With a port that nobody connects to it stays open when its page has loaded.
  return { executablePath, args: [...args, '--headless', '--remote-debugging-port=0'] };
}

async function launchOptions(): Promise<{ executablePath: string; args: string[]; headless: true }> {
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const system = systemChromium();
  if (system !== null) {
    return { executablePath: system, args: [...quietArguments, ...sandbox], headless: true };
  }
  const executablePath = await packagedChromium();
  return { executablePath, args: [...quietArguments, ...sandbox], headless: true };
}

function systemChromium(): string | null {
  const named = process.env['CHROMIUM_PATH'];
  const candidates =
    named === undefined
      ? [
          '/usr/bin/chromium',
          '/usr/bin/chromium-browser',
          '/usr/bin/google-chrome',
          '/opt/google/chrome/chrome',
        ]
      : [named];
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A page that records console errors, uncaught errors, CSP violations and every request that leaves `origin`. */
export interface WatchedPage {
  page: Page;
  context: BrowserContext;
  /** Empty when nothing suspicious happened. */
  complaints: string[];
}

export interface WatchOptions extends BrowserContextOptions {
  /** Requests to any other origin are a complaint. */
  origin: string;
}

/** Opens a page in a new context and watches it. */
export async function newWatchedPage(browser: Browser, options: WatchOptions): Promise<WatchedPage> {
  const { origin, ...contextOptions } = options;
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...contextOptions });
  const page = await context.newPage();
  return { page, context, complaints: watch(page, origin) };
}

/** Starts recording what a page must not do; CSP violations arrive as console errors. */
export function watch(page: Page, origin: string): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    const local = ['data:', 'blob:', 'about:'].includes(url.protocol);
    if (!local && url.origin !== origin)
      complaints.push(`request: ${request.method()} ${url.origin}${url.pathname}`);
  });
  return complaints;
}
