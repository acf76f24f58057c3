/**
 * The header-and-preview pass over each message as it is fetched: bounded work, no exception for any octets. The full
 * parse (see parse) is thirty times slower and waits until a message is opened.
 */
import type { Mailbox, MessageDigest } from '../model/message.ts';
import { decodeText } from './charset.ts';
import { firstValue, splitMessageHeader, type HeaderBlock } from './header.ts';
import { htmlToText } from './html-text.ts';
import { authors, mailboxes, sentTime, subjectOf } from './message-headers.ts';
import { parseStructured } from './parameter.ts';
import { PREVIEW_CHARS, previewOf } from './preview.ts';
import { walkParts, type Leaf } from './structure.ts';
import { decodeTransfer } from './transfer.ts';

/** How much of a body is looked at; the header has a limit of its own. */
export const BODY_LIMIT_OCTETS = 64 * 1024;
/** Most previews are found in so many octets of a part; only if not, all of it is decoded. */
const FIRST_LOOK_OCTETS = 768;
/** Where the beginning of one text is decoded after the other. */
const room = new Uint8Array(BODY_LIMIT_OCTETS);
const MAX_PARTS = 200;
/** A row shows few recipients; the opened message has them all. */
const MAX_ROW_MAILBOXES = 50;
const NOBODY: Mailbox = { name: '', address: '' };
/** Signatures travel as parts, but nobody looks for a file there. */
const SIGNATURE_TYPE = /^application\/(?:pgp-signature|(?:x-)?pkcs7-signature)$/;

/**
 * Sender, recipients, subject, date, preview and attachment sign of a raw message, or of its beginning (`isCut`). Never
 * throws.
 */
export function digest(raw: Uint8Array, isCut = false): MessageDigest {
  const block = splitMessageHeader(raw);
  const body = readBody(raw, block, isCut);
  return {
    from: authors(block, MAX_ROW_MAILBOXES)[0] ?? mailboxes(block, 'sender', 1)[0] ?? { ...NOBODY },
    to: mailboxes(block, 'to', MAX_ROW_MAILBOXES),
    subject: subjectOf(block),
    sentAt: sentTime(block),
    ...body,
  };
}

function readBody(
  raw: Uint8Array,
  block: HeaderBlock,
  isCut: boolean,
): Pick<MessageDigest, 'preview' | 'hasAttachment'> {
  const limit = Math.min(raw.length, block.bodyStart + BODY_LIMIT_OCTETS);
  const texts: Leaf[] = [];
  let hasAttachment = false;
  const walk = walkParts(raw, block, limit, MAX_PARTS, (leaf) => {
    if (isAttachment(leaf)) hasAttachment = true;
    else if (isText(leaf.type.value)) texts.push(leaf);
  });
  if (!walk.complete && (isCut || limit < raw.length)) {
    // What follows is not looked at. A mixed message this long hardly ever is text alone.
    hasAttachment ||= partIsMixed(block);
  }
  return { preview: preview(raw, texts), hasAttachment };
}

function partIsMixed(block: HeaderBlock): boolean {
  return parseStructured(firstValue(block, 'content-type') ?? '').value === 'multipart/mixed';
}

/** Would a person say that this is an attached file? Pictures that belong to the HTML are not. */
function isAttachment(leaf: Leaf): boolean {
  const type = leaf.type.value;
  if (SIGNATURE_TYPE.test(type)) return false;
  const disposition = parseStructured(firstValue(leaf.block, 'content-disposition') ?? '');
  const attached = disposition.value === 'attachment';
  const related =
    leaf.within.at(-1) === 'multipart/related' && (firstValue(leaf.block, 'content-id') ?? '') !== '';
  if (related && (type.startsWith('image/') || !attached)) return false;
  if (attached) return true;
  if (isText(type)) return false;
  if (disposition.params.has('filename') || leaf.type.params.has('name')) return true;
  return /^(?:image|audio|video)\/|^message\/(?:rfc822|global)$/.test(type);
}

function isText(type: string): boolean {
  return type === 'text/plain' || type === 'text/html';
}

/** From the first text part that has any words; plain text wins over HTML. */
function preview(raw: Uint8Array, texts: readonly Leaf[]): string {
  const plain = texts.find((leaf) => leaf.type.value === 'text/plain');
  const html = texts.find((leaf) => leaf.type.value === 'text/html');
  for (const leaf of [plain, html]) {
    const line = leaf === undefined ? '' : partPreview(raw, leaf);
    if (line !== '') return line;
  }
  return '';
}

function partPreview(raw: Uint8Array, leaf: Leaf): string {
  const first = slicePreview(raw, leaf, FIRST_LOOK_OCTETS);
  const all = leaf.end - leaf.start <= FIRST_LOOK_OCTETS;
  if (all || first.length > PREVIEW_CHARS / 2) return first;
  return slicePreview(raw, leaf, BODY_LIMIT_OCTETS);
}

function slicePreview(raw: Uint8Array, leaf: Leaf, octets: number): string {
  const encoded = raw.subarray(leaf.start, Math.min(leaf.end, leaf.start + octets));
  const decoded = decodeTransfer(encoded, firstValue(leaf.block, 'content-transfer-encoding') ?? '', room);
  const text = decodeText(decoded, leaf.type.params.get('charset') ?? null, true);
  return previewOf(leaf.type.value === 'text/html' ? htmlToText(text, PREVIEW_CHARS * 4) : text);
}
