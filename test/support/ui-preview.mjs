/** `node test/support/ui-preview.mjs [port]`: serves the page on made-up mail, with hot reloading, until Ctrl-C. */
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const server = await createServer({
  configFile: false,
  root: `${root}/test/support/ui-preview`,
  publicDir: `${root}/public`,
  cacheDir: `${root}/node_modules/.vite-preview`,
  plugins: [svelte({ configFile: false })],
  server: { host: '127.0.0.1', port: Number(process.argv[2] ?? 5180), fs: { allow: [root] } },
});
await server.listen();
console.log(`Poplar on made-up mail is at ${server.resolvedUrls?.local[0]}`);
