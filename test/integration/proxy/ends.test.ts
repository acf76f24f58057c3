/** How tunnels end: in order, in halves, abruptly, from boredom, and when the proxy goes. */
import { once } from 'node:events';
import net from 'node:net';
import { finished } from 'node:stream/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../proxy/report/log.ts';
import { received, useRig, type Peer } from './rig.ts';

const rig = useRig();

/** A cable between the proxy and a peer that can be cut: it passes on so many octets of the peer, and then `cut`s. */
function cable(to: Peer, octets: number, cut: (socket: net.Socket) => void): Promise<Peer> {
  return rig.peer((socket) => {
    const inner = net.connect(to.port, '127.0.0.1');
    inner.on('error', () => socket.destroy());
    socket.on('error', () => inner.destroy());
    socket.on('close', () => inner.destroy());
    socket.pipe(inner);
    let left = octets;
    inner.on('data', (bytes: Buffer) => {
      if (left === 0) return;
      const passed = bytes.subarray(0, left);
      left -= passed.length;
      socket.write(passed);
      if (left === 0) cut(socket);
    });
  });
}

describe('a half-close', () => {
  it.each(['none', 'tls'] as const)(
    'by the page lets the server finish what it says (%s)',
    async (security) => {
      const answer = (socket: net.Socket): void => {
        socket.resume();
        socket.on('end', () => socket.end('+OK bye\r\n'));
      };
      const peer = await (security === 'tls'
        ? rig.tlsPeer('good.pem', answer, { allowHalfOpen: true } as object)
        : rig.peer(answer));
      const page = await rig.page(await rig.proxyTo(peer));
      page.connect(peer.port, { security });
      await page.frame('connected');
      page.socket.send(Buffer.from('QUIT\r\n'));
      page.say({ type: 'end' });
      await page.frame('end');
      expect(page.text).toBe('+OK bye\r\n');
      await expect(page.until(() => false)).rejects.toThrow('"code":1000');
    },
  );

  it.each(['none', 'tls'] as const)(
    'by the page, and then by the server, leaves a page time to read it all (%s)',
    async (security) => {
      const octets = 200_000;
      const window = 10_000;
      const answer = (socket: net.Socket): void => {
        socket.resume();
        socket.on('end', () => socket.end('x'.repeat(octets)));
      };
      const peer = await (security === 'tls'
        ? rig.tlsPeer('good.pem', answer, { allowHalfOpen: true } as object)
        : rig.peer(answer));
      const page = await rig.page(await rig.proxyTo(peer));
      page.connect(peer.port, { security, window });
      await page.frame('connected');
      page.say({ type: 'end' });
      await page.until(() => page.octets === window);
      // The connection is over on both sides now, with most of it unread.
      const socket = await peer.socket();
      if (!socket.closed) await once(socket, 'close');
      page.isGenerous = true;
      page.say({ type: 'credit', octets: window });
      await page.frame('end');
      expect(page.octets).toBe(octets);
      await expect(page.until(() => false)).rejects.toThrow('"code":1000');
    },
  );

  it('by the server lets the page finish what it says', async () => {
    const peer = await rig.peer((socket) => socket.end('+OK bye\r\n'));
    const page = await rig.page(await rig.proxyTo(peer));
    page.connect(peer.port);
    await page.frame('end');
    expect(page.text).toBe('+OK bye\r\n');
    page.socket.send(Buffer.from('QUIT\r\n'));
    page.say({ type: 'end' });
    expect(await received(await peer.socket(), 'QUIT\r\n')).toBe('QUIT\r\n');
    await expect(page.until(() => false)).rejects.toThrow('"code":1000');
  });

  it('by a server that reads nothing is told, whatever still waits for it', async () => {
    const peer = await rig.peer((socket) => socket.pause());
    const proxy = await rig.proxyTo(peer);
    const page = await rig.page(proxy);
    page.connect(peer.port);
    const { window } = await page.frame('connected');
    // More than every kernel buffer on the way.
    const chunks = Array.from({ length: 400 }, () => Buffer.alloc(65_536));
    // Stuck for good: it fails when the tunnel is closed behind this test.
    page.sendAll(chunks, window).catch(() => undefined);
    while (proxy.counters().heldOctets < window / 4) await turn();
    (await peer.socket()).end('+OK bye\r\n');
    await page.frame('end');
    expect(page.text).toBe('+OK bye\r\n');
  });

  it('by the server is told after its last octet, however little credit there is', async () => {
    const peer = await rig.peer((socket) => socket.end('x'.repeat(5000)));
    const page = await rig.page(await rig.proxyTo(peer));
    page.isGenerous = true;
    page.connect(peer.port, { window: 7 });
    await page.frame('end');
    expect(page.octets).toBe(5000);
  });

  it('under TLS comes after the last octet too', async () => {
    const peer = await rig.tlsPeer('good.pem', (socket) => socket.end('x'.repeat(100_000)));
    const page = await rig.page(await rig.proxyTo(peer));
    page.isGenerous = true;
    page.connect(peer.port, { security: 'tls', window: 999 });
    await page.frame('end');
    expect(page.octets).toBe(100_000);
  });
});

