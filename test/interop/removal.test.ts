/** Deleting on real servers: what is here and proven goes, nothing else does, and what goes is here. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountId } from '../../web/model/ids.ts';
import { startMailServer, unavailable, type MailServer } from '../support/mail-servers.ts';
import { addressOf, Device, openWay, type Way } from './maildrop.ts';

const reason = unavailable();
if (reason !== null) console.log(`real mail servers are skipped: ${reason}`);

const COUNT = 10;

describe.skipIf(reason !== null).each(['dovecot', 'courier', 'popa3d'])('%s', (name) => {
  let server: MailServer;
  let way: Way;

  beforeAll(async () => {
    server = await startMailServer(name);
    way = await openWay(server, { trusted: true });
  });
  afterAll(async () => {
    await way?.proxy.close();
    await server?.stop();
  });

  it('deletes after download, and another device finds exactly what has stayed', async () => {
    const device = new Device(way.dial, addressOf(server, 'none'));
    await device.fetch();
    expect((await device.kept()).size).toBe(COUNT);
    await device.fetch('secret', { removes: true });
    const { removal } = await device.store.status(accountId('bob'));
    const held = Object.values(removal?.held ?? {}).reduce((sum, count) => sum + count, 0);
    expect(removal?.gone).toBeGreaterThan(COUNT / 2);
    expect(removal).toMatchObject({ refused: 0, unknown: 0 });
    expect((removal?.gone ?? 0) + held).toBe(COUNT);
    const other = new Device(way.dial, addressOf(server, 'none'));
    expect(await other.fetch()).toMatchObject({ fetched: held, onServer: held });
    expect((await device.kept()).size).toBe(COUNT);
  });
});
