/**
 * `npm start`: installs and builds what is missing, then becomes the proxy. All options go to the proxy
 * (`npm start -- --help`), but for `--dev`, which serves the page by Vite with hot reloading instead.
 */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, requireNode, root } from './prepare.mjs';

requireNode();
const dev = process.argv.includes('--dev');

try {
  await ensureInstalled();
  if (dev) {
    const { startDev } = await import('./dev.mjs');
    await startDev(process.argv.slice(2).filter((argument) => argument !== '--dev'));
  } else {
    await ensureBuilt();
    // In this very process, so that Ctrl-C reaches the proxy and nothing is left behind.
    await import(pathToFileURL(join(root, 'dist', 'proxy', 'main.js')).href);
  }
} catch (error) {
  console.error(`Poplar could not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
