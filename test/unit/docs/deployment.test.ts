/** README and deployment files speak of options that exist, of all of them, and show the files as they are. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { OUTSIDE_COMMAND_LINE, helpText } from '../../../proxy/settings/options.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8');

const readme = read('README.md');
const deployFiles = [
  'Dockerfile',
  ...readdirSync(`${root}/proxy/deploy`).map((name) => `proxy/deploy/${name}`),
];
const options = [...helpText().matchAll(/^[ *] --([a-z0-9-]+)/gm)].map((match) => match[1] ?? '');

/** Options of other programs that the README calls, and of our own scripts. */
const notOurs = [
  'read-only',
  'cap-drop',
  'detach',
  'namespace',
  'filename',
  'web',
  'ssl-target',
  'seconds',
  'servers',
  'dev',
];

describe('the README', () => {
  it('names no option that does not exist', () => {
    const named = [...readme.matchAll(/(?<![\w-])--([a-z][a-z0-9-]+)/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !options.includes(name) && !notOurs.includes(name))).toEqual([]);
  });

  it('explains every option', () => {
    expect(options.filter((name) => !readme.includes(`--${name}`))).toEqual([]);
  });

  it.each([
    ['nginx', 'nginx.conf'],
    ['caddy', 'Caddyfile'],
    ['yaml', 'traefik.yaml'],
  ])('shows the %s settings as the file has them', (language, file) => {
    const block = new RegExp('```' + language + '\\n([\\s\\S]*?)```').exec(readme)?.[1];
    expect(block).toBe(read(`proxy/deploy/${file}`));
  });
});

describe('the deployment files', () => {
  it.each(deployFiles)('%s: sets only variables that exist', (file) => {
    const named = [...read(file).matchAll(/\bPOPLAR_([A-Z0-9_]+)/g)].map((match) => match[1] ?? '');
    const names = named.map((name) => name.toLowerCase().replaceAll('_', '-'));
    expect(names.filter((name) => !OUTSIDE_COMMAND_LINE.has(name))).toEqual([]);
  });

  it.each(['Dockerfile', 'proxy/deploy/poplar.service'])(
    '%s: gives look-ups threads enough, and less than a container may have',
    (file) => {
      const threads = Number(/^(?:ENV |Environment=)UV_THREADPOOL_SIZE=(\d+)$/m.exec(read(file))?.[1]);
      const most = Number(/pids_limit: (\d+)/.exec(read('proxy/deploy/compose.yaml'))?.[1]);
      expect(threads).toBeGreaterThanOrEqual(32);
      // Node itself has a dozen.
      expect(threads + 32).toBeLessThanOrEqual(most);
    },
  );
});
