/** `npm run fuzz -- NAME [--seconds N] [--seed N]`: runs test/fuzz/NAME.ts for so long; ends with 1 when it breaks. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, requireNode, root } from '../../proxy/prepare.mjs';

requireNode();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
});
const name = positionals[0] ?? '';
const file = join(root, 'test', 'fuzz', `${name}.ts`);
const seconds = Number(values.seconds);
const seed = Number(values.seed ?? (Math.random() * 2 ** 31) | 0);
if (!/^[a-z0-9-]+$/.test(name) || !existsSync(file) || !(seconds > 0) || !Number.isInteger(seed)) {
  console.error('npm run fuzz -- NAME [--seconds N] [--seed N]; NAME is one of: proxy, pop3');
  process.exit(1);
}

await ensureInstalled();
const { runnerImport } = await import('vite');
const { module } = await runnerImport(file, { root, configFile: false, logLevel: 'warn' });
process.exitCode = (await module.fuzz({ seconds, seed })) ? 0 : 1;
