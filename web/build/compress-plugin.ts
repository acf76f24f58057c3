/**
 * Build step: writes each file of the page once more as Brotli and gzip beside it, where that is smaller, so that the
 * proxy compresses nothing while it serves. Runs in Node while building; the page never sees this file.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(?:html|js|mjs|css|json|map|webmanifest|txt|svg|wasm)$/;
/** Below this the headers weigh as much as what would be saved. */
const MIN_OCTETS = 1024;

/** The endings of what this step writes. */
export const COMPRESSED = /\.(?:br|gz)$/;

const compressors = {
  br: (body: Buffer) =>
    promisify(brotliCompress)(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  gz: (body: Buffer) => promisify(gzip)(body, { level: 9 }),
};

export function compressPlugin(): Plugin {
  let outDir = '';
  return {
    name: 'poplar-compress',
    apply: (_config, { command, mode }) => command === 'build' && mode !== 'proxy',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    // Behind the service worker, which is written last.
    writeBundle: { order: 'post', sequential: true, handler: () => compressFolder(outDir) },
  };
}

/** Compresses what is below `folder`. Source maps, which only developers load, are not worth Brotli's seconds. */
export async function compressFolder(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && TEXT.test(entry.name));
  await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const body = await readFile(join(parentPath, name));
      if (body.length < MIN_OCTETS) return;
      for (const ending of ['br', 'gz'] as const) {
        if (ending === 'br' && name.endsWith('.map')) continue;
        const compressed = await compressors[ending](body);
        if (compressed.length < body.length)
          await writeFile(join(parentPath, `${name}.${ending}`), compressed);
      }
    }),
  );
}
