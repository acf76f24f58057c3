/** Pictures that came with a message and stand in its HTML: `cid:` references turned into blob: URLs. RFC 2392 */
import type { AttachmentInfo } from '../../model/message.ts';

export interface InlineImages {
  /** The blob: URL of the part with this Content-Id, or null. */
  url(contentId: string): string | null;
  /** Pictures whose bytes could not be had. */
  failed: number;
  /** Gives the memory back; the URLs lead nowhere afterwards. */
  release(): void;
}

/** Loads one after another, so that a message with many pictures is not taken apart many times at once. Never throws. */
export async function loadInlineImages(
  html: string,
  attachments: readonly AttachmentInfo[],
  load: (index: number) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<InlineImages> {
  const urls = new Map<string, string>();
  const images: InlineImages = {
    url: (contentId) => urls.get(contentId) ?? null,
    failed: 0,
    release: () => urls.forEach((url) => URL.revokeObjectURL(url)),
  };
  if (!/cid:/i.test(html)) return images;
  for (const { index, contentId, mimeType } of attachments) {
    if (contentId === null || !mimeType.startsWith('image/')) continue;
    try {
      const bytes = await load(index);
      urls.set(contentId, URL.createObjectURL(new Blob([bytes], { type: mimeType })));
    } catch {
      // Said in words above the message; the text can be read without.
      images.failed += 1;
    }
  }
  return images;
}