describe('an abrupt end', () => {
  it('of the server is a reset', async () => {
    const peer = await rig.peer((socket) => socket.write('+OK\r\n'));
    const page = await rig.page(await rig.proxyTo(peer));
    page.connect(peer.port);
    await page.until(() => page.text === '+OK\r\n');
    (await peer.socket()).resetAndDestroy();
    expect(await page.failed()).toBe('connection-reset');
  });

  it('of the server right behind its last octets is a reset, after them', async () => {
    const peer = await rig.peer((socket) => {
      // In one go, so that the proxy finds octets and reset together.
      socket.once('data', () => void (socket.write('x'.repeat(5000)), socket.resetAndDestroy()));
    });
    const page = await rig.page(await rig.proxyTo(peer, { idleTimeoutMs: 1000 }));
    page.connect(peer.port);
    await page.frame('connected');
    page.socket.send(Buffer.from('RETR 1\r\n'));
    expect(await page.failed()).toBe('connection-reset');
    expect(page.octets).toBe(5000);
  });

  it.each(['none', 'tls'] as const)(
    'of the page closes the connection to the server (%s)',
    async (security) => {
      const greet = (socket: net.Socket): void => void socket.resume().write('+OK\r\n');
      const peer = await (security === 'tls' ? rig.tlsPeer('good.pem', greet) : rig.peer(greet));
      const proxy = await rig.proxyTo(peer);
      const page = await rig.page(proxy);
      page.connect(peer.port, { security });
      await page.until(() => page.text === '+OK\r\n');
      const ended = once(await peer.socket(), 'end');
      page.socket.terminate();
      await ended;
      expect(proxy.counters().tunnels).toBe(0);
    },
  );

  it('of the page after its end lets the last words reach the server', async () => {
    const peer = await rig.peer((socket) => socket.pause().write('x'.repeat(30_000_000)));
    const proxy = await rig.proxyTo(peer);
    const page = await rig.page(proxy);
    page.connect(peer.port, { window: 1 });
    await page.until(() => page.octets === 1);
    page.socket.send(Buffer.from('QUIT\r\n'));
    page.say({ type: 'end' });
    page.socket.close();
    await expect(page.until(() => false)).rejects.toThrow('closed');
    const socket = await peer.socket();
    expect(await received(socket.resume(), 'QUIT\r\n')).toBe('QUIT\r\n');
    // Rejects when the connection is reset under what the server still has to say.
    await finished(socket.resume().end());
    expect(proxy.counters().heldOctets).toBe(0);
  });

  it('of one tunnel leaves the others alone', async () => {
    const peer = await rig.peer((socket) => socket.pipe(socket));
    const proxy = await rig.proxyTo(peer);
    const [first, second] = [await rig.page(proxy), await rig.page(proxy)];
    for (const page of [first, second]) {
      page.connect(peer.port);
      await page.frame('connected');
    }
    first.socket.send('nonsense');
    expect(await first.failed()).toBe('bad-frame');
    second.socket.send(Buffer.from('still here'));
    await second.until(() => second.text === 'still here');
  });
});

