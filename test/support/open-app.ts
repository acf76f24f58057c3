/** The whole page before a fake worker, for tests in a DOM without a browser, and its keyboard. It is gone with the test. */
import { cleanup, render } from '@testing-library/svelte';
import { onTestFinished } from 'vitest';
import type { MailApi } from '../../web/api/mail-api.ts';
import type { MessageContent, MessageSummary } from '../../web/model/message.ts';
import { buildStates, startStates, type Surroundings } from '../../web/state/build-states.ts';
import type { States } from '../../web/state/context.ts';
import App from '../../web/ui/App.svelte';
import { surroundings } from '../../web/ui/browser.ts';
import { contentOf, GENERATED_NOW } from './generated-mail.ts';
import { settled } from './settled.ts';

export interface OpenedApp {
  states: States;
  container: HTMLElement;
}

/** Opens the page at `hash`, in surroundings where the clock stands and nothing is stored but what `around` says. */
export function openApp(
  api: MailApi,
  { hash = '#/inbox', around = {} }: { hash?: string; around?: Partial<Surroundings> } = {},
): OpenedApp {
  history.replaceState(null, '', hash);
  const states = buildStates(api, {
    ...surroundings(window),
    localStorage: null,
    ticker: { now: () => GENERATED_NOW, listen: () => () => undefined },
    ...around,
  });
  const stop = startStates(states);
  const { container } = render(App, { props: { states } });
  onTestFinished(() => {
    cleanup();
    stop();
  });
  return { states, container };
}

/** HTML needs a real browser: it is read in the end-to-end tests. */
export const plainContent = (row: MessageSummary): MessageContent => ({
  ...contentOf(row),
  html: null,
  text: 'Hello Nora,',
});

/** Keys as a person presses them: heard by what has the focus. */
export async function press(...strokes: (string | [string, KeyboardEventInit])[]): Promise<void> {
  for (const stroke of strokes) {
    const [key, init] = typeof stroke === 'string' ? [stroke, {}] : stroke;
    const target = document.activeElement ?? document.body;
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }));
    await settled();
  }
}
