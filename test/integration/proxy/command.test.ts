/** The built command, one file in an empty folder: what it prints, what it refuses, and how it ends. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import tls from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ProxyInfo } from '../../../proxy/protocol.ts';
import { TestPage } from './page.ts';
import { fixture } from './rig.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'poplar-command-'));
const command = join(folder, 'dist/proxy/main.js');
const running: ChildProcess[] = [];

beforeAll(async () => {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const outDir = join(folder, 'dist/proxy');
  const args = [vite, 'build', '--mode', 'proxy', '--outDir', outDir, '--logLevel', 'error'];
  await promisify(execFile)(process.execPath, args, { cwd: root });
  mkdirSync(join(folder, 'dist/web'));
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'dist/web/index.html'), '<!doctype html><title>Poplar</title>');
});
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  child: ChildProcess;
  url: string;
  /** Exit code and all that was printed. */
  ended: Promise<{ code: number | null; out: string; err: string }>;
}

function run(...args: string[]): Omit<Run, 'url'> {
  const child = spawn(process.execPath, [command, ...args], { cwd: join(folder, 'empty') });
  running.push(child);
  let [out, err] = ['', ''];
  child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (err += bytes.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
  return { child, ended };
}

async function start(...args: string[]): Promise<Run> {
  const { child, ended } = run('--port', '0', ...args);
  const printed = once(child.stdout ?? child, 'data') as Promise<[Buffer]>;
  const first = await Promise.race([printed, ended]);
  if (!Array.isArray(first)) throw new Error(`did not start: ${first.err}`);
  const url = /^Poplar is at (https?:\/\/localhost:\d+\/(?:\w+\/)?)\n$/.exec(first[0].toString())?.[1];
  if (url === undefined) throw new Error(`printed ${first[0].toString()}`);
  return { child, ended, url };
}

it('prints one line, serves the page and a working demo mailbox, and ends in order', async () => {
  const { child, ended, url } = await start();
  expect(await (await fetch(url)).text()).toContain('<title>Poplar</title>');
  const info = (await (await fetch(`${url}info`)).json()) as ProxyInfo;
  expect(info.version).toMatch(/^\d+\.\d+\.\d+/);

  const page = await TestPage.open(url);
  page.connect(info.demo?.port ?? 0, { host: info.demo?.host ?? '' });
  await page.until(() => page.text.startsWith('+OK'));

  child.kill('SIGINT');
  expect(await page.failed()).toBe('shutting-down');
  expect(await ended).toEqual({ code: 0, out: `Poplar is at ${url}\n`, err: '' });
});

it('opens nothing on this machine but the demo mailbox', async () => {
  const { url } = await start();
  const { demo } = (await (await fetch(`${url}info`)).json()) as ProxyInfo;
  const other = await TestPage.open(url);
  other.connect(demo?.port ?? 0, { host: '127.0.0.2' });
  expect(await other.failed()).toBe('port-refused');
});

it('ends on SIGTERM too, although a page is connected and stuck', async () => {
  const { child, ended, url } = await start('--no-demo', '--drain', '0');
  const page = await TestPage.open(url);
  page.socket.pause();
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

it('lets connections come to their end after SIGTERM, and takes no new ones', async () => {
  const { child, ended, url } = await start('--drain', '3600');
  const { demo } = (await (await fetch(`${url}info`)).json()) as ProxyInfo;
  const page = await TestPage.open(url);
  page.connect(demo?.port ?? 0, { host: demo?.host ?? '' });
  await page.until(() => page.text.startsWith('+OK'));
  const ready = async (): Promise<number> => (await fetch(`${url}readyz`)).status;
  expect(await ready()).toBe(200);
  child.kill('SIGTERM');
  while ((await ready()) === 200);
  expect(await (await TestPage.open(url)).failed()).toBe('shutting-down');

  page.socket.send(Buffer.from('QUIT\r\n'));
  page.say({ type: 'end' });
  await page.frame('end');
  expect((await ended).code).toBe(0);
});

it('does not wait any longer when it is interrupted', async () => {
  const { child, ended, url } = await start('--drain', '3600');
  const page = await TestPage.open(url);
  child.kill('SIGTERM');
  while ((await fetch(`${url}readyz`)).ok);
  child.kill('SIGINT');
  expect(await page.failed()).toBe('shutting-down');
  expect((await ended).code).toBe(0);
});

describe('SIGHUP', () => {
  const certs = join(root, 'test/fixtures/certs');
  const nameAt = (url: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const target = { host: '127.0.0.1', port: Number(new URL(url).port), rejectUnauthorized: false };
      const socket = tls.connect(target, () => {
        resolve(socket.getPeerCertificate().subject.CN);
        socket.end();
      });
      socket.on('error', reject);
    });

  it('makes it read its certificate again, and lets connections go on', async () => {
    const certificate = join(folder, 'cert.pem');
    copyFileSync(join(certs, 'good.pem'), certificate);
    const pair = ['--tls-cert', certificate, '--tls-key', join(certs, 'server.key')];
    const { child, ended, url } = await start('--base-path', 'mail', '--log', 'info', ...pair);
    expect(url).toMatch(/^https:.*\/mail\/$/);
    const page = await TestPage.open(url, { ca: fixture('ca.pem') });
    copyFileSync(join(certs, 'wrong-name.pem'), certificate);
    const read = once(child.stderr ?? child, 'data');
    child.kill('SIGHUP');
    expect(String(await read)).toContain('certificate read again');
    expect(await nameAt(url)).toBe('other.poplar.test');
    const port = ['--port', new URL(url).port];
    expect((await run('--check-health', ...port, ...pair).ended).code).toBe(0);

    writeFileSync(certificate, 'broken');
    const refused = once(child.stderr ?? child, 'data');
    child.kill('SIGHUP');
    expect(String(await refused)).toContain('the one before stays');
    expect(await nameAt(url)).toBe('other.poplar.test');
    expect(page.socket.readyState).toBe(page.socket.OPEN);
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
  });

  it('without one ends it, as it ends whatever a closed terminal leaves behind', async () => {
    const { child } = await start('--no-demo');
    const exited = once(child, 'exit');
    child.kill('SIGHUP');
    expect(await exited).toEqual([null, 'SIGHUP']);
  });
});

it('says so when the port is taken', async () => {
  const { url } = await start('--no-demo');
  const { port } = new URL(url);
  const { code, out, err } = await run('--no-demo', '--port', port).ended;
  expect([code, out]).toEqual([1, '']);
  expect(err).toBe(
    `Port ${port} is in use. Perhaps Poplar is running already; if not, choose another one with --port.\n`,
  );
});

it('says so when the port for the metrics is taken, or its address is not of this machine', async () => {
  const { url } = await start('--no-demo');
  const { port } = new URL(url);
  const taken = await run('--no-demo', '--port', '0', '--metrics-port', port).ended;
  expect([taken.code, taken.out, taken.err]).toEqual([
    1,
    '',
    `Port ${port} is in use. Perhaps Poplar is running already; if not, choose another one with --metrics-port.\n`,
  ]);
  const args = ['--no-demo', '--port', '0', '--metrics-port', '0', '--metrics-host', '192.0.2.1'];
  expect((await run(...args).ended).err).toMatch(
    /^192\.0\.2\.1 is not an address of this machine; .* --metrics-host\.\n/,
  );
});

it('warns when the metrics are open beyond this machine', async () => {
  const { child, ended } = await start('--no-demo', '--metrics-port', '0', '--metrics-host', '0.0.0.0');
  child.kill('SIGINT');
  expect((await ended).err).toMatch(/^Warning: the metrics are beyond this machine\./);
});

it('warns when it listens beyond this machine', async () => {
  const { child, ended } = await start('--no-demo', '--host', '0.0.0.0', '--public');
  child.kill('SIGTERM');
  expect((await ended).err).toMatch(/^Warning: Poplar listens beyond this machine\./);
});

it('does not start for strangers unless told to', async () => {
  const { code, out, err } = await run('--no-demo', '--host', '0.0.0.0', '--port', '0').ended;
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain('--public');
});

it('hashes a password for the file of users, and asks for it then', async () => {
  const hashing = run('--hash-password');
  hashing.child.stdin?.end('green tea\n');
  const users = join(folder, 'users');
  writeFileSync(users, `ann:${(await hashing.ended).out}`);
  const { url } = await start('--no-demo', '--basic-auth-file', users);
  const asAnn = { authorization: `Basic ${Buffer.from('ann:green tea').toString('base64')}` };
  expect((await fetch(`${url}info`)).status).toBe(401);
  expect((await fetch(`${url}info`, { headers: asAnn })).status).toBe(200);
});

it('asks for the tokens of a file, and writes none of them down', async () => {
  const tokens = join(folder, 'tokens');
  writeFileSync(tokens, '# ours\ngreen-tea-and-toast\n');
  const { child, ended, url } = await start(
    '--access-token-file',
    tokens,
    '--host',
    '0.0.0.0',
    '--log',
    'debug',
  );
  const { demo, needsToken } = (await (await fetch(`${url}info`)).json()) as ProxyInfo;
  expect(needsToken).toBe(true);
  const without = await TestPage.open(url);
  without.connect(demo?.port ?? 0);
  expect(await without.failed()).toBe('token-needed');
  const guess = await TestPage.open(url);
  guess.connect(demo?.port ?? 0, { token: 'white-tea-and-honey' });
  expect(await guess.failed()).toBe('token-wrong');
  const page = await TestPage.open(url);
  page.connect(demo?.port ?? 0, { token: 'green-tea-and-toast' });
  await page.until(() => page.text.startsWith('+OK'));
  child.kill('SIGINT');
  const { err } = await ended;
  expect(err).toContain('"access token refused"');
  expect(err).not.toMatch(/green|white|Warning/);
});

it('takes its options from the environment too, and names what is wrong there', async () => {
  vi.stubEnv('POPLAR_PORT', 'x');
  vi.stubEnv('POPLAR_HOST', '0.0.0.0');
  const { code, err } = await run().ended;
  vi.unstubAllEnvs();
  expect(code).toBe(1);
  expect(err).toContain('POPLAR_PORT "x": a port is a whole number');
  expect(err).toContain('--public');
});

it('names all mistakes, starts nothing, and shows help when asked', async () => {
  const wrong = await run('--port', 'x', '--bogus').ended;
  expect([wrong.code, wrong.out]).toEqual([1, '']);
  expect(wrong.err.split('\n')).toHaveLength(4);
  const help = await run('--help').ended;
  expect([help.code, help.err]).toEqual([0, '']);
  expect(help.out).toContain('--allow-private HOST:PORT');
});

it('tells whether the instance with the same settings is alive', async () => {
  const { url, child, ended } = await start('--no-demo');
  const check = () => run('--check-health', '--port', new URL(url).port).ended;
  expect(await check()).toEqual({ code: 0, out: '', err: '' });
  child.kill('SIGKILL');
  await ended;
  expect(await check()).toEqual({ code: 1, out: '', err: '' });
});

it('logs JSON lines without content or full addresses when asked to', async () => {
  const { child, ended, url } = await start('--log', 'info');
  const { demo } = (await (await fetch(`${url}info`)).json()) as ProxyInfo;
  const page = await TestPage.open(url);
  page.connect(demo?.port ?? 0, { host: demo?.host ?? '' });
  await page.until(() => page.text.startsWith('+OK'));
  page.socket.send(Buffer.from('USER demo\r\nPASS hunter2\r\nQUIT\r\n'));
  page.say({ type: 'end' });
  await page.frame('end');
  child.kill('SIGTERM');
  const { err } = await ended;
  const lines = err
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ level, msg }) => [level, msg])).toEqual(
    ['listening', 'tunnel over', 'draining', 'drained', 'stopped'].map((event) => ['info', event]),
  );
  const ports = '110,995,465,587';
  expect(lines[0]).toMatchObject({
    host: '127.0.0.1',
    port: Number(new URL(url).port),
    ports,
    password: false,
  });
  expect(lines[1]).toMatchObject({ outcome: 'done', client: '127.0.0.0/24' });
  expect(err).not.toMatch(/hunter2|USER/);
});

it('runs with a Redis that is not there, says so, and keeps its password to itself', async () => {
  vi.stubEnv('POPLAR_REDIS', 'redis://ann:hunter2@127.0.0.1:1');
  const { child, ended, url } = await start('--no-demo');
  vi.unstubAllEnvs();
  expect((await fetch(`${url}readyz`)).status).toBe(200);
  child.kill('SIGTERM');
  const { code, err } = await ended;
  const line = JSON.parse(err) as Record<string, unknown>;
  expect([code, line['level'], line['redis'], line['reason']]).toEqual([
    0,
    'warn',
    '127.0.0.1:1',
    'ECONNREFUSED',
  ]);
  expect(err).not.toMatch(/hunter2|ann/);
});
