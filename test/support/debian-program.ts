/**
 * Programs of Debian packages, for tests against the real thing. Looks for them, and where nobody minds (a build machine
 * that says CI, Debian, root) installs what is missing, without starting any service. Elsewhere the tests skip with
 * the line that `missing` holds.
 */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Programs<Name extends string> {
  /** The way to each program; not to be used when something is missing. */
  paths: Readonly<Record<Name, string>>;
  /** Why the tests cannot run here, in one line that names the packages; null when they can. */
  missing: string | null;
}

const FOLDERS = [...(process.env['PATH'] ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'];
/** Asked by Debian's packages before they start a service; 101 forbids it. */
const POLICY = '/usr/sbin/policy-rc.d';

/** Finds programs, given as name -> package. */
export function debianPrograms<Name extends string>(
  packages: Readonly<Record<Name, string>>,
): Programs<Name> {
  const names = Object.keys(packages) as Name[];
  const absent = (): Name[] => names.filter((name) => find(name) === null);
  if (absent().length > 0 && mayInstall()) install(absent().map((name) => packages[name]));
  const without = absent();
  const list = without.map((name) => `${name} (package ${packages[name]})`).join(', ');
  return {
    paths: Object.fromEntries(names.map((name) => [name, find(name) ?? ''])) as Record<Name, string>,
    missing: without.length === 0 ? null : `these programs are not here: ${list}`,
  };
}

function find(name: string): string | null {
  for (const folder of FOLDERS) {
    const path = join(folder, name);
    if (folder !== '' && isExecutable(path)) return path;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function mayInstall(): boolean {
  const isBuildMachine = !['', '0', 'false'].includes(process.env['CI'] ?? '');
  return (
    isBuildMachine &&
    process.getuid?.() === 0 &&
    existsSync('/etc/debian_version') &&
    find('apt-get') !== null
  );
}

/** What could not be installed stays missing; apt-get has said why. */
function install(packages: readonly string[]): void {
  const ownPolicy = !existsSync(POLICY);
  if (ownPolicy) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const aptGet = (...args: string[]): void =>
    void execFileSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    if (!readdirSync('/var/lib/apt/lists').some((name) => name.includes('_Packages')))
      aptGet('update', '-qq');
    aptGet('install', '-y', '-qq', '--no-install-recommends', ...packages);
  } catch (error) {
    console.log(`apt-get did not install ${packages.join(', ')}: ${(error as Error).message}`);
  } finally {
    if (ownPolicy) rmSync(POLICY, { force: true });
  }
}
