/**
 * Installs and builds only what is missing or has changed. Plain JavaScript without dependencies: it runs before any
 * are there. Used by `npm start` and `npm test`.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const installStamp = join(root, 'node_modules', '.poplar-installed');
const buildStamp = join(root, 'dist', '.poplar-built');
const buildInputs = [
  'web',
  'proxy',
  'public',
  'vite.config.ts',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];

/** Ends the process with a sentence when Node is older than the build tools can use. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `Poplar needs Node.js 20.19 or newer; this is ${process.versions.node}. See https://nodejs.org/`,
  );
  process.exit(1);
}

/** Runs `npm ci` when node_modules is missing or the lockfile has changed since. */
export async function ensureInstalled() {
  const wanted = hashOf([join(root, 'package-lock.json')]);
  if (readStamp(installStamp) === wanted) return;
  console.log('Installing what Poplar is built with (once; about a minute) …');
  // Dev dependencies hold the build tools, also where NODE_ENV says production.
  await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(installStamp, wanted);
}

/** Builds page and proxy when a source has changed since the last build. */
export async function ensureBuilt() {
  const wanted = hashOf(buildInputs.flatMap((name) => filesBelow(join(root, name))));
  if (readStamp(buildStamp) === wanted) return;
  console.log('Building page and proxy …');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  await run(process.execPath, [vite, 'build', '--logLevel', 'warn']);
  await run(process.execPath, [vite, 'build', '--mode', 'proxy', '--logLevel', 'warn']);
  writeFileSync(buildStamp, wanted);
}

/** Runs a program in the project's root with our terminal; rejects when it ends with anything but 0. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    // npm is a script on Windows and needs a shell there.
    const shell = process.platform === 'win32' && command === 'npm';
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', shell, ...options });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (code === 0) resolve(undefined);
      else reject(new Error(`${command} ${args[0] ?? ''} ended with ${signal ?? code}`));
    });
  });
}

function filesBelow(path) {
  try {
    return readdirSync(path, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort();
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    throw error;
  }
}

function hashOf(files) {
  const hash = createHash('sha256').update(process.version);
  for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file));
  return hash.digest('hex');
}

function readStamp(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}
