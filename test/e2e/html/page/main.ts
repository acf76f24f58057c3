/** The page under test: what the reader does with HTML mail, one wall at a time, callable from the test. */
import { sanitizeHtml } from '../../../../web/html/sanitize.ts';
import { showInFrame } from '../../../../web/html/mail-frame.ts';
import { violations } from '../violations.ts';

export interface Shown {
  blocked: { images: number; trackers: number; other: number };
  violations: string[];
}

/** `both`: as the reader does. `frame`: nothing is sanitised. `sanitizer`: a frame without sandbox and policy. */
export type Walls = 'both' | 'frame' | 'sanitizer' | 'none';

export interface ShowOptions {
  dark?: boolean;
  fit?: boolean;
  /** Of the frame, in px. */
  width?: number;
}

export interface TestPage {
  show(html: string, walls: Walls, options?: ShowOptions): Promise<Shown>;
  /** What is wrong with the HTML after the sanitizer. */
  check(html: string): string[];
  /** Heights reported for the frame shown last. */
  heights: number[];
  close(): void;
  /** The URL of a one-pixel picture of the message itself. */
  picture: string;
}

declare global {
  interface Window {
    poplar: TestPage;
    ran?: number;
  }
}

interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createHTML(html: string): string },
  ): { createHTML(html: string): string };
}

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const bytes = Uint8Array.from(atob(PIXEL), (char) => char.charCodeAt(0));
const picture = URL.createObjectURL(new Blob([bytes], { type: 'image/png' }));
const cidUrl = (contentId: string): string | null => (contentId === 'pic@mail' ? picture : null);

// Only the test may make nodes from strings that were not sanitised; the name is one that the policy allows.
const { trustedTypes } = window as { trustedTypes?: PolicyFactory };
const unsafe = trustedTypes?.createPolicy('poplar-url', { createHTML: (html) => html });

/** Nodes of the HTML as it came, in a document that loads nothing. */
function parsed(html: string): DocumentFragment {
  const trusted = (unsafe?.createHTML(html) ?? html) as string;
  const document = new DOMParser().parseFromString(trusted, 'text/html');
  const fragment = document.createDocumentFragment();
  fragment.append(...Array.from(document.head.childNodes), ...Array.from(document.body.childNodes));
  return fragment;
}

function addFrame(width: number): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  frame.width = String(width);
  document.body.append(frame);
  return frame;
}

/** A frame that allows everything: whatever gets through the sanitizer shows itself. */
async function showBare(frame: HTMLIFrameElement, fragment: DocumentFragment): Promise<void> {
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
  frame.src = 'bare.html';
  await loaded;
  frame.contentDocument?.body.append(frame.contentDocument.importNode(fragment, true));
}

const heights: number[] = [];
let close = (): void => undefined;

window.poplar = {
  heights,
  picture,
  close: () => close(),
  check: (html) => violations(sanitizeHtml(html, { cidUrl }).fragment, 'remote.'),
  async show(html, walls, { dark = false, fit = false, width = 600 } = {}) {
    const clean = walls === 'both' || walls === 'sanitizer';
    const { fragment, blocked } = clean
      ? sanitizeHtml(html, { cidUrl })
      : { fragment: parsed(html), blocked: { images: 0, trackers: 0, other: 0 } };
    const found = clean ? violations(fragment, 'remote.') : [];
    const frame = addFrame(width);
    if (walls === 'sanitizer' || walls === 'none') await showBare(frame, fragment);
    else {
      heights.length = 0;
      await new Promise<void>((resolve) => {
        const shown = showInFrame(frame, fragment, {
          dark,
          fit,
          onHeight(heightPx) {
            heights.push(heightPx);
            frame.style.setProperty('height', `${heightPx}px`);
            resolve();
          },
        });
        close = () => shown.close();
      });
    }
    return { blocked, violations: found };
  },
};
