/**
 * The full parse of an opened message: postal-mime for the body and its parts, our own reading for the header, so that
 * row and reader agree. Slow and hungry by nature: belongs in a worker that can be ended, under a deadline.
 */
import PostalMime, { type Attachment, type Email } from 'postal-mime';
import { PoplarError } from '../errors.ts';
import type { AttachmentInfo, Defect, MessageContent } from '../model/message.ts';
import { safeFileName } from './file-name.ts';
import { splitMessageHeader } from './header.ts';
import { readHeaders, subjectOf } from './message-headers.ts';
import { repair } from './repair.ts';

/** An opened message without its identity, and the decoded octets of each attachment, aligned by `index`. */
export interface ParsedMessage {
  content: Omit<MessageContent, 'id'>;
  attachments: Uint8Array[];
}

/** postal-mime needs 3.6 s for 100,000 parts; honest mail has a few dozen. */
const MAX_PARTS = 5000;

/** Parses a raw message. Throws PoplarError `parse-failed` (show the source then); malformed mail yields defects. */
export async function parseMessage(raw: Uint8Array): Promise<ParsedMessage> {
  const repaired = repair(raw, MAX_PARTS);
  const { parts, complete } = repaired.walk;
  if (parts >= MAX_PARTS) throw new PoplarError('parse-failed', 'message', { detail: { parts } });
  const email = await parseMime(repaired.raw);
  const { defects, ...headers } = readHeaders(repaired.block);
  const found: Defect[] = complete ? defects : [...defects, 'truncated-structure'];
  const html = email.html ?? null;
  const cids = contentIdsIn(html);
  const octets = email.attachments.map(contentOctets);
  const attachments = email.attachments.map((part, index) =>
    attachmentInfo(part, index, octets[index] ?? NO_OCTETS, cids),
  );
  return {
    content: { ...headers, text: email.text ?? null, html, attachments, defects: found },
    attachments: octets,
  };
}

const NO_OCTETS = new Uint8Array(0);

async function parseMime(raw: Uint8Array): Promise<Email> {
  try {
    // Nested messages have no depth limit otherwise: 1.9 MB of them took 40 s.
    return await PostalMime.parse(raw, { forceRfc822Attachments: true });
  } catch (cause) {
    throw new PoplarError('parse-failed', 'message', { cause, detail: { octets: raw.length } });
  }
}

function contentOctets(part: Attachment): Uint8Array {
  const { content } = part;
  if (typeof content === 'string') return new TextEncoder().encode(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}

function attachmentInfo(
  part: Attachment,
  index: number,
  octets: Uint8Array,
  cids: ReadonlySet<string>,
): AttachmentInfo {
  const mimeType = /^[a-z0-9!#$&^_.+-]{1,64}\/[a-z0-9!#$&^_.+-]{1,100}$/.test(part.mimeType)
    ? part.mimeType
    : 'application/octet-stream';
  const contentId = part.contentId?.trim().replace(/^<|>$/g, '') || null;
  return {
    index,
    filename: safeFileName(part.filename ?? nestedName(mimeType, octets), mimeType, index + 1),
    mimeType,
    octets: octets.length,
    contentId,
    inline: contentId !== null && cids.has(contentId.toLowerCase()),
  };
}

/** A nested message is named after its subject. */
function nestedName(mimeType: string, octets: Uint8Array): string | null {
  if (mimeType !== 'message/rfc822') return null;
  const subject = subjectOf(splitMessageHeader(octets)).replaceAll('/', '_');
  return subject === '' ? null : `${subject}.eml`;
}

/** Content-Ids that the HTML refers to (RFC 2392), lower case. */
function contentIdsIn(html: string | null): ReadonlySet<string> {
  const found = new Set<string>();
  for (const match of (html ?? '').matchAll(/\bcid:([^\s"'<>)\\]+)/gi)) {
    const written = (match[1] ?? '').replaceAll('&amp;', '&');
    found.add(written.toLowerCase());
    found.add(percentDecoded(written).toLowerCase());
  }
  return found;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray % is part of the name
  }
}
