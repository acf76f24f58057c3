/** What is read from a built folder, and what of it is served as what. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { readStaticFiles } from '../../../../proxy/door/static-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'poplar-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the build is made of: the public folder, and one of each kind that it writes itself. */
const publicFiles = readdirSync(fileURLToPath(new URL('../../../../public', import.meta.url)));
const builtFiles = [
  ...publicFiles,
  ...['index.html', 'service-worker.js', 'third-party-licences.txt'],
  ...['js', 'js.map', 'css', 'wasm', 'svg', 'woff2'].map((ending) => `assets/index-abc123.${ending}`),
];

function build(files: Record<string, string | Buffer>): string {
  const root = mkdtempSync(join(folder, 'web-'));
  mkdirSync(join(root, 'assets'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(root, name), content);
  return root;
}

it('every kind of file that a build has is served with a type of its own', async () => {
  const files = await readStaticFiles(build(Object.fromEntries(builtFiles.map((name) => [name, 'x']))));
  expect(files.size).toBe(builtFiles.length);
  for (const [path, { plain }] of files) {
    const { 'content-type': type = '', 'x-content-type-options': sniffing } = plain.headers;
    expect(type, path).toMatch(/^(?:text|image|font|application)\/(?!octet-stream)/);
    // Bytes that are text say in which charset, or a browser guesses.
    if (type.startsWith('text/')) expect(type).toContain('charset=utf-8');
    expect(sniffing).toBe('nosniff');
  }
});

it('compressed forms belong to their file and are none themselves', async () => {
  const text = 'start();';
  const files = await readStaticFiles(
    build({
      'assets/a.js': text,
      'assets/a.js.br': brotliCompressSync(text),
      'assets/a.js.gz': gzipSync(text),
      'assets/b.js': text,
      'assets/b.js.gz': gzipSync(text),
      'orphan.js.br': brotliCompressSync(text),
    }),
  );
  const encodings = [...files].map(([path, { encoded }]) => [path, [...encoded.keys()]]);
  expect(Object.fromEntries(encodings)).toEqual({ '/assets/a.js': ['br', 'gzip'], '/assets/b.js': ['gzip'] });
});

it('forms of what the file no longer is are left alone', async () => {
  const files = await readStaticFiles(
    build({
      'index.html': 'new',
      'index.html.br': brotliCompressSync('old'),
      'index.html.gz': Buffer.from('no gzip at all'),
    }),
  );
  expect(files.get('/index.html')?.encoded.size).toBe(0);
  expect(files.get('/index.html')?.plain.headers['vary']).toBeUndefined();
});
