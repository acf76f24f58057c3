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
  console.error('npm run bench -- NAME [--json FILE] [--quick]; NAME is one of: fetch, store, tunnel');
  process.exit(1);
}

await ensureInstalled();
await ensureBuilt();
const { withModule } = await import('../support/load.mjs');
const result = await withModule(file, ({ bench }) => bench({ quick: options.quick }));
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
