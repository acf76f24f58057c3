/** The built command takes the mask off in its own way (proxy/tunnel/masking.ts): what a page sends must arrive as it is. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { received, useRig } from './rig.ts';
import { TestPage } from './page.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'poplar-masking-'));
const outDir = join(folder, 'dist/proxy');
const rig = useRig();

beforeAll(async () => {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--mode', 'proxy', '--outDir', outDir, '--logLevel', 'error'];
  await promisify(execFile)(process.execPath, args, { cwd: root });
  mkdirSync(join(folder, 'dist/web'));
  writeFileSync(join(folder, 'dist/web/index.html'), '<!doctype html><title>Poplar</title>');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Frames of every length around the turns of the loop, and large ones that begin anywhere in what was read. */
const LENGTHS = [1, 2, 3, 5, 31, 32, 33, ...Array.from({ length: 12 }, (_, i) => 508 + i), 65_537, 300_001];

it('arrives octet for octet, whatever the length of its frames', async () => {
  const sent = LENGTHS.map((length, n) =>
    Buffer.from(Array.from({ length }, (_, i) => 33 + ((i * 7 + n) % 90))),
  );
  const whole = `${Buffer.concat(sent).toString('latin1')}\r\n`;
  const peer = await rig.peer();
  const args = [
    join(outDir, 'main.js'),
    '--no-demo',
    '--port',
    '0',
    '--allow-private',
    `127.0.0.1:${peer.port}`,
  ];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const page = await TestPage.open(/http:\S+/.exec(line.toString())?.[0] ?? '');
    page.connect(peer.port);
    await page.frame('connected');
    for (const bytes of sent) page.socket.send(bytes);
    page.socket.send(Buffer.from('\r\n'));
    const socket: net.Socket = await peer.socket();
    expect((await received(socket, '\r\n')) === whole).toBe(true);
    page.socket.terminate();
  } finally {
    child.kill('SIGKILL');
  }
});
