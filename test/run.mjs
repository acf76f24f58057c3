/**
 * `npm test`: installs what is missing, checks types and lints, builds, then runs unit, integration and end-to-end tests.
 * `npm run test:interop` (`--interop`): the real mail servers; with `--servers FILE` the generic suite against those of a
 * list, whose lines are `HOST PORT USER PASSWORD tls|starttls|none [may-delete]`. The last line is always `N passed, N failed, N skipped`.
 * `npm run test:faults` (`--faults [--seed N]`): all the fault points, of which `npm test` tries every tenth, and their number.
 * `--json FILE` also writes these three numbers, for whoever adds several runs up.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt, ensureInstalled, requireNode, root } from '../proxy/prepare.mjs';

requireNode();
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    interop: { type: 'boolean', default: false },
    faults: { type: 'boolean', default: false },
    seed: { type: 'string' },
    servers: { type: 'string' },
    json: { type: 'string' },
  },
});

const totals = { passed: 0, failed: 0, skipped: 0 };
const scratch = mkdtempSync(join(tmpdir(), 'poplar-test-'));

try {
  await ensureInstalled();
  if (options.interop) {
    await step('Build', ensureBuilt);
    await step('Real mail servers', () => (options.servers === undefined ? vitest(['interop']) : listed()));
  } else if (options.faults) {
    await step('Build', ensureBuilt);
    await step('Faults', faults);
  } else {
    const startedAt = Date.now();
    const [types, lint] = [npmScript('check'), npmScript('lint')];
    await step('Types', () => passed(types), startedAt);
    await step('Lint', () => passed(lint), startedAt);
    await step('Build', ensureBuilt);
    await step('Unit and integration tests', () => vitest(['unit', 'dom', 'integration', 'faults']));
    await step('End-to-end tests in Chromium', () => vitest(['e2e']));
  }
} catch (error) {
  totals.failed += 1;
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(totals));
console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);

/** Runs one step and says how long it took; what it waits for may have begun earlier. A step that throws counts as one failure; the next ones still run. */
async function step(name, work, startedAt = Date.now()) {
  console.log(`\n── ${name}`);
  try {
    await work();
  } catch (error) {
    totals.failed += 1;
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  console.log(`── ${name}: ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
}

/** A line for each server and check. */
function listed() {
  process.env.POPLAR_INTEROP_SERVERS = resolve(process.env.INIT_CWD ?? root, options.servers);
  positionals.push('test/interop/servers.test.ts');
  return vitest(['interop'], 'verbose');
}

/** Each test is a fault point; those in a browser are files of the end-to-end tests. */
async function faults() {
  process.env.POPLAR_FAULTS = 'all';
  process.env.POPLAR_FAULTS_SEED = options.seed ?? String(Math.floor(Math.random() * 2 ** 31));
  const reports = [await vitest(['faults']), await vitest(['e2e'], 'dot', ['test/e2e/faults'])];
  const files = reports.flatMap(({ testResults }) => testResults);
  let points = 0;
  for (const { name, assertionResults } of files) {
    const tried = assertionResults.filter(({ status }) => status === 'passed' || status === 'failed').length;
    console.log(`${String(tried).padStart(6)} ${basename(name, '.test.ts')}`);
    points += tried;
  }
  console.log(`${String(points).padStart(6)} fault points, --seed ${process.env.POPLAR_FAULTS_SEED}`);
}

/** Runs a script, maybe beside others. Resolves with its exit code and all that it said, to be shown in one piece. */
function npmScript(name) {
  return new Promise((resolve) => {
    // npm is a script on Windows and needs a shell there.
    const shell = process.platform === 'win32';
    const child = spawn('npm', ['run', '--silent', name], {
      cwd: root,
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (said += text));
    }
    child.on('error', (error) => resolve({ code: error.message, said }));
    child.on('close', (code, signal) => resolve({ code: signal ?? code, said }));
  });
}

/** Shows what the script said; rejects when it failed. */
async function passed(script) {
  const { code, said } = await script;
  process.stdout.write(said);
  if (code !== 0) throw new Error(`ended with ${code}`);
}

/** Runs vitest on the named projects and adds what its own report counts; never trusts the exit code alone. Resolves with the report. */
async function vitest(projects, reporter = 'dot', paths = positionals) {
  const report = join(scratch, `${projects.join('-')}.json`);
  const code = await exitCode(process.execPath, [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    `--reporter=${reporter}`,
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...paths,
  ]);
  const result = JSON.parse(readFileSync(report, 'utf8'));
  // A file that cannot even be loaded has no tests to count, and yet it failed.
  const unloadable = result.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  const failed = result.numFailedTests + unloadable;
  totals.passed += result.numPassedTests;
  totals.failed += failed;
  totals.skipped += result.numPendingTests + result.numTodoTests;
  if (code !== 0 && failed === 0) throw new Error(`vitest ended with ${code}`);
  return result;
}

function exitCode(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal === null ? code : signal));
  });
}
