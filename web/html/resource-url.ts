/**
 * Judges the URLs in a mail: where an image may come from (only from the message itself) and where a link may lead
 * (only out, in schemes that people know). Pure.
 */

/** What stands behind the source of an image. `missing`: nothing that could be shown or fetched. */
export type ImageSource = { kind: 'own'; url: string } | { kind: 'remote' } | { kind: 'missing' };

/** Raster only: an SVG is a document, with styles and links of its own. */
const RASTER_DATA =
  /^data:image\/(?:png|jpe?g|gif|webp|bmp|avif)(?:;[\w=+.-]+)*;base64,[A-Za-z0-9+/=_%\s-]*$/i;
/** What `cidUrl` may hand out: a blob of this page, or a raster image in place. */
const OWN_BLOB = /^blob:/i;

/** Sorts a `src`, `background` or CSS URL; `cidUrl` gives the URL of a part of the message. */
export function imageSource(written: string, cidUrl: (contentId: string) => string | null): ImageSource {
  const url = squeeze(written);
  if (url === '') return { kind: 'missing' };
  if (RASTER_DATA.test(url)) return { kind: 'own', url };
  const contentId = /^cid:(.+)$/is.exec(url)?.[1];
  if (contentId !== undefined) {
    const own = cidUrl(contentId) ?? cidUrl(percentDecoded(contentId));
    const safe = own !== null && (OWN_BLOB.test(own) || RASTER_DATA.test(own));
    return safe ? { kind: 'own', url: own } : { kind: 'missing' };
  }
  // Schemes that fetch nothing are no remote image; a relative URL would be fetched from Poplar's own server.
  return /^(?:data|blob|file|cid|mid|about|javascript|vbscript):/i.test(url)
    ? { kind: 'missing' }
    : { kind: 'remote' };
}

/** The address of a link as a browser understands it, `#` links untouched, or null for one that may not be followed. */
export function linkTarget(written: string): string | null {
  const url = squeeze(written);
  if (url.startsWith('#')) return url.length > 1 ? url : null;
  const absolute = url.startsWith('//') ? `https:${url}` : url;
  if (!URL.canParse(absolute)) return null;
  const parsed = new URL(absolute);
  return ['http:', 'https:', 'mailto:', 'tel:'].includes(parsed.protocol) ? parsed.href : null;
}

/** URL Standard: leading and trailing controls and spaces go, tabs and line breaks go wherever they are. */
function squeeze(written: string): string {
  return written.replace(/^[\p{Cc}\s]+|[\p{Cc}\s]+$/gu, '').replace(/[\t\r\n]+/g, '');
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % is part of the name
  }
}
