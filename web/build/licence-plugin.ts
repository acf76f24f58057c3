/**
 * Build step: writes the licence of every package that ends up in the bundle, workers included, into one file beside it;
 * most licences ask for that. Vite's own `build.license` passes over what workers bundle. Runs in Node while building.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

export const LICENCES_FILE = 'third-party-licences.txt';

interface LicencePlugins {
  /** For the bundle of the page or the proxy; writes the file. */
  main: Plugin;
  /** For `worker.plugins`; workers are bundled before the page that starts them. */
  worker: () => Plugin[];
}

/** One pair a build: what the workers bundle is written down with the rest. */
export function licencePlugins(): LicencePlugins {
  const folders = new Set<string>();
  const collect = (bundle: Record<string, { type: string; moduleIds?: string[] }>): void => {
    for (const { moduleIds = [] } of Object.values(bundle)) {
      for (const id of moduleIds) {
        const folder = packageFolder(id);
        if (folder !== null) folders.add(folder);
      }
    }
  };
  return {
    main: {
      name: 'poplar-licences',
      apply: 'build',
      generateBundle(_options, bundle) {
        collect(bundle);
        const source = [...folders].map(describePackage).sort().join('\n\n');
        this.emitFile({ type: 'asset', fileName: LICENCES_FILE, source });
      },
    },
    worker: () => [{ name: 'poplar-worker-licences', generateBundle: (_options, bundle) => collect(bundle) }],
  };
}

/** The folder of the package that a module belongs to; null for the project's own and for what the bundler made up. */
export function packageFolder(id: string): string | null {
  const path = id.split('?', 1)[0] ?? '';
  if (path.startsWith('\0') || !path.includes('/node_modules/')) return null;
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? null;
}

/** Name, version and licence text. Throws when a package has no licence: then it must not be bundled. */
function describePackage(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
  if (license === undefined && text === '') throw new Error(`${name} in ${dirname(folder)} has no licence`);
  const notice = join(folder, 'NOTICE');
  const more = existsSync(notice) ? `\n\n${readFileSync(notice, 'utf8').trim()}` : '';
  return `${name} ${version} (${license ?? 'see below'})\n${'-'.repeat(72)}\n${text}${more}\n`;
}
