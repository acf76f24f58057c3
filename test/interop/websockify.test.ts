/** Fetching through Debian's websockify, which knows nothing of Poplar. */
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { startPop3Server } from '../../proxy/demo/pop3-server.ts';
import { dialOverBridge } from '../support/raw-bridge.ts';
import { startWebsockify, websockifyMissing, type WebsockifyOptions } from '../support/websockify.ts';
import { TLS } from '../integration/demo/rig.ts';
import { makeMaildrop, PASSWORD, SyncRig, USER, type Fetched } from '../integration/sync/rig.ts';

if (websockifyMissing !== null) console.log(`websockify is skipped: ${websockifyMissing}`);

const CA = fileURLToPath(new URL('../fixtures/certs/ca.pem', import.meta.url));

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** An account whose way goes through websockify, to its own mail server unless another target is given. */
async function start(
  count: number,
  octets: number,
  options: Partial<WebsockifyOptions> = {},
): Promise<{ rig: SyncRig; fetch: () => Promise<Fetched> }> {
  const rig = await SyncRig.start(makeMaildrop(count, octets));
  closers.push(() => rig.stop());
  const websockify = await startWebsockify({ target: rig.server.port, ...options });
  closers.push(() => websockify.close());
  rig.account.incoming.bridge = { url: websockify.bridge };
  return { rig, fetch: () => rig.fetch({ parts: { dial: dialOverBridge(websockify.url) } }) };
}

describe.skipIf(websockifyMissing !== null)('through websockify', () => {
  it.each([
    { count: 500, octets: 300 },
    { count: 40, octets: 500_000 },
  ])('$count messages of $octets octets come byte for byte, and nothing the second time', async (size) => {
    const { count, octets } = size;
    const { rig, fetch } = await start(count, octets);
    const { result, error } = await fetch();
    expect(error).toBeNull();
    expect(result).toMatchObject({ fetched: count, onServer: count, skipped: [] });
    expect(new Set(await rig.stored()).size).toBe(count);
    expect(await rig.damaged()).toEqual([]);
    expect((await fetch()).result).toMatchObject({ fetched: 0, onServer: count });
    expect(rig.retrieved).toHaveLength(count);
  });

  it('a server that is down is told from a bridge that is down', async () => {
    // A port that nobody but the system may listen on.
    const { fetch } = await start(1, 300, { target: 1 });
    expect((await fetch()).error).toMatchObject({
      code: 'bridge-no-target',
      hop: 'connection',
      detail: { message: expect.stringContaining('1011') as string },
    });
    await closers.pop()?.();
    expect((await fetch()).error).toMatchObject({ code: 'bridge-unreachable', hop: 'proxy' });
  });

  it('TLS to the mail server is made by the bridge when it is told to', async () => {
    const maildrop = new Maildrop(makeMaildrop(5));
    const secured = await startPop3Server({
      users: [{ user: USER, password: PASSWORD, maildrop }],
      tls: TLS,
      implicitTls: true,
    });
    closers.push(() => secured.close());
    const { fetch } = await start(5, 300, { target: secured.port, args: ['--ssl-target'], ca: CA });
    expect(await fetch()).toMatchObject({ error: null, result: { fetched: 5 } });
  });

  it('a server that expects TLS is named when the bridge makes none', async () => {
    const secured = await startPop3Server({ users: [], tls: TLS, implicitTls: true });
    closers.push(() => secured.close());
    const { rig, fetch } = await start(1, 300, { target: secured.port });
    const fetching = fetch();
    // It waits for a handshake that never comes, and says nothing: patience is by the clock.
    while (rig.clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    rig.clock.advance(600_000);
    expect((await fetching).error).toMatchObject({ code: 'server-silent', hop: 'login' });
  });
});
