/**
 * Storms on the proxy's door, thousands of each kind: what comes and is reset at once, what comes half and is left, pings
 * without end. A tunnel that stands must not notice, everything must be given back, and the log stays one to be read.
 */
import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, beforeEach, afterEach, expect, it } from 'vitest';
import { LoopbackServers } from '../../support/loopback-servers.ts';
import { startProxyProcess, type ProxyProcess, type ProxyState } from '../../support/proxy-process.ts';
import { connectFrame, frame, OPCODE, RawPage, upgradeRequest } from '../../support/raw-page.ts';
import { Canary } from './canary.ts';

const MIB = 1024 * 1024;
/** What a collector leaves. Kept, each storm would take several times as much. */
const ALLOWANCE = 12 * MIB;
/** Of one kind in a minute, and the line that counts the rest (report/throttled-log.ts). */
const LINES_OF_A_KIND = 6;
const AT_A_TIME = 64;
/** What one client may have open: its tunnels, and 64 more. */
const TUNNELS = 100;
const CONNECTIONS = TUNNELS + 64;

const servers = new LoopbackServers();
let proxy: ProxyProcess;
let echo = 0;
let before: ProxyState;
let canary: Canary;
let stopSinging: () => Promise<void>;

beforeAll(async () => {
  echo = await servers.serve((socket) => void socket.pipe(socket));
  proxy = await startProxyProcess({
    allowPrivate: [{ host: '127.0.0.1', port: echo }],
    tunnelsPerClient: TUNNELS,
    tunnelsPerMinute: 100_000,
    failedDialsPerMinute: 100_000,
    connectTimeoutMs: 500,
    requestTimeoutMs: 500,
  });
  // What is loaded and compiled late is no leak.
  await storm(500, resetAtOnce);
  await storm(100, resetInTheTunnel);
  await proxy.until(({ tunnels }) => tunnels === 0);
});
afterAll(async () => {
  await proxy.close();
  await servers.close();
});

beforeEach(async () => {
  before = await proxy.until(({ tunnels }) => tunnels === 0);
  canary = await Canary.enter(proxy, echo);
  stopSinging = canary.keepSinging();
});
afterEach(async () => {
  await stopSinging();
  canary.leave();
  const after = await proxy.until(
    ({ tunnels, descriptors }) => tunnels === 0 && descriptors <= before.descriptors,
  );
  expect(after.heldOctets).toBe(0);
  expect(after.usedOctets - before.usedOctets).toBeLessThan(ALLOWANCE);
  expect(after.faults).toEqual([]);
  expect(mostOfAKind(proxy.log())).toBeLessThanOrEqual(LINES_OF_A_KIND);
});

/** Does the same so many times, some of them at a time. */
async function storm(times: number, blow: (n: number) => Promise<void>): Promise<void> {
  let begun = 0;
  const blowOn = async (): Promise<void> => {
    while (begun < times) await blow((begun += 1));
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, blowOn));
}

/** The most lines that say the same of different connections; what went well is not held back. */
function mostOfAKind(log: readonly string[]): number {
  const kinds = new Map<string, number>();
  for (const line of log) {
    const { msg, outcome = '', reason = '' } = JSON.parse(line) as Record<string, string>;
    const kind = `${msg} ${outcome} ${reason}`;
    if (outcome !== 'done') kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return Math.max(0, ...kinds.values());
}

function connect(): net.Socket {
  const socket = net.connect(proxy.port, '127.0.0.1');
  // Reset by the proxy, it may be, which is what a storm has to expect.
  socket.on('error', () => socket.destroy());
  return socket;
}

async function closed(socket: net.Socket): Promise<void> {
  socket.resume();
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
}

async function resetAtOnce(n: number): Promise<void> {
  const socket = connect();
  await once(socket, 'connect');
  // Before a word, in the middle of one, or with a whole request to be answered.
  const said = ['', 'GET /tunnel HTTP/1.1\r\nHo', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'][n % 3] ?? '';
  if (said !== '') socket.write(said);
  socket.resetAndDestroy();
}

/** After the handshake, while it dials, and when the connection stands. */
async function resetInTheTunnel(n: number): Promise<void> {
  const page = await RawPage.open(proxy.port);
  if (n % 3 > 0) page.socket.write(connectFrame(echo));
  if (n % 3 > 1) await page.until((said) => said.includes('"type":"connected"'));
  page.socket.resetAndDestroy();
}

it('four thousand connections that are reset at once', async () => {
  await storm(4000, resetAtOnce);
}, 60_000);

it('a thousand tunnels that are reset at once', async () => {
  await storm(1000, resetInTheTunnel);
}, 60_000);

it('three thousand connections that are left half-way', async () => {
  const left: net.Socket[] = [];
  const request = upgradeRequest(proxy.port);
  await storm(3000, async (n) => {
    const socket = connect();
    left.push(socket);
    // Nothing, half a request, or a tunnel that never says where to.
    const said = ['', request.slice(0, 60), request][n % 3] ?? '';
    if (said !== '') socket.write(said);
    // Dropped over the cap, or open until it has been silent for too long.
    await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  });
  const { descriptors } = await proxy.state();
  expect(descriptors - before.descriptors).toBeLessThanOrEqual(CONNECTIONS + AT_A_TIME);
  // Nobody closes them but the proxy.
  await Promise.all(left.map(closed));
}, 60_000);

it('fifty tunnels that ping without end and read the pongs', async () => {
  const pings = Buffer.concat(
    Array.from({ length: 2000 }, (_, n) => frame({ opcode: OPCODE.ping, payload: `ping ${n}` })),
  );
  const pages = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const page = await RawPage.open(proxy.port);
      page.socket.write(connectFrame(echo));
      await page.until((said) => said.includes('"type":"connected"'));
      return page;
    }),
  );
  await Promise.all(
    pages.map(async (page) => {
      for (let n = 0; n < 5; n += 1) await page.write(pings);
      // RFC 6455 §5.5.3: the latest is answered, whatever became of those before.
      page.socket.write(frame({ opcode: OPCODE.ping, payload: 'the last' }));
      await page.until((said) => said.endsWith('the last'));
    }),
  );
  const { usedOctets } = await proxy.state();
  expect(usedOctets - before.usedOctets).toBeLessThan(ALLOWANCE);
  for (const page of pages) page.socket.destroy();
}, 60_000);
