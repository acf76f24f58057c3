/** The single commands against real servers, and deleting: one message goes, all others stay, and under their names. */
import { describe, expect, it } from 'vitest';
import { Pop3Client } from '../../web/pop3/client.ts';
import { headerIdentity } from '../../web/pop3/identity-hash.ts';
import type { ListedMessage } from '../../web/pop3/listing.ts';
import { saslContext } from '../../web/sync/session.ts';
import { systemClock } from '../support/proxy-dial.ts';
import { addressOf } from './maildrop.ts';
import { reason, useServer } from './use-server.ts';

const MAX_OCTETS = 64 * 1024 * 1024;

describe.skipIf(reason !== null).each(['dovecot', 'courier', 'popa3d'])('%s', (name) => {
  const there = useServer(name);

  /** Logged in, with what is there. */
  async function enter(): Promise<{ client: Pop3Client; listed: ListedMessage[] }> {
    const to = addressOf(there.server, 'tls');
    const transport = await there.way.dial(to, {}, new AbortController().signal);
    const options = { security: to.security, clock: systemClock, sasl: saslContext(to) };
    const client = await Pop3Client.open(transport, options);
    await client.login({ user: 'bob', password: 'secret' });
    return { client, listed: await client.list() };
  }

  async function rawOf(client: Pop3Client, message: ListedMessage): Promise<Uint8Array> {
    const limits = { windowOctets: MAX_OCTETS, windowCommands: 10, maxOctets: MAX_OCTETS };
    const { signal } = new AbortController();
    for await (const item of client.retrieve([message], { ...limits, signal })) {
      if ('raw' in item) return item.raw;
      throw item.error;
    }
    throw new Error('it did not come');
  }

  it('answers STAT, UIDL of one, NOOP, RSET and LAST, whether it has it or not', async () => {
    const { client, listed } = await enter();
    expect(await client.totals()).toMatchObject({ messages: listed.length });
    for (const { number, uidl } of listed) expect(await client.uidOf(number)).toBe(uidl);
    await client.noop();
    await client.reset();
    expect([null, 0]).toContain(await client.last());
    await client.quit();
  });

  it('shows the header of each message with TOP, and a few lines when asked for them', async () => {
    const { client, listed } = await enter();
    for (const message of listed) {
      const raw = Buffer.from(await rawOf(client, message)).toString('latin1');
      for (const lines of [0, 3]) {
        const top = await client.top({ number: message.number, lines, maxOctets: MAX_OCTETS });
        const text = Buffer.from(top).toString('latin1');
        expect(text.length).toBeGreaterThan(10);
        expect(raw.startsWith(text)).toBe(true);
      }
    }
    await client.quit();
  });

  it('has its messages known by their headers when it is taken to have no unique-ids', async () => {
    const { client, listed } = await enter();
    const named = await client.identify(listed.map((message) => ({ ...message, uidl: null })));
    for (const message of named) expect(message.uidl).toBe(headerIdentity(await rawOf(client, message)));
    await client.quit();
    const again = await enter();
    expect(await again.client.identify(listed.map((message) => ({ ...message, uidl: null })))).toEqual(named);
    await again.client.quit();
  });

  it('deletes what it is told to, and nothing else', async () => {
    const { client, listed } = await enter();
    const [, gone] = listed;
    if (gone === undefined) throw new Error('there are ten');
    expect(await client.removeAndQuit([gone.number])).toEqual([]);
    const after = await enter();
    const left = listed.filter((message) => message !== gone).map(({ uidl }) => uidl);
    expect(after.listed.map(({ uidl }) => uidl)).toEqual(left);
    await after.client.quit();
  });
});
