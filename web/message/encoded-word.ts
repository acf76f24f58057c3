/**
 * Encoded words in header text (RFC 2047). Adjacent words of one charset are joined as octets before decoding, since
 * senders cut characters in two; words that cannot be decoded stay as they are.
 */
import { decoderFor, guessText, saysNothing } from './charset.ts';
import { decodeBase64, decodeQuotedPrintable } from './transfer.ts';

const WORD = /=\?([^?\s]{1,64})\?([bq])\?([^?]*)\?=/gi;
const encoder = new TextEncoder();

interface Run {
  charset: string;
  /** As written, in case it cannot be decoded. */
  source: string;
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
      run.source += between + source;
      run.octets.push(wordOctets(encoding, payload));
    } else {
      if (run !== null) out += decodeRun(run);
      if (!adjacent) out += between;
      run = { charset, source, octets: [wordOctets(encoding, payload)] };
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
  const only = run.octets.length === 1 ? run.octets[0] : undefined;
  const octets = only ?? joined(run.octets);
  if (saysNothing(run.charset)) return guessText(octets, null);
  const decoder = decoderFor(run.charset);
  if (decoder === null) return run.source;
  const text = decoder.decode(octets);
  if (decoder.encoding !== 'utf-8' || !text.includes('\uFFFD')) return text;
  return guessText(octets, null);
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
