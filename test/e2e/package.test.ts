/** What `npm pack` makes: installed in an empty folder with nothing but itself, it runs with page and demo mailbox. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, newWatchedPage } from '../support/browser.ts';
import { expectQuiet, rows } from '../support/journeys.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'poplar-package-'));
const home = join(scratch, 'home');
// No cache, no registry: whatever the package needed beside itself would be missed here.
const env = { ...process.env, npm_config_cache: join(scratch, 'cache'), npm_config_offline: 'true' };
const npm = (...args: string[]) => run('npm', [...args, '--no-audit', '--no-fund'], { cwd: home, env });

/** In octets. */
let packedSize = 0;
let browser: Browser;
let child: ChildProcess | null = null;

beforeAll(async () => {
  mkdirSync(home);
  // The build is up to date (npm test, npm run build), so it is not made again under the feet of other tests.
  const pack = ['pack', root, '--pack-destination', scratch, '--ignore-scripts', '--json'];
  const { stdout } = await npm(...pack);
  const [{ filename, size }] = JSON.parse(stdout) as [{ filename: string; size: number }];
  packedSize = size;
  await npm('install', join(scratch, filename));
  browser = await launchBrowser();
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await browser?.close();
  rmSync(scratch, { recursive: true, force: true });
});

it('brings no other package along', () => {
  expect(readdirSync(join(home, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['poplar']);
});

it('holds the licences of what is bundled, and nothing of the sources', () => {
  const folder = join(home, 'node_modules/poplar');
  expect(existsSync(join(folder, 'dist/proxy/third-party-licences.txt'))).toBe(true);
  expect(existsSync(join(folder, 'dist/web/third-party-licences.txt'))).toBe(true);
  expect(readdirSync(folder).sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'dist',
    'package.json',
    'proxy',
  ]);
  expect(readdirSync(join(folder, 'proxy'))).toEqual(['deploy']);
  const maps = readdirSync(folder, { recursive: true }).filter((name) => /\.map(?:\.|$)/.test(String(name)));
  expect(maps).toEqual([]);
});

it('is about a megabyte, as the README says', () => {
  expect(packedSize).toBeLessThan(1_200_000);
});

it('runs as "poplar", with the page and a demo mailbox that fills', async () => {
  const command = join(home, 'node_modules/.bin/poplar');
  child = spawn(command, ['--port', '0'], { cwd: home, stdio: ['ignore', 'pipe', 'inherit'] });
  const [printed] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  const url = /^Poplar is at (\S+)\n$/.exec(printed.toString())?.[1] ?? '';
  const watched = await newWatchedPage(browser, { origin: new URL(url).origin });
  await watched.page.goto(url);
  await watched.page.getByRole('button', { name: 'Try the demo mailbox' }).click();
  await rows(watched.page).filter({ hasText: 'Welcome to Poplar' }).waitFor();
  expectQuiet(watched.complaints);
  child.kill('SIGTERM');
  expect((await once(child, 'exit'))[0]).toBe(0);
});