describe('an end under TLS', () => {
  const talk = (socket: net.Socket): void => void socket.write('x'.repeat(200_000));

  it('is in order when the server says goodbye', async () => {
    // Not at once: Node forgets the goodbye of a connection that it ends while its own handshake is still being sent.
    const peer = await rig.tlsPeer('good.pem', (socket) => {
      socket.once('data', () => socket.end('+OK bye\r\n'));
    });
    const page = await rig.page(await rig.proxyTo(peer));
    page.connect(peer.port, { security: 'tls' });
    await page.frame('connected');
    page.socket.send(Buffer.from('QUIT\r\n'));
    await page.frame('end');
    expect(page.text).toBe('+OK bye\r\n');
    page.say({ type: 'end' });
    await expect(page.until(() => false)).rejects.toThrow('"code":1000');
  });

  describe.each(['TLSv1.2', 'TLSv1.3'] as const)('without a goodbye (%s)', (maxVersion) => {
    it('in the middle of a record was cut off, after all that had come', async () => {
      const peer = await rig.tlsPeer('good.pem', talk, { maxVersion });
      const line = await cable(peer, 100_000, (socket) => socket.end());
      const page = await rig.page(await rig.proxyTo(line));
      page.isGenerous = true;
      page.connect(line.port, { security: 'tls', window: 5000 });
      expect(await page.failed()).toBe('tls-truncated');
      expect(page.octets).toBeGreaterThan(80_000);
      expect(page.frames.some((frame) => frame.type === 'end')).toBe(false);
    });

    it('between two records was cut off', async () => {
      const peer = await rig.tlsPeer('good.pem', (socket) => socket.write('+OK\r\n'), { maxVersion });
      const line = await cable(peer, Infinity, () => undefined);
      const page = await rig.page(await rig.proxyTo(line));
      page.connect(line.port, { security: 'tls' });
      await page.until(() => page.text === '+OK\r\n');
      (await line.socket()).end();
      expect(await page.failed()).toBe('tls-truncated');
    });

    it('was cut off for a page that had ended, too', async () => {
      const peer = await rig.tlsPeer('good.pem', (socket) => socket.write('+OK\r\n'), { maxVersion });
      const line = await cable(peer, Infinity, () => undefined);
      const page = await rig.page(await rig.proxyTo(line));
      page.connect(line.port, { security: 'tls' });
      await page.until(() => page.text === '+OK\r\n');
      const socket = await line.socket();
      socket.once('end', () => socket.end());
      page.say({ type: 'end' });
      expect(await page.failed()).toBe('tls-truncated');
    });

    it('is not held against a server whose page has left', async () => {
      const peer = await rig.tlsPeer('good.pem', (socket) => socket.write('+OK\r\n'), { maxVersion });
      const line = await cable(peer, Infinity, () => undefined);
      const outcomes: unknown[] = [];
      const log = { ...silentLog, info: (_what: string, facts: object) => void outcomes.push(facts) };
      const page = await rig.page(await rig.proxyTo(line, { log }));
      page.connect(line.port, { security: 'tls' });
      await page.until(() => page.text === '+OK\r\n');
      const socket = await line.socket();
      socket.once('end', () => socket.end());
      page.say({ type: 'end' });
      page.socket.close();
      await expect.poll(() => outcomes).toMatchObject([{ outcome: 'page-left' }]);
    });

    it('but with a reset is a reset', async () => {
      const peer = await rig.tlsPeer('good.pem', (socket) => socket.write('+OK\r\n'), { maxVersion });
      const line = await cable(peer, Infinity, () => undefined);
      const page = await rig.page(await rig.proxyTo(line));
      page.connect(line.port, { security: 'tls' });
      await page.until(() => page.text === '+OK\r\n');
      (await line.socket()).resetAndDestroy();
      expect(await page.failed()).toBe('connection-reset');
    });
  });
});

describe('silence', () => {
  it('ends a tunnel', async () => {
    const peer = await rig.peer();
    const page = await rig.page(await rig.proxyTo(peer, { idleTimeoutMs: 50 }));
    page.connect(peer.port);
    await page.frame('connected');
    expect(await page.failed()).toBe('idle-timeout');
  });

  it('is broken by bytes, not by credit', async () => {
    const peer = await rig.peer((socket) => socket.write('x'.repeat(1000)));
    const page = await rig.page(await rig.proxyTo(peer, { idleTimeoutMs: 80 }));
    page.connect(peer.port);
    await page.until(() => page.octets === 1000);
    const trickle = setInterval(() => {
      if (page.closed === null) page.say({ type: 'credit', octets: 1 });
    }, 10);
    try {
      expect(await page.failed()).toBe('idle-timeout');
    } finally {
      clearInterval(trickle);
    }
  });
});

describe('the proxy', () => {
  it('tells every page when it closes, and leaves nothing open', async () => {
    const peer = await rig.peer((socket) => socket.resume());
    const proxy = await rig.proxyTo(peer);
    const pages = [await rig.page(proxy), await rig.page(proxy), await rig.page(proxy)];
    for (const page of pages.slice(1)) {
      page.connect(peer.port);
      await page.frame('connected');
    }
    const closed = proxy.close();
    for (const page of pages) expect(await page.failed()).toBe('shutting-down');
    await closed;
    expect(proxy.counters()).toEqual({ tunnels: 0, heldOctets: 0 });
    await expect(fetch(`http://127.0.0.1:${proxy.port}/healthz`)).rejects.toThrow();
  });

  it('does not wait for a server that keeps on after its page has left', async () => {
    const peer = await rig.peer((socket) => socket.resume());
    const proxy = await rig.proxyTo(peer);
    const page = await rig.page(proxy);
    page.connect(peer.port);
    await page.frame('connected');
    page.say({ type: 'end' });
    page.socket.close();
    await expect(page.until(() => false)).rejects.toThrow('closed');
    await proxy.close();
    expect(proxy.counters().tunnels).toBe(0);
  });

  it('does not wait for a page that keeps its WebSocket', async () => {
    const proxy = await rig.proxy();
    const page = await rig.page(proxy);
    page.socket.pause();
    await proxy.close();
    expect(proxy.counters().tunnels).toBe(0);
  });

  it('turns pages away when it carries enough, and takes them again', async () => {
    const proxy = await rig.proxy({ maxTunnels: 1 });
    const first = await rig.page(proxy);
    const second = await rig.page(proxy);
    expect(await second.failed()).toBe('too-many-tunnels');
    first.socket.close();
    await expect(first.until(() => false)).rejects.toThrow('closed');
    const third = await rig.page(proxy);
    third.socket.send('x');
    expect(await third.failed()).toBe('bad-frame');
  });
});
