/**
 * Untrusted HTML of a mail to nodes that run nothing and load nothing. Two passes that do not trust each other:
 * DOMPurify with an allow-list takes out what could run, then our own pass takes out what could load, overlay or
 * mislead. The result belongs into mail-frame, whose own policy is the third wall.
 */
import type { Config, DOMPurify } from 'dompurify';
import { cleanElement, cleanElements, ID_PREFIX, type Blocked, type CleanContext } from './clean-elements.ts';
import { cleanStyleSheet } from './css.ts';
import { ATTRIBUTES, ELEMENTS, LOADING_ELEMENTS } from './html-allow-list.ts';
import { createMailPurifier } from './purifier.ts';
import { imageSource } from './resource-url.ts';

export interface SanitizeOptions {
  /** The blob: or data: URL of the part with this Content-Id (no angle brackets), or null when there is none. */
  cidUrl(contentId: string): string | null;
}

export interface SanitizedHtml {
  /** Nodes of a document that loads nothing; import them into the frame. */
  fragment: DocumentFragment;
  /** What the mail wanted to fetch: pictures, invisible pictures that report back, and everything else. */
  blocked: Blocked;
}

const CONFIG: Config = {
  ALLOWED_TAGS: [...ELEMENTS, '#text'],
  ALLOWED_ATTR: ATTRIBUTES,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  WHOLE_DOCUMENT: true, // the style sheets of the head, and what the body says of itself
  RETURN_DOM: true,
};

/** One for all mail: the name of its Trusted Types policy can be taken only once. */
let purifier: DOMPurify | undefined;

/** Sanitises the HTML of a mail. Never throws for any HTML. */
export function sanitizeHtml(html: string, options: SanitizeOptions): SanitizedHtml {
  const blocked: Blocked = { images: 0, trackers: 0, other: 0 };
  const context = cleanContext(options, blocked);
  purifier ??= createMailPurifier();
  const root = purify(purifier, html, context);
  blocked.other += removedLoaders(purifier);
  return { fragment: assemble(root, context), blocked };
}

function purify(purifier: DOMPurify, html: string, context: CleanContext): Node {
  // In a hook, since DOMPurify drops a whole style sheet that has a `<!--` in it, as Outlook's have.
  purifier.addHook('uponSanitizeElement', (node, { tagName }) => {
    if (tagName === 'style' && isElement(node))
      node.textContent = cleanStyleSheet(styleText(node), context.css);
  });
  try {
    return purifier.sanitize(html, { ...CONFIG, RETURN_DOM: true });
  } finally {
    purifier.removeHook('uponSanitizeElement');
  }
}

/** The attributes of a style sheet go, so what they say of its use moves into the text. */
function styleText(style: Element): string {
  const type = style.getAttribute('type')?.trim() ?? '';
  if (type !== '' && type.toLowerCase() !== 'text/css') return '';
  const media = style.getAttribute('media')?.trim() ?? '';
  const css = style.textContent ?? '';
  return media === '' ? css : `@media ${media} {${css}}`;
}

function cleanContext({ cidUrl }: SanitizeOptions, blocked: Blocked): CleanContext {
  const imageUrl = (url: string): string | null => {
    const source = imageSource(url, cidUrl);
    if (source.kind === 'remote') blocked.images++;
    return source.kind === 'own' ? source.url : null;
  };
  return { cidUrl, blocked, css: { imageUrl, blocked: () => blocked.other++, idPrefix: ID_PREFIX } };
}

/** Style sheets first, then the body as a `<div>` that keeps the body's colours. */
function assemble(root: Node, context: CleanContext): DocumentFragment {
  const document = root.ownerDocument ?? window.document;
  const fragment = document.createDocumentFragment();
  if (!isElement(root)) return fragment;
  const body = root.querySelector('body');
  for (const style of Array.from(root.querySelectorAll('style'))) {
    if (style.textContent === '') style.remove();
    else if (body === null || !body.contains(style)) fragment.append(style);
    for (const name of style.getAttributeNames()) style.removeAttribute(name);
  }
  const wrapper = document.createElement('div');
  if (body !== null) {
    for (const { name, value } of Array.from(body.attributes)) wrapper.setAttribute(name, value);
    wrapper.append(...Array.from(body.childNodes));
  }
  wrapper.setAttribute('style', [bodyColours(wrapper), wrapper.getAttribute('style') ?? ''].join(''));
  cleanElements(wrapper, context);
  cleanElement(wrapper, context);
  fragment.append(wrapper);
  return fragment;
}

/** `bgcolor` and `text` mean something on a body only. */
function bodyColours(body: Element): string {
  const pairs = [
    ['background-color', body.getAttribute('bgcolor')],
    ['color', body.getAttribute('text')],
  ] as const;
  body.removeAttribute('bgcolor');
  body.removeAttribute('text');
  return pairs
    .map(([property, colour]) => (colour === null ? '' : `${property}: ${colour.split(';')[0] ?? ''}; `))
    .join('');
}

function removedLoaders(purifier: DOMPurify): number {
  return purifier.removed.filter((entry) => {
    const element = 'element' in entry ? entry.element : null;
    if (element === null || !isElement(element)) return false;
    const fetches = ['src', 'href', 'data', 'poster', 'srcset', 'xlink:href'].some((name) =>
      element.hasAttribute(name),
    );
    return fetches && LOADING_ELEMENTS.has(element.localName);
  }).length;
}

/** The nodes are of another realm, so `instanceof` would say no. */
function isElement(node: Node): node is Element {
  return node.nodeType === Node.ELEMENT_NODE;
}
