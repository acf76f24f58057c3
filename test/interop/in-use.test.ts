/** A maildrop that somebody else has open is no wrong password. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reason, useServer } from './use-server.ts';

describe.skipIf(reason !== null)('dovecot, while another session holds the maildrop', () => {
  const there = useServer('dovecot');
  let other: Socket;

  beforeAll(async () => {
    other = connect(there.server.port, '127.0.0.1');
    other.setEncoding('latin1');
    for (const command of ['USER bob', 'PASS secret', 'STAT']) {
      await once(other, 'data');
      other.write(`${command}\r\n`);
    }
    await once(other, 'data');
  });

  afterAll(() => other?.destroy());

  it('says that the maildrop is in use, and fetches once it is free', async () => {
    const device = there.device();
    await expect(device.fetch()).rejects.toMatchObject({ code: 'maildrop-in-use', retryable: true });
    other.end('QUIT\r\n');
    await once(other, 'close');
    expect(await device.fetch()).toMatchObject({ fetched: 10 });
  });
});
