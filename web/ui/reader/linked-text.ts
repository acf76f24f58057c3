/**
 * Draws text with its addresses as links. By hand: a component's bookkeeping for thousands of links takes a second. A
 * long text is drawn in slabs, so that the browser lays out only those that are seen.
 */
import { linkify } from './links.ts';

/** Characters, about a screenful. */
const SLAB = 2_000;

/** The text as nodes. A link's title shows where it truly leads, with international hosts in ASCII. */
export function linkedText(text: string): DocumentFragment {
  const slabs = slabsOf(text);
  if (slabs.length === 1) return linked(text);
  const fragment = document.createDocumentFragment();
  for (const slab of slabs) {
    const element = document.createElement('span');
    element.className = 'slab';
    element.append(linked(slab));
    fragment.append(element);
  }
  return fragment;
}

/** Cuts behind line ends only: put below each other the pieces look as they did in one. */
export function slabsOf(text: string): string[] {
  const slabs: string[] = [];
  let from = 0;
  while (text.length - from > SLAB) {
    const end = text.indexOf('\n', from + SLAB);
    if (end < 0 || end === text.length - 1) break;
    slabs.push(text.slice(from, end + 1));
    from = end + 1;
  }
  return [...slabs, text.slice(from)];
}

function linked(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const piece of linkify(text)) {
    fragment.append(piece.kind === 'link' ? linkTo(piece.href, piece.text) : piece.text);
  }
  return fragment;
}

function linkTo(href: string, text: string): HTMLAnchorElement {
  const link = document.createElement('a');
  link.href = href;
  link.title = href;
  link.target = '_blank';
  link.rel = 'noopener noreferrer nofollow';
  link.append(text);
  return link;
}
