/** `npm run screenshots`: makes the README's pictures from the running app. */
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, requireNode, root } from '../../proxy/prepare.mjs';

requireNode();
await ensureInstalled();
await ensureBuilt();
// Only now: it needs what has just been installed.
const { withModule } = await import('./load.mjs');
await withModule(join(root, 'test', 'support', 'screenshots.ts'), ({ takeScreenshots }) =>
  takeScreenshots(join(root, '.github', 'screenshots')),
);
