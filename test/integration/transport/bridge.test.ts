/** Fetching through raw WebSocket bridges, good and bad, with real sockets and the embedded mail server. */
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Transport } from '../../../web/wire/transport.ts';
import { MAX_UNREAD_OCTETS } from '../../../web/transport/websockify-transport.ts';
import {
  dialOverBridge,
  startRawBridge,
  type RawBridge,
  type RawBridgeOptions,
} from '../../support/raw-bridge.ts';
import { makeMaildrop, SyncRig, type Fetched } from '../sync/rig.ts';
import { octets, readUntil } from './through.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function bridgeTo(options: RawBridgeOptions): Promise<RawBridge> {
  const bridge = await startRawBridge(options);
  closers.push(() => bridge.close());
  return bridge;
}

/** A mail server and a bridge that leads to it; the account goes through the bridge. */
async function start(
  count: number,
  options: Partial<RawBridgeOptions> = {},
): Promise<{ rig: SyncRig; bridge: RawBridge; fetch: () => Promise<Fetched> }> {
  const rig = await SyncRig.start(makeMaildrop(count));
  closers.push(() => rig.stop());
  const bridge = await bridgeTo({ target: rig.server.port, ...options });
  rig.account.incoming.bridge = { url: bridge.url };
  return { rig, bridge, fetch: () => fetchOver(rig, bridge) };
}

