/** What is shown when a message cannot be parsed: its header as far as it can be read, and its source as text. */
import type { Defect, MessageContent } from '../model/message.ts';
import { guessText } from './charset.ts';
import { splitMessageHeader } from './header.ts';
import { readHeaders } from './message-headers.ts';

/** More than this is not shown; the whole source can be saved. */
export const SOURCE_LIMIT_OCTETS = 256 * 1024;

/** The content of a message whose parse failed as `defect` says; `text` is the start of the source. Never throws. */
export function sourceContent(raw: Uint8Array, defect: Defect): Omit<MessageContent, 'id'> {
  const { defects, ...headers } = readHeaders(splitMessageHeader(raw));
  const source = guessText(raw.subarray(0, SOURCE_LIMIT_OCTETS), null, true)
    .replaceAll('\r\n', '\n')
    .replaceAll('\0', '\uFFFD');
  return { ...headers, text: source, html: null, attachments: [], defects: [...defects, defect] };
}
