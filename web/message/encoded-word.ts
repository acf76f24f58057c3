/**
 * Encoded words in header text (RFC 2047). Adjacent words of one charset are joined as octets before decoding, since
 * senders cut characters in two. What is not a whole encoded word stays as it is; an unknown charset is guessed.
 */
import { decodeText } from './charset.ts';
import { decodeBase64, decodeQuotedPrintable } from './transfer.ts';

const WORD = /=\?([^?\s]{1,64})\?([bBqQ])\?([^?]*)\?=/g;
const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);

interface Run {
  charset: string;
  octets: Uint8Array[];
}

/** The text with its encoded words decoded. White space between two encoded words is not text (RFC 2047 §6.2). */
export function decodeEncodedWords(text: string): string {
  if (!text.includes('=?')) return text;
  let out = '';
  let last = 0;
  let run: Run | null = null;
  for (const match of text.matchAll(WORD)) {
    const [source, label = '', encoding = '', payload = ''] = match;
    const between = text.slice(last, match.index);
    const charset = (label.split('*')[0] ?? '').toLowerCase(); // RFC 2231 §5: a language may follow
    const adjacent: boolean = run !== null && between.trim() === '';
    if (run !== null && adjacent && run.charset === charset) {
      run.octets.push(wordOctets(encoding, payload));
    } else {
      if (run !== null) out += decodeRun(run);
      if (!adjacent) out += between;
      run = { charset, octets: [wordOctets(encoding, payload)] };
    }
    last = match.index + source.length;
  }
  if (run !== null) out += decodeRun(run);
  return out + text.slice(last);
}

function wordOctets(encoding: string, payload: string): Uint8Array {
  if (encoding === 'B' || encoding === 'b') return decodeBase64(encoder.encode(payload));
  // RFC 2047 §4.2: `_` is a space. White space inside a word is a sender's mistake and stays one.
  return decodeQuotedPrintable(encoder.encode(payload.replaceAll('_', ' ')));
}

function decodeRun(run: Run): string {
  const octets = run.octets.length === 1 ? (run.octets[0] ?? NOTHING) : joined(run.octets);
  const text = decodeText(octets, run.charset);
  if (run.octets.length === 1 || !text.includes('\uFFFD')) return text;
  // Whole words of a stateful charset (ISO-2022-JP) do not always join.
  const apart = run.octets.map((word) => decodeText(word, run.charset)).join('');
  return apart.includes('\uFFFD') ? text : apart;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
