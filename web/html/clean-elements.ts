/**
 * The second pass over sanitised mail: images become the message's own or inert boxes, links lead out or nowhere, ids
 * get a prefix. Works on nodes of a document that loads nothing; knows nothing of frames.
 */
import { cleanDeclarations, type CssPolicy } from './css.ts';
import { ROLES } from './html-allow-list.ts';
import { imageSource, linkTarget } from './resource-url.ts';

/** What was kept from loading. */
export interface Blocked {
  images: number;
  trackers: number;
  other: number;
}

export interface CleanContext {
  css: CssPolicy;
  cidUrl(contentId: string): string | null;
  blocked: Blocked;
}

/** Ids and names of a mail get this in front: they may not name anything of ours. */
export const ID_PREFIX = 'mail-';
/** A picture of so few pixels shows nothing; it reports that the mail was opened. */
const TRACKER_PX = 2;

/** Cleans all elements below `root`, in place. */
export function cleanElements(root: Element, context: CleanContext): void {
  for (const element of Array.from(root.querySelectorAll('*'))) cleanElement(element, context);
}

/** Cleans the attributes of one element; an image that may not be shown is replaced. */
export function cleanElement(element: Element, context: CleanContext): void {
  cleanStyle(element, context.css);
  cleanNames(element);
  cleanBackground(element, context);
  element.removeAttribute('text'); // meant something on the body, and has been taken from there
  const role = element.getAttribute('role');
  if (role !== null && !ROLES.has(role.trim().toLowerCase())) element.removeAttribute('role');
  const name = element.localName;
  if (name === 'img') cleanImage(element, context);
  else for (const attribute of ['src', 'srcset', 'lowsrc']) element.removeAttribute(attribute);
  if (name === 'a') cleanLink(element);
  else element.removeAttribute('href');
}

function cleanStyle(element: Element, policy: CssPolicy): void {
  const style = element.getAttribute('style');
  if (style === null) return;
  const cleaned = cleanDeclarations(style, policy);
  if (cleaned === '') element.removeAttribute('style');
  else element.setAttribute('style', cleaned);
}

/** A named element becomes a property of document and window: `<a name=body>` would hide the real one. */
function cleanNames(element: Element): void {
  const name =
    element.getAttribute('id') ?? (element.localName === 'a' ? element.getAttribute('name') : null);
  element.removeAttribute('id');
  element.removeAttribute('name');
  const safe = name?.replace(/\s+/g, '') ?? '';
  if (safe !== '') element.setAttribute('id', ID_PREFIX + safe);
}

/** The old way to a background image. */
function cleanBackground(element: Element, context: CleanContext): void {
  const url = element.getAttribute('background');
  if (url === null) return;
  element.removeAttribute('background');
  const own = context.css.imageUrl(url);
  if (own === null) return;
  const image = `background-image: url("${own.replace(/["\\()\s]/g, '')}")`;
  const style = element.getAttribute('style');
  element.setAttribute('style', style === null ? image : `${image}; ${style}`);
}

function cleanLink(link: Element): void {
  const target = linkTarget(link.getAttribute('href') ?? '');
  for (const attribute of ['href', 'target', 'rel', 'type']) link.removeAttribute(attribute);
  if (target === null) return;
  if (target.startsWith('#')) {
    link.setAttribute('href', `#${ID_PREFIX}${target.slice(1)}`);
    return;
  }
  link.setAttribute('href', target);
  link.setAttribute('target', '_blank');
  link.setAttribute('rel', 'noopener noreferrer');
  link.setAttribute('referrerpolicy', 'no-referrer');
}

function cleanImage(image: Element, context: CleanContext): void {
  const source = imageSource(image.getAttribute('src') ?? '', context.cidUrl);
  const alsoRemote = ['srcset', 'lowsrc'].some((name) => /\S/.test(image.getAttribute(name) ?? ''));
  for (const name of ['src', 'srcset', 'lowsrc']) image.removeAttribute(name);
  if (source.kind === 'own') {
    image.setAttribute('src', source.url);
    return;
  }
  const remote = source.kind === 'remote' || alsoRemote;
  if (remote && isTracker(image)) {
    context.blocked.trackers++;
    image.remove();
    return;
  }
  if (remote) context.blocked.images++;
  image.replaceWith(placeholder(image, remote));
}

function isTracker(image: Element): boolean {
  const style = image.getAttribute('style') ?? '';
  if (/(?:^|[; ])(?:display: *none|visibility: *hidden|opacity: *0(?:\.0+)?(?:;|$))/.test(style)) return true;
  const [width, height] = [pixels(image, style, 'width'), pixels(image, style, 'height')];
  // A side that is not given follows the other one.
  return (width ?? height ?? Infinity) <= TRACKER_PX && (height ?? width ?? Infinity) <= TRACKER_PX;
}

function pixels(image: Element, style: string, side: 'width' | 'height'): number | null {
  const inStyle = new RegExp(`(?:^|[; ])(?:max-)?${side}: *(\\d*\\.?\\d+)(?:px|;|$)`).exec(style)?.[1];
  const px = Number.parseFloat(inStyle ?? image.getAttribute(side) ?? '');
  return Number.isNaN(px) ? null : px;
}

/** A box of the same size that says what it stands for; see mail-frame.html for its looks. */
function placeholder(image: Element, remote: boolean): Element {
  const box = image.ownerDocument.createElement('span');
  box.setAttribute('data-blocked', remote ? 'image' : 'missing');
  const alt = image.getAttribute('alt')?.trim() ?? '';
  if (alt === '') box.setAttribute('aria-hidden', 'true');
  else box.textContent = alt;
  for (const name of ['title', 'class', 'id', 'align']) {
    const value = image.getAttribute(name);
    if (value !== null) box.setAttribute(name, value);
  }
  const sides = ['width', 'height'].map((side) => sizeOf(image, side)).filter((each) => each !== '');
  const style = [...sides, image.getAttribute('style') ?? ''].filter((each) => each !== '').join('; ');
  if (style !== '') box.setAttribute('style', style);
  return box;
}

function sizeOf(image: Element, side: string): string {
  const match = /^\s*(\d{1,5})(?:px)?\s*(%?)/.exec(image.getAttribute(side) ?? '');
  return match === null ? '' : `${side}: ${match[1] ?? '0'}${match[2] === '%' ? '%' : 'px'}`;
}
