/**
 * Names of attachments, made safe for a file system and honest to the eye: a sender may name a file anything, even
 * `../../.profile` or `invoice\u202Efdp.exe`. Knows nothing of parts.
 */
import { cutText } from './text.ts';

const MAX_CHARS = 120;
const MAX_EXTENSION_CHARS = 16;

/** Overrides that show a name backwards, and characters that show nothing at all. */
const INVISIBLE =
  /[\p{Cc}\u061C\u200B\u200E\u200F\u2028\u2029\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]+/gu;
/** Forbidden by Windows, and what shells and URLs trip over least. */
const FORBIDDEN = /[<>:"|?*\\/]+/g;
/** Device names of Windows, with any extension. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\.|$)/i;

const EXTENSIONS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'application/gzip': 'gz',
  'application/json': 'json',
  'application/xml': 'xml',
  'application/rtf': 'rtf',
  'application/msword': 'doc',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.ms-powerpoint': 'ppt',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/ics': 'ics',
  'application/ms-tnef': 'dat',
  'application/pgp-signature': 'asc',
  'application/pgp-keys': 'asc',
  'application/pgp-encrypted': 'asc',
  'application/pkcs7-mime': 'p7m',
  'application/pkcs7-signature': 'p7s',
  'application/x-pkcs7-mime': 'p7m',
  'application/x-pkcs7-signature': 'p7s',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'image/jpeg': 'jpg',
  'image/svg+xml': 'svg',
  'message/rfc822': 'eml',
  'message/delivery-status': 'txt',
  'message/disposition-notification': 'txt',
  'message/feedback-report': 'txt',
  'text/calendar': 'ics',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/rfc822-headers': 'txt',
  'text/vcard': 'vcf',
  'text/x-patch': 'patch',
  'text/x-vcard': 'vcf',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
};

/**
 * A name that can be shown and saved. `number` counts from 1 and names parts that have no name:
 * `attachment-1.pdf`, or `invitation.ics` and the like where the type says more.
 */
export function safeFileName(name: string | null, mimeType: string, number: number): string {
  const base = (name ?? '').normalize('NFC').replace(INVISIBLE, '').split(/[\\/]/).at(-1) ?? '';
  const bare = base
    .replace(FORBIDDEN, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  if (bare === '' || /^_+$/.test(bare)) return defaultName(mimeType, number);
  return shorten(RESERVED.test(bare) ? `_${bare}` : bare);
}

/** The usual extension of a type, without the dot; `bin` when nothing is known. */
export function extensionOf(mimeType: string): string {
  const known = EXTENSIONS[mimeType];
  if (known !== undefined) return known;
  const subtype = /^(?:image|audio|video)\/(?:x-)?([a-z0-9]{2,5})$/.exec(mimeType)?.[1];
  return subtype ?? (mimeType.startsWith('text/') ? 'txt' : 'bin');
}

function defaultName(mimeType: string, number: number): string {
  if (mimeType === 'text/calendar' || mimeType === 'application/ics') return 'invitation.ics';
  if (mimeType === 'application/pgp-signature') return 'signature.asc';
  if (/^application\/(?:x-)?pkcs7-signature$/.test(mimeType)) return 'smime.p7s';
  if (mimeType === 'message/delivery-status') return 'delivery-status.txt';
  return `attachment-${number}.${extensionOf(mimeType)}`;
}

/** Cuts the stem, never the extension: it decides what opens the file. */
function shorten(name: string): string {
  if (name.length <= MAX_CHARS) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= MAX_EXTENSION_CHARS ? name.slice(dot) : '';
  return (
    cutText(name.slice(0, name.length - extension.length), MAX_CHARS - extension.length).trimEnd() + extension
  );
}
