/**
 * Shows sanitised mail in a frame of its own: mail-frame.html, a document without scripts whose policy allows no
 * network at all. It has to be a real document: `srcdoc` would inherit the page's policy and lose all styles of the
 * mail. The page reaches in (allow-same-origin), nothing can reach out (never allow-scripts).
 */

/** The sandbox of the frame. Links open new tabs that are ordinary pages; nothing else is allowed out. */
export const FRAME_SANDBOX = 'allow-same-origin allow-popups allow-popups-to-escape-sandbox';

export interface FrameOptions {
  /** Whether the page around is dark now. Mail with colours of its own is shown on white paper all the same. */
  dark: boolean;
  /** Mail that is wider than the frame is made smaller as a whole: for fingers, which can make it larger again. */
  fit?: boolean;
  /** The height in CSS pixels that the frame needs to show all of the mail. */
  onHeight(heightPx: number): void;
  /** Where the frame's document is; the default is beside the page. */
  src?: string;
}

/** Higher than this the frame scrolls inside: browsers stop painting at some height. */
const MAX_HEIGHT_PX = 100_000;
/** Images and fonts settle in a few steps; a mail that still grows after so many is made to. */
const MAX_HEIGHT_CHANGES = 200;
/** Mail is not made smaller than this: where that is not enough it is pushed aside. */
const LEAST_ZOOM = 0.5;
/** A mail that finds a way to lead its frame elsewhere does not get it back forever. */
const MAX_RELOADS = 3;

/**
 * Shows `fragment` in `frame` and keeps it there, also when the frame is loaded anew. The fragment is copied, so it may
 * be shown again. `close` empties the frame and ends all observation.
 */
export function showInFrame(
  frame: HTMLIFrameElement,
  fragment: DocumentFragment,
  options: FrameOptions,
): { close(): void } {
  let stopWatching = (): void => undefined;
  let reloads = 0;
  const load = (): void => {
    stopWatching();
    const document = mailDocument(frame);
    if (document !== null) {
      fill(document, fragment, options.dark);
      stopWatching = watchSize(frame, document, options);
    } else if (reloads < MAX_RELOADS) {
      reloads++;
      frame.src = options.src ?? 'mail-frame.html';
    }
  };
  frame.addEventListener('load', load);
  if (mailDocument(frame)?.readyState === 'complete') load();
  else prepare(frame, options.src ?? 'mail-frame.html');
  return {
    close() {
      frame.removeEventListener('load', load);
      stopWatching();
      mailDocument(frame)?.body.replaceChildren();
    },
  };
}

/** The sandbox holds for the next navigation only, so it is set before the source. */
function prepare(frame: HTMLIFrameElement, src: string): void {
  if (frame.getAttribute('sandbox') === FRAME_SANDBOX && frame.getAttribute('src') === src) return;
  frame.setAttribute('sandbox', FRAME_SANDBOX);
  frame.referrerPolicy = 'no-referrer';
  frame.setAttribute('src', src);
}

/** The frame's document if it is ours, else null: not loaded yet, or led elsewhere. */
function mailDocument(frame: HTMLIFrameElement): Document | null {
  const document = frame.contentDocument;
  return document?.documentElement?.hasAttribute('data-mail-frame') === true ? document : null;
}

function fill(document: Document, fragment: DocumentFragment, dark: boolean): void {
  // HTML mail is written for white paper: dark mode is only for mail that says nothing about colours.
  document.documentElement.dataset['sheet'] = dark && !hasOwnColours(fragment) ? 'dark' : 'light';
  document.body.replaceChildren(document.importNode(fragment, true));
}

/** Whether the mail sets any colour: one dark word on a dark page would be lost. */
export function hasOwnColours(fragment: DocumentFragment): boolean {
  if (fragment.querySelector('[bgcolor], [color]') !== null) return true;
  const colour = /(?:^|[\s;{-])(?:color|background)\b/i;
  const styled = Array.from(
    fragment.querySelectorAll('[style]'),
    (element) => element.getAttribute('style') ?? '',
  );
  const sheets = Array.from(fragment.querySelectorAll('style'), (element) => element.textContent ?? '');
  return [...styled, ...sheets].some((css) => colour.test(css));
}

/** Fits the width, if asked to, and tells the height, whenever one of them changes; returns the function that stops it. */
function watchSize(
  frame: HTMLIFrameElement,
  document: Document,
  { fit = false, onHeight }: FrameOptions,
): () => void {
  let last = -1;
  let changes = 0;
  const report = (): void => {
    const zoom = fit ? fitWidth(document) : 1;
    const heightPx = Math.min(MAX_HEIGHT_PX, neededHeight(frame, document, zoom));
    if (Math.abs(heightPx - last) < 1) return;
    last = heightPx;
    changes++;
    const settled = heightPx < MAX_HEIGHT_PX && changes <= MAX_HEIGHT_CHANGES;
    document.documentElement.toggleAttribute('data-scrolls', !settled);
    onHeight(heightPx);
    if (changes > MAX_HEIGHT_CHANGES) observer.disconnect();
  };
  // The observer is the page's: in the frame no script runs, not even ours.
  const observer = new ResizeObserver(report);
  observer.observe(document.documentElement);
  observer.observe(document.body);
  report();
  return () => observer.disconnect();
}

/** Makes all of the mail as small as its widest part asks for; returns how small, at most 1. */
function fitWidth({ documentElement: root, body }: Document): number {
  // Measured as it is by itself: what was made smaller may be laid out otherwise.
  body.style.zoom = '';
  const zoom = Math.max(LEAST_ZOOM, Math.min(1, root.clientWidth / root.scrollWidth));
  if (zoom < 1) body.style.zoom = String(zoom);
  return zoom;
}

/**
 * Content only, never the frame's own height: `html` and `body` are `height: auto` whatever the mail says (see
 * mail-frame.html), so a frame that grows does not make its content grow.
 */
function neededHeight(frame: HTMLIFrameElement, document: Document, zoom: number): number {
  const root = document.documentElement;
  const content = Math.max(root.getBoundingClientRect().height, document.body.scrollHeight * zoom);
  const scrollbar = Math.max(0, (frame.contentWindow?.innerHeight ?? 0) - root.clientHeight);
  return Math.ceil(content + (root.clientHeight > 0 ? scrollbar : 0));
}
