/**
 * WebSocket masking (RFC 6455 §5.3) four octets at a time. The built proxy puts this in the place of `bufferutil`, the
 * native add-on that `ws` looks for and that a single file cannot carry; without either, `ws` goes octet by octet, which
 * is half the cost of an upload. A Node that brings its own is preferred by `ws` itself.
 *
 * Named and shaped as `ws` calls it; it must not know frames.
 */

/** Below this a view of words costs more than it saves. */
const WORTHWHILE_OCTETS = 512;

/** The mask as it stands in memory, and as one word of it. */
const keyOctets = new Uint8Array(4);
const keyWord = new Int32Array(keyOctets.buffer);

/** Takes the mask, four octets, off `buffer` in place. */
export function unmask(buffer: Uint8Array, mask: Uint8Array): void {
  const { byteOffset, length } = buffer;
  if (length < WORTHWHILE_OCTETS) return unmaskOctets(buffer, mask, 0, length);
  // A view of words has to begin at a multiple of four; there the mask is `head` octets on.
  const head = -byteOffset & 3;
  const count = (length - head) >> 2;
  for (let i = 0; i < 4; i += 1) keyOctets[i] = mask[(head + i) & 3] ?? 0;
  unmaskOctets(buffer, mask, 0, head);
  unmaskWords(new Int32Array(buffer.buffer, byteOffset + head, count), keyWord[0] ?? 0);
  unmaskOctets(buffer, mask, head + count * 4, length);
}

function unmaskOctets(buffer: Uint8Array, mask: Uint8Array, from: number, to: number): void {
  for (let i = from; i < to; i += 1) buffer[i] = (buffer[i] ?? 0) ^ (mask[i & 3] ?? 0);
}

/** Four words a turn: the loop itself is what costs, and this doubles the speed. */
function unmaskWords(words: Int32Array, key: number): void {
  const whole = words.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    words[i] = (words[i] ?? 0) ^ key;
    words[i + 1] = (words[i + 1] ?? 0) ^ key;
    words[i + 2] = (words[i + 2] ?? 0) ^ key;
    words[i + 3] = (words[i + 3] ?? 0) ^ key;
  }
  for (let i = whole; i < words.length; i += 1) words[i] = (words[i] ?? 0) ^ key;
}

/** Writes the first `length` octets of `source` to `output` at `offset`, masked. A server has no use for it. */
export function mask(
  source: Uint8Array,
  key: Uint8Array,
  output: Uint8Array,
  offset: number,
  length: number,
): void {
  output.set(source.subarray(0, length), offset);
  unmask(output.subarray(offset, offset + length), key);
}
