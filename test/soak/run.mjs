/** `npm run soak [-- --seconds N --tunnels N --seed N]`: ends with 1 when something broke or is left. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, requireNode, root } from '../../proxy/prepare.mjs';

requireNode();
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    tunnels: { type: 'string', default: '500' },
    seed: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const tunnels = Number(values.tunnels);
const seed = Number(values.seed ?? (Math.random() * 2 ** 31) | 0);
if (!(seconds > 0) || !(tunnels > 0) || !Number.isInteger(tunnels) || !Number.isInteger(seed)) {
  console.error('npm run soak -- [--seconds N] [--tunnels N] [--seed N]; whole numbers of tunnels and seed');
  process.exit(1);
}

await ensureInstalled();
const { runnerImport } = await import('vite');
const file = join(root, 'test', 'soak', 'soak.ts');
const { module } = await runnerImport(file, { root, configFile: false, logLevel: 'warn' });
console.log(`${tunnels} tunnels for ${seconds} s, seed ${seed}`);
const { isGood, lines } = await module.soak({ seconds, tunnels, seed, say: console.log });
console.log(lines.join('\n'));
console.log(isGood ? 'nothing broke, nothing is left' : `something broke: --seed ${seed} has it again`);
process.exitCode = isGood ? 0 : 1;
