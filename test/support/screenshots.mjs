/** `npm run screenshots`: makes the README's pictures from the running app. */
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, requireNode, root } from '../../proxy/prepare.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt();
const { runnerImport } = await import('vite');
const file = join(root, 'test', 'support', 'screenshots.ts');
const { module } = await runnerImport(file, { root, configFile: false, logLevel: 'warn' });
await module.takeScreenshots(join(root, '.github', 'screenshots'));
