/**
 * What a page and a mail server can make the proxy hold, by many small things: measured as memory of a proxy in a process
 * of its own, because octets that are counted are not what they cost.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LoopbackServers } from '../../support/loopback-servers.ts';
import { startProxyProcess, type ProxyProcess } from '../../support/proxy-process.ts';
import { connectFrame, frame, OPCODE, RawPage } from '../../support/raw-page.ts';
import { Canary } from './canary.ts';

const { more, binary, ping, pong, text } = OPCODE;
const MIB = 1024 * 1024;
/** Fragments may keep 8 MiB of reads alive, and a collector leaves something; unbounded, each flood takes more than this. */
const ALLOWANCE = 20 * MIB;

const open: { destroy(): unknown }[] = [];
const servers = new LoopbackServers();
let proxy: ProxyProcess;
let echo = 0;
let deaf = 0;

beforeAll(async () => {
  echo = await servers.serve((socket) => void socket.pipe(socket));
  deaf = await servers.serve((socket) => void socket.pause());
  const allowPrivate = [echo, deaf].map((port) => ({ host: '127.0.0.1', port }));
  proxy = await startProxyProcess({ allowPrivate, tunnelsPerMinute: 1000 });
  // What is loaded and compiled late is no leak.
  const canary = await Canary.enter(proxy, echo);
  for (let n = 0; n < 200; n += 1) await canary.sings();
  canary.leave();
});
afterAll(async () => {
  for (const part of open) part.destroy();
  await proxy.close();
  await servers.close();
});

async function openPage(port: number | null): Promise<RawPage> {
  const page = await RawPage.open(proxy.port);
  open.push(page.socket);
  if (port === null) return page;
  page.socket.write(connectFrame(port));
  await page.until((said) => said.includes('"type":"connected"'));
  return page;
}

/** Sends until the kernel between proxy and server takes no more, and what follows has to be held. */
async function fillKernel(page: RawPage): Promise<void> {
  const block = frame({ opcode: binary, payload: Buffer.alloc(524_288) });
  do await page.write(block);
  while ((await proxy.state()).heldOctets === 0);
}

/** Runs a flood beside a tunnel that stands, and tells what the proxy holds because of it. */
async function heldAfter(flood: () => Promise<RawPage>): Promise<number> {
  const canary = await Canary.enter(proxy, echo);
  const before = await proxy.state();
  const stopSinging = canary.keepSinging();
  const page = await flood();
  const after = await proxy.state();
  await stopSinging();
  canary.leave();
  page.socket.destroy();
  const { faults } = await proxy.until(({ tunnels }) => tunnels === 0);
  expect(faults).toEqual([]);
  return after.usedOctets - before.usedOctets;
}

/** Sends `piece` so many times, as fast as it is taken; stops when nothing is taken any more. */
async function repeat(page: RawPage, piece: Buffer, times: number): Promise<void> {
  const bundle = Buffer.concat(Array.from({ length: 4096 }, () => piece));
  for (let n = 0; n < times / 4096; n += 1) if (!(await page.write(bundle))) return;
}

it('pings of a page that reads no pongs', async () => {
  const held = await heldAfter(async () => {
    const page = await openPage(echo);
    page.socket.pause();
    await repeat(page, frame({ opcode: ping }), 500_000);
    await repeat(page, frame({ opcode: ping, payload: Buffer.alloc(125) }), 50_000);
    return page;
  });
  expect(held).toBeLessThan(ALLOWANCE);
});

it.each([
  ['of one octet', Buffer.from('x'), 1_000_000],
  ['of none', Buffer.alloc(0), 1_000_000],
])('frames %s to a server that does not read', async (_kind, payload, times) => {
  const held = await heldAfter(async () => {
    const page = await openPage(deaf);
    await fillKernel(page);
    await repeat(page, frame({ opcode: binary, payload }), times);
    return page;
  });
  expect(held).toBeLessThan(ALLOWANCE);
});

it.each([
  ['messages', () => frame({ opcode: binary, payload: 'x' })],
  ['fragments', (n: number) => frame({ opcode: n === 0 ? binary : more, payload: 'x', fin: false })],
])('%s of one octet, each in a read full of nothing', async (_kind, piece) => {
  const held = await heldAfter(async () => {
    const page = await openPage(deaf);
    await fillKernel(page);
    const nothing = Buffer.concat(
      Array.from({ length: 500 }, () => frame({ opcode: pong, payload: Buffer.alloc(125) })),
    );
    for (let n = 0; n < 600; n += 1) await page.write(Buffer.concat([piece(n), nothing]));
    return page;
  });
  expect(held).toBeLessThan(ALLOWANCE);
});

it('frames that are promised before there is a connection', async () => {
  const held = await heldAfter(async () => {
    const pages = await Promise.all(Array.from({ length: 30 }, () => openPage(null)));
    for (const page of pages) {
      await page.write(frame({ opcode: text, payload: Buffer.alloc(MIB - 1), claimedOctets: MIB }));
    }
    return pages[0] ?? openPage(null);
  });
  expect(held).toBeLessThan(ALLOWANCE);
});
