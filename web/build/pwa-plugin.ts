/**
 * Build step: bundles web/service-worker.ts into one classic script at the root of the built page, with the list of
 * all built files and a version made from their contents. Runs in Node while building; the page never sees this file.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { build, type Plugin } from 'vite';
import { COMPRESSED } from './compress-plugin.ts';
import { LICENCES_FILE } from './licence-plugin.ts';

const FILE_NAME = 'service-worker.js';

/** Files of the output that an offline page does not need. What is sent compressed is kept unpacked. */
const leftOut = (path: string): boolean =>
  [FILE_NAME, LICENCES_FILE, 'robots.txt'].includes(path) || path.endsWith('.map') || COMPRESSED.test(path);

/** The plugin. `entry` is the absolute path of the service worker's source. */
export function pwaPlugin(entry: string): Plugin {
  let outDir = '';
  return {
    name: 'poplar-pwa',
    apply: (_config, { command, mode }) => command === 'build' && mode !== 'proxy',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    // After everything else was written, so that what is hashed is what is served.
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler() {
        const shell = await describeShell(outDir);
        await writeFile(join(outDir, FILE_NAME), await bundle(entry, JSON.stringify(shell)));
      },
    },
  };
}

/** Lists the files below `folder` that make the shell, sorted, and a version that changes with any byte of them. */
export async function describeShell(folder: string): Promise<{ version: string; files: string[] }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join(posix.sep))
    .filter((path) => !leftOut(path))
    .sort();
  const hash = createHash('sha256');
  for (const path of files) {
    const content = createHash('sha256').update(await readFile(join(folder, path)));
    hash.update(`${path}\n${content.digest('hex')}\n`);
  }
  return { version: hash.digest('hex').slice(0, 16), files };
}

async function bundle(entry: string, shell: string): Promise<string> {
  const result = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    define: { POPLAR_SHELL: shell },
    build: {
      write: false,
      target: 'es2023',
      modulePreload: false,
      rolldownOptions: { input: entry, output: { format: 'iife', entryFileNames: FILE_NAME } },
    },
  });
  const outputs = Array.isArray(result) ? result : 'output' in result ? [result] : [];
  const chunk = outputs.flatMap((output) => output.output).find((file) => file.type === 'chunk');
  if (chunk === undefined) throw new Error(`${entry} was bundled into nothing`);
  return chunk.code;
}
