/** The whole browser is killed under a fetch, and started again on the same profile. What was kept is whole. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { tried } from '../../faults/points.ts';
import { launchProfile } from '../../support/browser.ts';
import { kill, MOMENTS, Stage } from './stage.ts';

describe('a browser that is killed', () => {
  let stage: Stage;
  let profile: string;
  let context: BrowserContext;

  beforeEach(async () => {
    profile = mkdtempSync(join(tmpdir(), 'poplar-killed-'));
    stage = await Stage.set();
    context = await launchProfile(profile);
  });

  afterEach(async () => {
    await context.close();
    await stage.close();
    rmSync(profile, { recursive: true, force: true });
  });

  it.each(tried(MOMENTS))('$moment: nothing is lost or twice', async (moment) => {
    const page = await stage.open(context);
    await stage.fetchUntil(page, moment);
    const closed = context.waitForEvent('close');
    await kill(context, 'browser');
    await closed;
    context = await launchProfile(profile);
    await stage.expectTheRest(await stage.open(context));
  });
});
