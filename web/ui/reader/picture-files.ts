/** Which attachments are pictures that may be shown below the text. Pure. */
import type { AttachmentInfo } from '../../model/message.ts';

/** Raster only: an SVG is a document, with styles and links of its own. What browsers cannot draw is left out too. */
const RASTER = new Set([
  'image/png',
  'image/jpeg',
  'image/jpg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
]);
/** A photo of a good camera. Beyond it memory suffers, and a click still saves it. */
const MOST_OCTETS = 25 * 1024 * 1024;
/** An album is looked at elsewhere. */
const MOST_PICTURES = 30;

export function picturesOf(attachments: readonly AttachmentInfo[]): AttachmentInfo[] {
  return attachments
    .filter(({ mimeType, octets }) => RASTER.has(mimeType.toLowerCase()) && octets <= MOST_OCTETS)
    .slice(0, MOST_PICTURES);
}