/** Fetches; a pause before another attempt passes as soon as it begins. */
async function fetchOver(rig: SyncRig, bridge: RawBridge): Promise<Fetched> {
  let isOver = false;
  const parts = { dial: dialOverBridge(bridge.url), random: () => 0.5 };
  const fetching = rig.fetch({ parts }).finally(() => (isOver = true));
  while (!isOver) {
    // The only alarm while it is connecting is that of a pause.
    if (rig.progress.at(-1)?.phase === 'connecting' && rig.clock.pending > 0) rig.clock.advance(500);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return fetching;
}

async function expectWhole({ rig, fetch }: Awaited<ReturnType<typeof start>>, count: number): Promise<void> {
  const { result, error } = await fetch();
  expect(error).toBeNull();
  expect(result).toMatchObject({ fetched: count, onServer: count, skipped: [] });
  expect(new Set(await rig.stored()).size).toBe(count);
  expect(await rig.damaged()).toEqual([]);
}

describe('a fetch through a bridge', () => {
  it('brings every message byte for byte, and nothing the second time', async () => {
    const journey = await start(200);
    await expectWhole(journey, 200);
    expect((await journey.fetch()).result).toMatchObject({ fetched: 0, onServer: 200 });
    expect(journey.rig.retrieved).toHaveLength(200);
  });

  it('works where the bridge knows no sub-protocols', async () => {
    const journey = await start(3, { ignoresSubprotocols: true });
    await expectWhole(journey, 3);
  });

  it.each([1, 2, 3, 7, 64, 1000])('does not mind frames of %d octets', async (frameOctets) => {
    await expectWhole(await start(10, { frameOctets }), 10);
  });

  it.each([1, 30, 200, 700, 1_500, 2_222, 3_333, 4_444, 5_555, 6_666, 7_777])(
    'goes on after two connections were cut in the middle (%d), and nothing is lost or damaged',
    async (offset) => {
      const journey = await start(100, { cuts: [offset + 6_000, 7_000] });
      await expectWhole(journey, 100);
      expect(journey.bridge.opened).toBe(3);
    },
  );

  it.each([1, 30, 100, 200])(
    'fails at the proxy hop when it is cut %d octets in, before the listing',
    async (offset) => {
      const { fetch, rig } = await start(3, { cuts: [offset] });
      const { error } = await fetch();
      expect(error).toMatchObject({
        code: 'connection-lost',
        hop: 'proxy',
        retryable: true,
        detail: { user: 'nora', bridge: rig.account.incoming.bridge?.url },
      });
    },
  );

  it('fails when nobody is there', async () => {
    const journey = await start(1);
    await journey.bridge.close();
    expect((await journey.fetch()).error).toMatchObject({ code: 'bridge-unreachable', hop: 'proxy' });
  });

  it('names the target when the bridge has none', async () => {
    // A port that nobody but the system may listen on.
    const journey = await start(1, { target: 1 });
    const { error } = await journey.fetch();
    expect(error).toMatchObject({ code: 'bridge-no-target', hop: 'connection' });
    expect(error?.detail['message']).toBe(
      'The bridge closed the WebSocket with code 1011: Failed to connect to downstream server',
    );
  });

  it('takes a bridge that sends text for none', async () => {
    const journey = await start(1, { asText: true });
    expect((await journey.fetch()).error).toMatchObject({ code: 'bridge-protocol', hop: 'proxy' });
  });
});

describe('a way through a bridge', () => {
  /** A server of the test's own behind a bridge, and the page's end of the way to it. */
  async function open(
    onConnection: (socket: Socket) => void,
    options: Partial<RawBridgeOptions> = {},
  ): Promise<Transport> {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      onConnection(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => closed(server));
    const bridge = await bridgeTo({ target: (server.address() as AddressInfo).port, ...options });
    const target = {
      host: 'pop.example.org',
      port: 110,
      security: 'none' as const,
      bridge: { url: bridge.url },
    };
    const transport = await dialOverBridge(bridge.url)(target, {}, new AbortController().signal);
    closers.push(() => Promise.resolve(transport.close()));
    return transport;
  }

  it.each([1000, null])('ends with null when the server has finished (close code %s)', async (endCode) => {
    const transport = await open((socket) => socket.end('+OK bye\r\n'), { endCode });
    expect(await readUntil(transport, 'nothing')).toBe('+OK bye\r\n');
    expect(await transport.read()).toBeNull();
  });

  it.each([1001, 1011, 4999])('fails when the bridge closes with %d', async (endCode) => {
    const transport = await open((socket) => socket.end('+OK\r\n'), { endCode });
    await readUntil(transport, '\r\n');
    await expect(transport.read()).rejects.toMatchObject({ code: 'connection-lost', hop: 'proxy' });
  });

  it('carries as much up as it is given', async () => {
    let received = 0;
    const transport = await open((socket) => {
      socket.write('+OK\r\n');
      socket.on('data', (bytes) => {
        received += bytes.length;
        if (received === 3_000_000) socket.end('all\r\n');
      });
    });
    for (let part = 0; part < 3; part += 1) await transport.write(new Uint8Array(1_000_000));
    expect(await readUntil(transport, 'all')).toBe('+OK\r\nall\r\n');
  });

  it('gives up a server that sends without end unasked, and keeps no more than the limit', async () => {
    const piece = octets('x'.repeat(1024 * 1024));
    const transport = await open((socket) => {
      const pour = (): void => {
        while (!socket.destroyed && socket.write(piece));
      };
      socket.on('drain', pour);
      pour();
    });
    // The answer to a write that nobody takes tells that it is over, without reading anything.
    const over = new Promise<unknown>((resolve) => {
      const write = (): void =>
        void transport.write(octets('NOOP\r\n')).then(() => setImmediate(write), resolve);
      write();
    });
    expect(await over).toMatchObject({ code: 'bridge-overflow', hop: 'proxy' });
    let kept = 0;
    const end = await (async () => {
      for (let chunk = await transport.read(); chunk !== null; chunk = await transport.read())
        kept += chunk.length;
    })().catch((error: unknown) => error);
    expect(end).toMatchObject({ code: 'bridge-overflow', detail: { limitOctets: MAX_UNREAD_OCTETS } });
    expect(kept).toBeLessThanOrEqual(MAX_UNREAD_OCTETS);
    expect(kept).toBeGreaterThan(MAX_UNREAD_OCTETS - 2 * 1024 * 1024);
  });
});

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}
