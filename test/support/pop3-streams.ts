/** Streams of octets that a hostile, broken or unlucky server may send; each is what its seed says. */
import { readdirSync, readFileSync } from 'node:fs';
import { bytes } from './octets.ts';
import { parseScript } from './scripted-transport.ts';

/** Mulberry32: numbers from 0 to below 1. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** From 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** True once in so many times. */
  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }
}

const folder = new URL('../fixtures/transcripts/', import.meta.url);

/** What the servers of all transcripts say, from greeting to farewell. */
const SAID: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .map((name) => parseScript(readFileSync(new URL(name, folder), 'utf8')))
  .map((steps) => steps.map((step) => (step.kind === 'server' ? step.text : '')).join(''));

const FRAGMENTS: readonly string[] = [
  ...[
    '+OK\r\n',
    '+OK 3 320\r\n',
    '-ERR\r\n',
    '-ERR [IN-USE] no\r\n',
    '-ERR [SYS/TEMP',
    '+ \r\n',
    '+\r\n',
    '+ PDFAeD4=\r\n',
  ],
  ...[
    '.\r\n',
    '.\n',
    '.\r',
    '..\r\n',
    '.',
    '\r\n.\r\n',
    '\n.\n',
    '.x\r\n',
    '\r',
    '\n',
    '\r\r\n',
    '\0',
    '\xff\xfe',
    ' ',
  ],
  ...[
    '1 5\r\n',
    '1 abc\r\n',
    '1   abc\r\n',
    '+OK 1 abc\r\n',
    '2\r\n',
    '2 abc\r\n',
    '-1 x\r\n',
    '99999999999 x\r\n',
  ],
  ...[
    'SASL PLAIN LOGIN\r\n',
    'PIPELINING\r\n',
    'STLS\r\n',
    'UTF8\r\n',
    'UIDL\r\n',
    'TOP\r\n',
    'AUTH-RESP-CODE\r\n',
  ],
  ...['220 mx ESMTP\r\n', '* OK IMAP\r\n', 'HTTP/1.1 400\r\n', '\x16\x03\x01', 'SSH-2.0-x\r\n'],
  ...['Subject: x\r\n\r\n', 'From x\r\n', 'x'.repeat(300), 'x'.repeat(70_000), 'line\r\n'.repeat(200)],
];

function randomOctets(dice: Dice): string {
  let text = '';
  for (let left = dice.below(120); left > 0; left--) text += String.fromCharCode(dice.below(256));
  return text;
}

function fragments(dice: Dice): string {
  let text = dice.oneIn(4) ? '' : '+OK ready\r\n';
  for (let left = dice.below(30); left > 0; left--) text += fragment(dice);
  return text;
}

/** Long ones are rare, so that a million streams take seconds. */
function fragment(dice: Dice): string {
  const piece = dice.pick(FRAGMENTS);
  return piece.length > 1000 && !dice.oneIn(50) ? 'x' : piece;
}

function mutated(dice: Dice): string {
  let text = dice.pick(SAID);
  for (let left = dice.below(8); left >= 0; left--) text = mutate(dice, text);
  return text;
}

function mutate(dice: Dice, text: string): string {
  const from = dice.below(text.length + 1);
  const to = Math.min(text.length, from + dice.below(dice.oneIn(4) ? text.length + 1 : 12));
  const [before, piece, after] = [text.slice(0, from), text.slice(from, to), text.slice(to)];
  switch (dice.below(9)) {
    case 0:
      return before + after;
    case 1:
      return before + piece + piece + after;
    case 2:
      return before + fragment(dice) + after;
    case 3:
      return before + fragment(dice) + text.slice(to);
    case 4:
      return before + String.fromCharCode(dice.below(256)) + text.slice(from + 1);
    case 5:
      return before;
    case 6:
      return before + dice.pick(SAID).slice(from);
    case 7:
      return text.replaceAll('\r\n', dice.pick(['\n', '\r', '\r\r\n', '\n\r']));
    default:
      return before + randomOctets(dice) + after;
  }
}

/** A whole stream, one char an octet. */
export function stream(dice: Dice): string {
  const kind = dice.below(10);
  if (kind === 0) return randomOctets(dice);
  return kind < 4 ? fragments(dice) : mutated(dice);
}

/** The stream in pieces, as a network may cut it. Some are never cut, some at each octet. */
export function pieces(dice: Dice, text: string): Uint8Array[] {
  const octets = bytes(text);
  const most = dice.pick([octets.length, 1000, 40, 3, 1]);
  if (most >= octets.length || (most === 1 && octets.length > 2000)) return [octets];
  const cut: Uint8Array[] = [];
  for (let from = 0; from < octets.length;) {
    const to = from + 1 + dice.below(most);
    cut.push(octets.subarray(from, to));
    from = to;
  }
  return cut;
}
