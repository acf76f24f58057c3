/** A browser on a profile of its own, so that it can promise to keep what is stored; it can be killed and started again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { launchProfile } from '../../support/browser.ts';

export class KeptBrowser {
  readonly #profile: string;
  readonly #firstScript: () => void;
  #context: BrowserContext;

  private constructor(profile: string, context: BrowserContext, firstScript: () => void) {
    this.#profile = profile;
    this.#context = context;
    this.#firstScript = firstScript;
  }

  /** `firstScript` runs in each page before its own. */
  static async launch(firstScript: () => void): Promise<KeptBrowser> {
    const profile = mkdtempSync(join(tmpdir(), 'poplar-kept-'));
    const browser = new KeptBrowser(profile, await launchProfile(profile), firstScript);
    await browser.context.addInitScript(firstScript);
    return browser;
  }

  get context(): BrowserContext {
    return this.#context;
  }

  /** On the profile that it had, after it has ended. */
  async restart(): Promise<void> {
    this.#context = await launchProfile(this.#profile);
    await this.#context.addInitScript(this.#firstScript);
  }

  async close(): Promise<void> {
    await this.#context.close();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}
