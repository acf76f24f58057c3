/** Back-pressure in both directions: what the proxy holds is bounded, whoever is fast or slow; measured in octets. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type net from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { MAX_DATA_FRAME_OCTETS, WINDOW_OCTETS } from '../../../proxy/protocol.ts';
import type { RunningProxy } from '../../../proxy/server.ts';
import { useRig } from './rig.ts';

const rig = useRig();

const MIB = 1024 * 1024;
/** One read that waits for credit, a WebSocket backlog of 1 MiB, and the frame that went over it. */
const HELD_LIMIT = MIB + MIB + MAX_DATA_FRAME_OCTETS;

/** Repeatable bytes that no shift, loss or repetition leaves the same. */
function* pattern(octets: number, seed = 0): Generator<Buffer> {
  const chunkOctets = 96_001;
  for (let at = 0; at < octets; at += chunkOctets) {
    const chunk = Buffer.alloc(Math.min(chunkOctets, octets - at));
    for (let i = 0; i < chunk.length; i += 1) chunk[i] = ((at + i + seed) * 2654435761) >>> 24;
    yield chunk;
  }
}

function digest(chunks: Iterable<Buffer>): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

const sendPattern =
  (octets: number, seed = 0) =>
  (socket: net.Socket) =>
    void Readable.from(pattern(octets, seed)).pipe(socket);

/** Lets everything that can happen happen, and tells the most that was held meanwhile. */
async function mostHeld(proxy: RunningProxy, turns = 1000): Promise<number> {
  let most = 0;
  for (let n = 0; n < turns; n += 1) {
    most = Math.max(most, proxy.counters().heldOctets);
    await turn();
  }
  return most;
}

describe('a fast mail server', () => {
  it.each(['none', 'tls'] as const)('is held back by a page that gives no credit (%s)', async (security) => {
    const octets = 32 * MIB;
    const peer = await (security === 'tls'
      ? rig.tlsPeer('good.pem', sendPattern(octets))
      : rig.peer(sendPattern(octets)));
    const proxy = await rig.proxyTo(peer);
    const page = await rig.page(proxy);
    const window = 100_000;
    page.connect(peer.port, { security, window });
    await page.until(() => page.octets === window);
    expect(await mostHeld(proxy)).toBeLessThanOrEqual(HELD_LIMIT);
    // Not an octet over the credit, and the server is stuck with most of what it has to say.
    expect(page.octets).toBe(window);
    expect((await peer.socket()).bytesWritten).toBeLessThan(octets);
  });

  it.each(['none', 'tls'] as const)(
    'is let go on as credit comes, and nothing is lost (%s)',
    async (security) => {
      const octets = 8 * MIB + 17;
      const peer = await (security === 'tls'
        ? rig.tlsPeer('good.pem', sendPattern(octets))
        : rig.peer(sendPattern(octets)));
      const proxy = await rig.proxyTo(peer);
      const page = await rig.page(proxy);
      page.isGenerous = true;
      page.connect(peer.port, { security, window: 70_001 });
      await page.until(() => page.octets === octets);
      await page.frame('end');
      expect(digest(page.chunks)).toBe(digest(pattern(octets)));
      expect(Math.max(...page.chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(70_001);
    },
  );

  it('has its waiting bytes left alone by what another one sends', async () => {
    const [first, second] = [await rig.peer(sendPattern(50_000)), await rig.peer(sendPattern(90_000, 7))];
    const ports = [first.port, second.port].map((port) => ({ host: '127.0.0.1', port }));
    const proxy = await rig.proxy({ allowPrivate: ports });
    const [slow, quick] = [await rig.page(proxy), await rig.page(proxy)];
    slow.connect(first.port, { window: 10 });
    await slow.until(() => slow.octets === 10);
    quick.connect(second.port);
    await quick.frame('end');
    slow.isGenerous = true;
    slow.say({ type: 'credit', octets: 10 });
    await slow.frame('end');
    expect(digest(slow.chunks)).toBe(digest(pattern(50_000)));
    expect(digest(quick.chunks)).toBe(digest(pattern(90_000, 7)));
  });

  it('is held back by a page that gives credit but does not read', async () => {
    const octets = 64 * MIB;
    const peer = await rig.peer(sendPattern(octets));
    const proxy = await rig.proxyTo(peer);
    const page = await rig.page(proxy);
    page.isGenerous = true;
    page.connect(peer.port, { window: 4 * WINDOW_OCTETS });
    await page.frame('connected');
    page.socket.pause();
    expect(await mostHeld(proxy)).toBeLessThanOrEqual(HELD_LIMIT);
    expect((await peer.socket()).bytesWritten).toBeLessThan(octets);
    page.socket.resume();
    await page.until(() => page.octets === octets);
  });
});

describe('a fast page', () => {
  it('gets no more credit than the mail server takes', async () => {
    const peer = await rig.peer((socket) => socket.pause());
    const proxy = await rig.proxyTo(peer);
    const page = await rig.page(proxy);
    page.connect(peer.port);
    const { window } = await page.frame('connected');
    const octets = 24 * MIB;
    const sent = page.sendAll(pattern(octets), window);
    expect(await mostHeld(proxy)).toBeLessThanOrEqual(window);
    expect(page.failure).toBeUndefined();
    const hash = createHash('sha256');
    const socket = await peer.socket();
    socket.on('data', (chunk) => hash.update(chunk)).resume();
    await sent;
    page.say({ type: 'end' });
    await once(socket, 'end');
    expect(hash.digest('hex')).toBe(digest(pattern(octets)));
  });

  it('that sends more than it has credit for is cut off', async () => {
    const peer = await rig.peer((socket) => socket.pause());
    const proxy = await rig.proxyTo(peer);
    const page = await rig.page(proxy);
    page.connect(peer.port);
    await page.frame('connected');
    // More than the window and every kernel buffer on the way together.
    const frame = Buffer.alloc(MAX_DATA_FRAME_OCTETS);
    for (let n = 0; n < 64; n += 1) page.socket.send(frame);
    expect(await page.failed()).toBe('window-overrun');
    expect(proxy.counters()).toEqual({ tunnels: 0, heldOctets: 0 });
  });

  it('gets its credit back in few frames', async () => {
    const peer = await rig.peer((socket) => socket.resume());
    const page = await rig.page(await rig.proxyTo(peer));
    page.connect(peer.port);
    const { window } = await page.frame('connected');
    await page.sendAll(pattern(window * 3), window);
    page.say({ type: 'end' });
    await once(await peer.socket(), 'end');
    const credits = page.frames.flatMap((frame) => (frame.type === 'credit' ? [frame.octets] : []));
    expect(Math.min(...credits)).toBeGreaterThanOrEqual(window / 4);
  });
});

it('a page that asks for pongs and reads none of them is bounded too', async () => {
  const proxy = await rig.proxy();
  const page = await rig.page(proxy);
  page.socket.pause();
  const payload = Buffer.alloc(125);
  for (let n = 0; n < 60_000; n += 1) page.socket.ping(payload);
  expect(await mostHeld(proxy)).toBeLessThanOrEqual(MIB + payload.length + 2);
});
