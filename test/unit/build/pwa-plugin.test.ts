/** The list of files that a built page is kept by: complete, sorted, and with a version that any changed byte changes. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeShell } from '../../../web/build/pwa-plugin.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'poplar-shell-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  await writeFile(join(folder, 'assets/main-1a2b.js'), 'start()');
});

afterEach(() => rm(folder, { recursive: true }));

describe('describeShell', () => {
  it('lists what an offline page needs and leaves out the rest', async () => {
    const compressed = ['assets/main-1a2b.js.br', 'index.html.gz'];
    for (const name of ['service-worker.js', 'robots.txt', 'assets/main-1a2b.js.map', ...compressed]) {
      await writeFile(join(folder, name), '');
    }
    expect((await describeShell(folder)).files).toEqual(['assets/main-1a2b.js', 'index.html']);
  });

  it('gives the same version for the same bytes', async () => {
    expect(await describeShell(folder)).toEqual(await describeShell(folder));
  });

  it.each([
    ['a changed byte', 'index.html', '<!doctype html> '],
    ['a new file', 'icon.svg', '<svg/>'],
  ])('gives another version after %s', async (_name, path, content) => {
    const before = await describeShell(folder);
    await writeFile(join(folder, path), content);
    expect((await describeShell(folder)).version).not.toBe(before.version);
  });

  it('gives another version when two files change places', async () => {
    await writeFile(join(folder, 'a'), '1');
    await writeFile(join(folder, 'b'), '2');
    const before = await describeShell(folder);
    await writeFile(join(folder, 'a'), '2');
    await writeFile(join(folder, 'b'), '1');
    expect((await describeShell(folder)).version).not.toBe(before.version);
  });
});
