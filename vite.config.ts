/**
 * Three builds from one file: the page (`vite build`), the proxy (`vite build --mode proxy`) and the test projects.
 * The page's root is web/; in tests it is the repository.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { PAGE_CSP_META } from './proxy/door/security-headers.ts';
import { compressPlugin } from './web/build/compress-plugin.ts';
import { cspPlugin } from './web/build/csp-plugin.ts';
import { licencePlugins } from './web/build/licence-plugin.ts';
import { pwaPlugin } from './web/build/pwa-plugin.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const sveltePlugin = () => svelte({ configFile: false });

export default defineConfig(({ mode, command }) => {
  if (mode === 'test' || mode === 'bench') return testConfig();
  if (mode === 'proxy') return proxyConfig();
  const licences = licencePlugins();
  return {
    root: path('web'),
    base: './',
    publicDir: path('public'),
    plugins: [
      sveltePlugin(),
      cspPlugin(PAGE_CSP_META),
      licences.main,
      pwaPlugin(path('web/service-worker.ts')),
      compressPlugin(),
    ],
    worker: { format: 'es' as const, plugins: licences.worker },
    build: {
      outDir: path('dist/web'),
      emptyOutDir: true,
      target: 'es2023',
      sourcemap: true,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      rolldownOptions: { checks: { pluginTimings: false } },
    },
    server: command === 'serve' ? { strictPort: true } : {},
  };
});

function proxyConfig() {
  return {
    plugins: [licencePlugins().main],
    publicDir: false as const,
    ssr: { noExternal: true as const },
    // What ws would like to have, and what a file without native parts can give it.
    resolve: { alias: { bufferutil: path('proxy/tunnel/masking.ts') } },
    build: {
      ssr: path('proxy/main.ts'),
      outDir: path('dist/proxy'),
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      // One file that runs in an empty folder, what is imported late included.
      rolldownOptions: { output: { codeSplitting: false } },
    },
  };
}

function testConfig() {
  const node = (name: string, extra: object = {}) => ({
    extends: true as const,
    test: {
      name,
      environment: 'node',
      // Only so that what hangs ends: how fast a shared machine is must decide nothing.
      testTimeout: 30_000,
      include: [`test/${name}/**/*.test.ts`],
      ...extra,
    },
  });
  // Files follow each other in one process: to start one for each, and a DOM, takes longer than the tests themselves.
  // A project after the other: a process runs the files of one project alone.
  const shared = (groupOrder: number) => ({
    isolate: false,
    unstubEnvs: true,
    unstubGlobals: true,
    setupFiles: ['test/support/nothing-left.ts'],
    sequence: { groupOrder },
  });
  return {
    root: path('.'),
    plugins: [sveltePlugin()],
    resolve: { conditions: ['browser'] },
    test: {
      // A file at a time for each core: one core fewer, as is usual, is one of two.
      maxWorkers: availableParallelism(),
      projects: [
        node('unit', {
          ...shared(1),
          exclude: ['test/unit/ui/**', 'test/unit/state/**', 'test/unit/html/**'],
        }),
        node('dom', {
          ...shared(2),
          environment: 'happy-dom',
          include: ['test/unit/{ui,state,html}/**/*.test.ts'],
        }),
        node('integration', { hookTimeout: 60_000 }),
        node('faults', { testTimeout: 60_000, hookTimeout: 60_000 }),
        node('e2e', { testTimeout: 60_000, hookTimeout: 120_000 }),
        node('interop', {
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          globalSetup: 'test/interop/setup.ts',
        }),
      ],
    },
  };
}
