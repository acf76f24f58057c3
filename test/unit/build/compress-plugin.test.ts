import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { compressFolder } from '../../../web/build/compress-plugin.ts';

const folder = mkdtempSync(join(tmpdir(), 'poplar-compress-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('lays smaller forms beside texts that are worth it', async () => {
  const text = 'export const word = "poplar";\n'.repeat(100);
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'assets/a.js'), text);
  writeFileSync(join(folder, 'assets/a.js.map'), text);
  writeFileSync(join(folder, 'small.css'), 'a{}');
  writeFileSync(join(folder, 'picture.png'), text);
  await compressFolder(folder);
  const found = readdirSync(folder, { recursive: true }).map(String).sort();
  expect(found).toEqual([
    ...['assets', 'assets/a.js', 'assets/a.js.br', 'assets/a.js.gz', 'assets/a.js.map', 'assets/a.js.map.gz'],
    ...['picture.png', 'small.css'],
  ]);
  expect(brotliDecompressSync(readFileSync(join(folder, 'assets/a.js.br'))).toString()).toBe(text);
  expect(gunzipSync(readFileSync(join(folder, 'assets/a.js.gz'))).toString()).toBe(text);
});
