/** The outside of a move file, with files that nobody honest has written. */
import { describe, expect, it } from 'vitest';
import { MAX_MOVE_OCTETS } from '../../../web/model/move.ts';
import {
  HEADER_OCTETS,
  joinMoveFile,
  MAX_ITERATIONS,
  MIN_ITERATIONS,
  readMoveFile,
  writeHeader,
} from '../../../web/move/move-file.ts';

const salt = new Uint8Array(16).fill(7);
const nonce = new Uint8Array(12).fill(9);
const sealed = new Uint8Array(20).fill(3);

function file(iterations = MIN_ITERATIONS): Uint8Array<ArrayBuffer> {
  return joinMoveFile(writeHeader({ iterations, salt, nonce }), sealed);
}

/** The file with one octet changed. */
function changed(at: number, octet: number): Uint8Array<ArrayBuffer> {
  const other = file();
  other[at] = octet;
  return other;
}

describe('a move file', () => {
  it('is read as it was written, also from the middle of a larger buffer', () => {
    const whole = file();
    const larger = new Uint8Array(whole.length + 10);
    larger.set(whole, 5);
    for (const bytes of [whole, larger.subarray(5, 5 + whole.length)]) {
      expect(readMoveFile(bytes)).toEqual({
        iterations: MIN_ITERATIONS,
        salt,
        nonce,
        header: whole.slice(0, HEADER_OCTETS),
        ciphertext: sealed,
      });
    }
  });

  it.each([
    ['nothing', new Uint8Array(), 'file-unknown'],
    ['a few octets', new Uint8Array([80, 79]), 'file-unknown'],
    ['another file', new TextEncoder().encode('From - Sat Nov 28\n'.repeat(9)), 'file-unknown'],
    ['another magic', changed(7, 0), 'file-unknown'],
    ['a later version', changed(8, 2), 'file-newer'],
    ['a version that never was', changed(8, 0), 'file-damaged'],
    ['the magic alone', file().slice(0, 8), 'file-damaged'],
    ['a header alone', file().slice(0, HEADER_OCTETS), 'file-damaged'],
    ['less than a tag', file().slice(0, HEADER_OCTETS + 15), 'file-damaged'],
    ['iterations that protect nothing', file(MIN_ITERATIONS - 1), 'file-damaged'],
    ['iterations that take for ever', file(MAX_ITERATIONS + 1), 'file-damaged'],
    ['the most iterations there are', file(0xffff_ffff), 'file-damaged'],
  ])('is refused when it is %s', (_name, bytes, code) => {
    expect(() => readMoveFile(bytes)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('is refused above its limit, before anything else is looked at', () => {
    const large = new Uint8Array(MAX_MOVE_OCTETS + 1);
    const refused = expect.objectContaining({ code: 'file-too-large' }) as Error;
    expect(() => readMoveFile(large)).toThrow(refused);
    expect(() => joinMoveFile(writeHeader({ iterations: MIN_ITERATIONS, salt, nonce }), large)).toThrow(
      refused,
    );
  });
});
