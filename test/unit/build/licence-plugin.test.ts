import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { describe, expect, it } from 'vitest';
import { licencePlugins, packageFolder } from '../../../web/build/licence-plugin.ts';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** What the plugin does at the end of a bundle of these modules; the text it emits, if any. */
function bundle(plugin: Plugin | undefined, ...moduleIds: string[]): string | null {
  let emitted: string | null = null;
  const hook = plugin?.generateBundle;
  if (typeof hook !== 'function') throw new Error('no hook');
  const context = { emitFile: ({ source }: { source: string }) => (emitted = source) };
  const chunks = { 'a.js': { type: 'chunk', moduleIds }, 'a.css': { type: 'asset' } };
  Reflect.apply(hook, context, [{}, chunks]);
  return emitted;
}

describe('licencePlugins', () => {
  it('writes down every package of the bundle once, those of workers too', () => {
    const { main, worker } = licencePlugins();
    expect(bundle(worker()[0], `${modules}/idb/build/index.js`, `${modules}/ws/index.js`)).toBeNull();
    const text = bundle(
      main,
      `${modules}/ws/index.js`,
      `${modules}/ws/lib/sender.js`,
      '/home/ann/web/main.ts',
    );
    expect(text?.match(/^ws \d+\.\d+\.\d+ \(MIT\)$/gm)).toHaveLength(1);
    expect(text).toMatch(/^idb \d+\.\d+\.\d+ \(ISC\)$/m);
    expect(text).toContain('Permission is hereby granted');
  });
});

describe('packageFolder', () => {
  it.each([
    ['/a/node_modules/ws/lib/x.js', '/a/node_modules/ws'],
    ['/a/node_modules/@noble/hashes/x.js?v=1', '/a/node_modules/@noble/hashes'],
    ['/a/node_modules/b/node_modules/c/x.js', '/a/node_modules/b/node_modules/c'],
    ['/a/web/main.ts', null],
    ['\0/a/node_modules/ws/x.js', null],
  ])('of %s is %s', (id, folder) => {
    expect(packageFolder(id)).toBe(folder);
  });
});
