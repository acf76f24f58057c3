/** Pictures, invoice and tune are real files: right frames, checksums and offsets. */
import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import { drawingBicycle } from '../../../proxy/demo/media/drawing-bicycle.ts';
import { euros, invoicePdf, totalsOf, type Invoice } from '../../../proxy/demo/media/invoice-pdf.ts';
import { photoDusk } from '../../../proxy/demo/media/photo-dusk.ts';
import { photoLake } from '../../../proxy/demo/media/photo-lake.ts';
import { photoTomatoes } from '../../../proxy/demo/media/photo-tomatoes.ts';
import { encodePng } from '../../../proxy/demo/media/png.ts';
import { tuneWav } from '../../../proxy/demo/media/wav.ts';

const buffer = (octets: Uint8Array): Buffer =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);

interface Chunk {
  type: string;
  data: Buffer;
  checksumIsRight: boolean;
}

function pngChunks(octets: Uint8Array): Chunk[] {
  const file = buffer(octets);
  expect(file.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  const chunks: Chunk[] = [];
  for (let offset = 8; offset < file.length;) {
    const length = file.readUInt32BE(offset);
    const checksum = file.readUInt32BE(offset + 8 + length);
    chunks.push({
      type: file.toString('latin1', offset + 4, offset + 8),
      data: file.subarray(offset + 8, offset + 8 + length),
      checksumIsRight: checksum === crc32(file.subarray(offset + 4, offset + 8 + length)),
    });
    offset += length + 12;
  }
  return chunks;
}

describe('a picture', () => {
  it.each([
    ['the hill', photoDusk, 800, 600],
    ['the lake', photoLake, 800, 600],
    ['the tomatoes', photoTomatoes, 800, 600],
    ['the bicycle', drawingBicycle, 360, 260],
  ])('%s is a whole PNG with right checksums', (_name, make, width, height) => {
    const chunks = pngChunks(make());
    expect(chunks.map((chunk) => chunk.type)).toEqual(['IHDR', 'IDAT', 'IEND']);
    expect(chunks.every((chunk) => chunk.checksumIsRight)).toBe(true);
    const [header, data] = chunks;
    expect([header?.data.readUInt32BE(0), header?.data.readUInt32BE(4)]).toEqual([width, height]);
    expect([...(header?.data.subarray(8) ?? [])]).toEqual([8, 2, 0, 0, 0]);
    expect(inflateSync(data?.data ?? Buffer.alloc(0))).toHaveLength(height * (width * 3 + 1));
  });

  it('keeps its pixels', () => {
    const pixels = Uint8ClampedArray.from([255, 0, 0, 0, 255, 0, 1, 2, 3, 250, 251, 252]);
    const rows = inflateSync(pngChunks(encodePng(2, 2, pixels))[1]?.data ?? Buffer.alloc(0));
    // Both rows are filtered "up": the second holds differences to the first, modulo 256.
    expect([...rows]).toEqual([2, 255, 0, 0, 0, 255, 0, 2, 2, 2, 3, 250, 252, 252]);
  });
});

const INVOICE: Invoice = {
  number: 'T-1 (ü)',
  date: 'today',
  due: 'soon',
  items: [
    { what: 'A \\ backslash and (brackets)', quantity: '1', cents: 123_450 },
    { what: 'Penny', quantity: '3', cents: 1 },
  ],
};

describe('the invoice', () => {
  const file = buffer(invoicePdf(INVOICE)).toString('latin1');

  it('begins and ends as a PDF', () => {
    expect(file).toMatch(/^%PDF-1\.4\n/);
    expect(file).toMatch(/%%EOF\n$/);
  });

  it('has a table whose offsets point at the objects, each entry 20 octets', () => {
    const start = Number(/startxref\n(\d+)\n/.exec(file)?.[1]);
    expect(file.slice(start, start + 9)).toBe('xref\n0 8\n');
    const table = file.slice(start + 9, file.indexOf('trailer'));
    const entries = table.match(/[^]{20}/g) ?? [];
    expect(table).toHaveLength(8 * 20);
    expect(entries[0]).toBe('0000000000 65535 f \n');
    entries.slice(1).forEach((entry, index) => {
      expect(entry).toMatch(/^\d{10} 00000 n \n$/);
      expect(file.slice(Number(entry.slice(0, 10)))).toMatch(new RegExp(`^${index + 1} 0 obj\n`));
    });
  });

  it('says the true length of its content', () => {
    const [, length, content] = /\/Length (\d+) >>\nstream\n([^]*?)\nendstream/.exec(file) ?? [];
    expect(content).toHaveLength(Number(length));
    expect(content).toContain('(A \\\\ backslash and \\(brackets\\)) Tj');
  });

  it('adds up', () => {
    expect(totalsOf(INVOICE)).toEqual({ net: 123_451, tax: 23_456, total: 146_907 });
    expect([0, 5, 99_999, 123_456_789].map(euros)).toEqual(['0.00', '0.05', '999.99', '1,234,567.89']);
  });
});

test('the tune is a WAV of more than five million octets that begins and ends quietly', () => {
  const file = buffer(tuneWav());
  expect(file.length).toBeGreaterThan(5_000_000);
  expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
  expect(file.readUInt32LE(4)).toBe(file.length - 8);
  expect(file.readUInt32LE(40)).toBe(file.length - 44);
  const level = (from: number, to: number): number => {
    let peak = 0;
    for (let offset = from; offset < to; offset += 2)
      peak = Math.max(peak, Math.abs(file.readInt16LE(offset)));
    return peak;
  };
  expect(level(44, 84)).toBeLessThan(500);
  expect(level(file.length - 4000, file.length)).toBeLessThan(500);
  const loudest = level(44, file.length);
  expect(loudest).toBeGreaterThan(10_000);
  expect(loudest).toBeLessThan(32_000);
});
