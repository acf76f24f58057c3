/** `npm run bench -- NAME [--json FILE] [--quick]`: runs test/bench/NAME.ts and prints its table. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled, requireNode, root } from '../../proxy/prepare.mjs';

requireNode();
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const name = positionals[0] ?? '';
const file = join(root, 'test', 'bench', `${name}.ts`);
if (!/^[a-z-]+$/.test(name) || !existsSync(file)) {
  console.error('npm run bench -- NAME [--json FILE] [--quick]; NAME is one of: fetch, tunnel');
  process.exit(1);
}

await ensureInstalled();
await ensureBuilt();
const { createServer } = await import('vite');
// For as long as it runs: a benchmark may import more on the way.
const loader = await createServer({
  root,
  configFile: false,
  logLevel: 'warn',
  appType: 'custom',
  server: { middlewareMode: true, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
});
const { bench } = await loader.ssrLoadModule(file);
const result = await bench({ quick: options.quick });
await loader.close();
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
