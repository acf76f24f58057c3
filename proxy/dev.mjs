/**
 * `npm run dev`: the page from Vite with hot reloading, the proxy (and demo mail server) beside it on its own port.
 * Vite passes the tunnel and the info on, so that the page sees one origin as it does in production.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, root } from './prepare.mjs';

const pagePort = 5173;
const proxyPort = 8026;

/** Starts both; the remaining arguments go to the proxy. */
export async function startDev(proxyArguments) {
  await ensureBuilt();
  const { createServer } = await import('vite');
  const target = `http://localhost:${proxyPort}`;
  const vite = await createServer({
    configFile: join(root, 'vite.config.ts'),
    server: {
      port: pagePort,
      strictPort: true,
      host: 'localhost',
      proxy: { '/tunnel': { target, ws: true }, '/info': { target } },
    },
  });
  await vite.listen();
  const origins = ['--allow-origin', `http://localhost:${pagePort}`];
  process.argv.splice(2, process.argv.length, '--port', String(proxyPort), ...origins, ...proxyArguments);
  await import(pathToFileURL(join(root, 'dist', 'proxy', 'main.js')).href);
  console.log(`Poplar with hot reloading is at http://localhost:${pagePort}/`);
}
