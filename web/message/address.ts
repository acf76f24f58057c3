/**
 * Mailbox lists (RFC 5322 §3.4) as they really come: groups are flattened, comments may hold the name, quotes and
 * angle brackets may be missing. Encoded words are decoded only after the structure is known, so that an encoded
 * `<other@example.org>` stays a name and never becomes an address.
 */
import type { Mailbox } from '../model/message.ts';
import { decodeEncodedWords } from './encoded-word.ts';
import { cleanText } from './text.ts';

const MAX_NAME_CHARS = 256;
const MAX_ADDRESS_CHARS = 512;

const WORDS = /[^"(<,;:]+/y;

/** What has been read of the mailbox under way. */
interface Draft {
  /** Words outside brackets, quotes removed. */
  phrase: string;
  /** The same without what stood in quotes: an address may be taken from here only. */
  bare: string;
  comment: string;
  angle: string | null;
}

const emptyDraft = (): Draft => ({ phrase: '', bare: '', comment: '', angle: null });

/** The mailboxes of a field value, at most `limit` of them. Never throws. */
export function parseMailboxes(value: string, limit: number): Mailbox[] {
  const found: Mailbox[] = [];
  let draft = emptyDraft();
  const flush = (): void => {
    const mailbox = toMailbox(draft);
    if (mailbox !== null) found.push(mailbox);
    draft = emptyDraft();
  };
  let at = 0;
  while (at < value.length && found.length < limit) {
    const char = value.charAt(at);
    if (char === '"') at = readQuoted(value, at + 1, draft);
    else if (char === '(') at = readComment(value, at + 1, draft);
    else if (char === '<') at = readAngle(value, at + 1, draft);
    else if (char === ',' || char === ';' || char === ':') {
      if (char !== ':') flush();
      else if (draft.angle === null) draft = emptyDraft(); // the name of a group (§3.4)
      at++;
    } else at = readWords(value, at, draft);
  }
  if (found.length < limit) flush();
  return found;
}

/** Takes everything up to the next special; what follows an angle-addr belongs to nobody. */
function readWords(value: string, at: number, draft: Draft): number {
  WORDS.lastIndex = at;
  const end = WORDS.test(value) ? WORDS.lastIndex : at + 1;
  if (draft.angle === null) {
    const words = value.slice(at, end);
    draft.phrase += words;
    draft.bare += words;
  }
  return end;
}

/** Takes a quoted-string whose opening quote stands before `at`; returns the index after it. */
function readQuoted(value: string, at: number, draft: Draft): number {
  let content = '';
  let i = at;
  for (; i < value.length && value[i] !== '"'; i++) {
    if (value[i] === '\\') i++;
    content += value.charAt(i);
  }
  draft.phrase += content;
  // A quoted local part (RFC 5321 §4.1.2) belongs to the address that follows without a gap.
  draft.bare += value[i + 1] === '@' && !/\s/.test(content) ? `"${content}"` : ' ';
  return i + 1;
}

function readComment(value: string, at: number, draft: Draft): number {
  let depth = 1;
  let i = at;
  for (; i < value.length; i++) {
    const char = value.charAt(i);
    if (char === '\\') i++;
    else if (char === '(') depth++;
    else if (char === ')' && --depth === 0) break;
    if (draft.comment.length < MAX_NAME_CHARS) draft.comment += value.charAt(i);
  }
  draft.phrase += ' ';
  draft.bare += ' ';
  return i + 1;
}

/** Takes an angle-addr; an unexpected `<` starts it anew, a missing `>` ends it at the comma. */
function readAngle(value: string, at: number, draft: Draft): number {
  let start = at;
  let comma = -1;
  let i = at;
  for (; i < value.length && value[i] !== '>'; i++) {
    const char = value[i];
    if (char === '"' && comma >= 0) break;
    if (char === ',' && comma < 0) comma = i;
    if (char !== '<') continue;
    if (comma >= 0) break;
    start = i + 1;
  }
  // A comma within brackets is an obsolete route (RFC 5322 §4.4) or a typing error in the domain.
  const end = value[i] === '>' || comma < 0 ? i : comma;
  const written = value.slice(start, end);
  const content = written.includes('(') ? written.replace(/\([^()]*\)/g, '') : written;
  draft.angle ??= content.startsWith('@') ? content.slice(content.lastIndexOf(':') + 1) : content;
  return value[end] === '>' ? end + 1 : end;
}

function toMailbox(draft: Draft): Mailbox | null {
  if (draft.angle !== null) {
    const address = cleanAddress(draft.angle);
    const name = cleanName(draft.phrase) || cleanName(draft.comment);
    return address === '' && name === '' ? null : { name: name === address ? '' : name, address };
  }
  const token = draft.bare.split(/\s+/).find((word) => /[^@]@[^@]/.test(word));
  if (token !== undefined) {
    const unquoted = token.replace(/^"(.*)"@/, '$1@');
    const name = cleanName(draft.phrase.replace(unquoted, ' ')) || cleanName(draft.comment);
    return { name, address: cleanAddress(token) };
  }
  return nameOnly(draft);
}

/** No address: some senders encode the whole mailbox as one word, brackets and all. */
function nameOnly(draft: Draft): Mailbox | null {
  const name = cleanName(draft.phrase) || cleanName(draft.comment);
  if (name === '') return null;
  const whole = draft.phrase.includes('=?') ? /^([^<>@]*)<([^<>\s@]+@[^<>\s@]+)>$/.exec(name) : null;
  if (whole === null) return { name, address: '' };
  return { name: (whole[1] ?? '').replaceAll('"', '').trim(), address: whole[2] ?? '' };
}

function cleanName(text: string): string {
  return cleanText(decodeEncodedWords(text), MAX_NAME_CHARS);
}

function cleanAddress(text: string): string {
  const bare = cleanText(text, MAX_ADDRESS_CHARS).replace(/^mailto:/i, '');
  return bare.startsWith('"') ? bare : bare.replace(/[\s<>]+/g, '');
}
