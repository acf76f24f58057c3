/** What axe has to say about a page. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/**
 * Rules that axe finds broken, with the elements. Runs inside the page, as the policy allows no foreign script. What fades
 * in has less contrast than it will have, so that it is waited for.
 */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  await page.evaluate(atRest);
  return page.evaluate(async () => {
    const result = await window.axe.run(document, { resultTypes: ['violations'] });
    return result.violations.flatMap((rule) =>
      rule.nodes.map((node) => `${rule.id}: ${node.html} ${node.failureSummary ?? ''}`),
    );
  });
}

/** Inside the page: until nothing moves but what moves for good. One whose element goes away ends with a rejection. */
async function atRest(): Promise<void> {
  const passing = (): Animation[] =>
    document.getAnimations().filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
  for (let moving = passing(); moving.length > 0; moving = passing()) {
    await Promise.allSettled(moving.map(({ finished }) => finished));
  }
}
