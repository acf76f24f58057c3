/** A proxy on its way out: what the pages hear, and in which order. */
import { expect, it } from 'vitest';
import { useRig } from './rig.ts';

const rig = useRig();

it('tells every page once, lets it go on, and then ends it with the reason', async () => {
  const peer = await rig.peer((socket) => socket.on('data', (bytes) => socket.write(bytes)));
  const proxy = await rig.proxyTo(peer);
  const pages = [await rig.page(proxy), await rig.page(proxy)];
  for (const page of pages) {
    page.connect(peer.port);
    await page.frame('connected');
  }
  // This one has not said where to, and may still.
  const late = await rig.page(proxy);

  const drained = proxy.drain(3_600_000);
  for (const page of [...pages, late]) {
    expect(await page.frame('draining')).toEqual({ type: 'draining', withinMs: 3_600_000 });
    if (page === late) page.connect(peer.port);
    await page.frame('connected');
    page.socket.send(Buffer.from('NOOP\r\n'));
    await page.until(() => page.text === 'NOOP\r\n');
  }
  expect(await (await rig.page(proxy)).failed()).toBe('shutting-down');

  await proxy.close();
  await drained;
  for (const page of [...pages, late]) {
    expect(await page.failed()).toBe('shutting-down');
    const ends = page.frames.map(({ type }) => type).filter((type) => /draining|failed/.test(type));
    expect(ends).toEqual(['draining', 'failed']);
  }
});

it('is over as soon as the last page has gone', async () => {
  const peer = await rig.peer((socket) => socket.end('+OK bye\r\n'));
  const proxy = await rig.proxyTo(peer);
  const page = await rig.page(proxy);
  const drained = proxy.drain(3_600_000);
  page.connect(peer.port);
  await page.frame('end');
  page.say({ type: 'end' });
  await drained;
  expect(proxy.counters().tunnels).toBe(0);
});
