/** The proxy's access token: kept or not, forgotten, told to the pages, and never handed back. */
import { describe, expect, it } from 'vitest';
import type { MailEvent } from '../../../web/model/event.ts';
import { MemoryDisk } from '../../../web/store/memory-disk.ts';
import { MemoryStore } from '../../../web/store/memory-store.ts';
import { Mailroom } from '../../../web/worker/mailroom.ts';
import { ProxyDesk } from '../../../web/worker/proxy-desk.ts';
import { ProxyToken } from '../../../web/worker/proxy-token.ts';
import { deploymentOf } from '../../support/deployment.ts';
import { FakeTabs } from './fake-tabs.ts';

const { hasToken: _hasToken, ...FACTS } = deploymentOf();
const green = 'green-tea-and-toast';
const black = 'black-tea-and-cake!';

function tab(disk: MemoryDisk, others: FakeTabs[] = []) {
  const tabs = new FakeTabs(others);
  const store = new MemoryStore(disk);
  const proxyToken = new ProxyToken(store, tabs);
  const mailroom = new Mailroom(store, tabs);
  const events: MailEvent[] = [];
  mailroom.subscribe((event) => events.push(event));
  const desk = new ProxyDesk({ deployment: () => Promise.resolve(FACTS), proxyToken, mailroom });
  return { desk, proxyToken, tabs, events };
}

describe('the access token', () => {
  it('that is kept outlives the tab', async () => {
    const disk = new MemoryDisk();
    await tab(disk).desk.setProxyToken(green, true);
    const later = tab(disk);
    expect(await later.proxyToken.get()).toBe(green);
    expect(await later.desk.deployment()).toEqual({ ...FACTS, hasToken: true });
  });

  it('that is not kept is gone with the tab, and so is one that was kept before', async () => {
    const disk = new MemoryDisk();
    const here = tab(disk);
    await here.desk.setProxyToken(green, true);
    await here.desk.setProxyToken(black, false);
    expect(await here.proxyToken.get()).toBe(black);
    expect(await tab(disk).proxyToken.get()).toBeNull();
  });

  it.each([true, false])('that is forgotten is nowhere any more (kept: %s)', async (remember) => {
    const disk = new MemoryDisk();
    const here = tab(disk);
    await here.desk.setProxyToken(green, remember);
    await here.desk.forgetProxyToken();
    expect(await here.proxyToken.get()).toBeNull();
    expect((await here.desk.deployment()).hasToken).toBe(false);
    expect(disk.proxyToken).toBeNull();
  });

  it('loses the space that copying brought along', async () => {
    const here = tab(new MemoryDisk());
    await here.desk.setProxyToken(`\t ${green}\r\n`, true);
    expect(await here.proxyToken.get()).toBe(green);
  });

  it.each(['', '   ', 'x'.repeat(257), 'a\0b', 'a\nb'])(
    'cannot be %j, and the one before stays',
    async (text) => {
      const here = tab(new MemoryDisk());
      await here.desk.setProxyToken(green, true);
      await expect(here.desk.setProxyToken(text, true)).rejects.toMatchObject({
        code: 'bad-input',
        detail: { field: 'access token' },
      });
      expect(await here.proxyToken.get()).toBe(green);
    },
  );

  it('is never told, only that it has changed', async () => {
    const here = tab(new MemoryDisk());
    await here.desk.setProxyToken(green, true);
    await here.desk.forgetProxyToken();
    expect(here.events).toEqual([{ type: 'proxy-token-changed' }, { type: 'proxy-token-changed' }]);
    expect(JSON.stringify([here.tabs.posted, await here.desk.deployment()])).not.toContain(green);
  });

  it('that another tab has changed or forgotten takes the place of what this one remembers', async () => {
    const disk = new MemoryDisk();
    const here = tab(disk);
    const there = tab(disk, [here.tabs]);
    await here.desk.setProxyToken(green, false);
    await there.desk.setProxyToken(black, true);
    expect(await here.proxyToken.get()).toBe(black);
    expect(here.events.at(-1)).toEqual({ type: 'proxy-token-changed' });
    await here.desk.setProxyToken(green, false);
    await there.desk.forgetProxyToken();
    expect(await here.proxyToken.get()).toBeNull();
  });
});
