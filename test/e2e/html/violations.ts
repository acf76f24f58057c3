/** What sanitised mail must never have, whatever went in. Runs in happy-dom and in a real browser alike. */

const ELEMENTS = new Set(
  'a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn em dir div dl dt figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark menu nav ol p pre q rp rt ruby s samp section small span strike strong style sub sup table tbody td tfoot th thead time tr tt u ul var wbr'.split(
    ' ',
  ),
);
const ATTRIBUTES = new Set(
  'abbr align alt aria-hidden aria-label bgcolor border cellpadding cellspacing class color colspan data-blocked datetime dir face headers height href hspace id lang noshade nowrap referrerpolicy rel reversed role rowspan rules scope size span src start style target title type valign value vspace width'.split(
    ' ',
  ),
);
const OWN_IMAGE = /^(?:blob:|data:image\/(?:png|jpe?g|gif|webp|bmp|avif)[;,])/i;
const LINK = /^(?:https?:\/\/|mailto:|tel:|#mail-)/;
/** After the message's own images are taken out: nothing that loads, overlays, or depends on the frame. */
const BAD_CSS =
  /url|src\(|image\(|image-set|cross-fade|element\(|paint\(|@import|font-face|expression|behavior|binding|(?<![a-z]-)position *:|z-index|var\(|env\(|attr\(|\dd?vh|vmax|vmin|max-height *:[^;]*\)|(?<!text-)transform *:|animation|transition|</i;

/** Everything wrong with the nodes below `root`, one line each. */
export function violations(root: DocumentFragment, remote: string): string[] {
  const found: string[] = [];
  for (const element of Array.from(root.querySelectorAll('*'))) {
    const name = element.localName;
    if (!ELEMENTS.has(name)) found.push(`element ${name}`);
    for (const attribute of Array.from(element.attributes)) {
      const problem = attributeProblem(name, attribute.name, attribute.value, remote);
      if (problem) found.push(`${name} ${attribute.name}="${attribute.value.slice(0, 80)}"`);
    }
    if (name === 'style' && isBadCss(element.textContent ?? ''))
      found.push(`style ${element.textContent ?? ''}`);
    if (name === 'a' && element.hasAttribute('href') && !isSafeLink(element))
      found.push('link without its guards');
  }
  return found;
}

function attributeProblem(element: string, name: string, value: string, remote: string): boolean {
  if (!ATTRIBUTES.has(name)) return true;
  if (name === 'src') return element !== 'img' || !OWN_IMAGE.test(value);
  if (name === 'href') return element !== 'a' || !LINK.test(value);
  if (name === 'style') return isBadCss(value);
  if (name === 'id') return !value.startsWith('mail-');
  return !['title', 'alt', 'aria-label'].includes(name) && value.includes(remote);
}

function isBadCss(css: string): boolean {
  const withoutOwn = css.replace(/url\("(?:blob:|data:image\/(?:png|jpeg|gif|webp);base64,)[^"\\]*"\)/g, '');
  const withoutStrings = withoutOwn.replace(/"(?:[^"\\]|\\[^])*"/g, '""');
  return BAD_CSS.test(withoutStrings);
}

function isSafeLink(link: Element): boolean {
  if (link.getAttribute('href')?.startsWith('#')) return !link.hasAttribute('target');
  return link.getAttribute('target') === '_blank' && link.getAttribute('rel') === 'noopener noreferrer';
}
