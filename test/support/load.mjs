/**
 * Runs a module of the tests outside of Vitest: `use` gets what it exports. Its loader stays until `use` is done, because
 * a module may import more on the way.
 */
import { createServer } from 'vite';
import { root } from '../../proxy/prepare.mjs';

export async function withModule(file, use) {
  const loader = await createServer({
    root,
    configFile: false,
    logLevel: 'warn',
    appType: 'custom',
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  try {
    return await use(await loader.ssrLoadModule(file));
  } finally {
    await loader.close();
  }
}
