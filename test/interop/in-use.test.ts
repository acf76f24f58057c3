/** A maildrop that somebody else has open is no wrong password. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailServer, unavailable, type MailServer } from '../support/mail-servers.ts';
import { addressOf, Device, openWay, type Way } from './maildrop.ts';

const reason = unavailable();
if (reason !== null) console.log(`real mail servers are skipped: ${reason}`);

describe.skipIf(reason !== null)('dovecot, while another session holds the maildrop', () => {
  let server: MailServer;
  let way: Way;
  let other: Socket;

  beforeAll(async () => {
    server = await startMailServer('dovecot');
    way = await openWay(server, { trusted: true });
    other = connect(server.port, '127.0.0.1');
    other.setEncoding('latin1');
    for (const command of ['USER bob', 'PASS secret', 'STAT']) {
      await once(other, 'data');
      other.write(`${command}\r\n`);
    }
    await once(other, 'data');
  });

  afterAll(async () => {
    other?.destroy();
    await way?.proxy.close();
    await server?.stop();
  });

  it('says that the maildrop is in use, and fetches once it is free', async () => {
    const device = new Device(way.dial, addressOf(server, 'none'));
    await expect(device.fetch()).rejects.toMatchObject({ code: 'maildrop-in-use', retryable: true });
    other.end('QUIT\r\n');
    await once(other, 'close');
    expect(await device.fetch()).toMatchObject({ fetched: 10 });
  });
});
