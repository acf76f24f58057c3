/** Whole fetches from real servers, byte for byte, by every way in that they offer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Security } from '../../web/model/account.ts';
import { serversFolder, startMailServer, unavailable, type MailServer } from '../support/mail-servers.ts';
import { addressOf, asMbox, Device, injectedMails, openWay, withFinalLineEnd, type Way } from './maildrop.ts';

const reason = unavailable();
if (reason !== null) console.log(`real mail servers are skipped: ${reason}`);

interface Server {
  name: string;
  ways: Security[];
  /** How this server hands out a mail that was stored. */
  hands: (raw: string) => string;
}

const servers: Server[] = [
  { name: 'dovecot', ways: ['none', 'starttls', 'tls'], hands: withFinalLineEnd },
  { name: 'courier', ways: ['none', 'starttls', 'tls'], hands: withFinalLineEnd },
  { name: 'popa3d', ways: ['none', 'tls'], hands: asMbox },
];

describe.skipIf(reason !== null).each(servers)('$name', ({ name, ways, hands }) => {
  let server: MailServer;
  let trusting: Way;
  let strict: Way;
  let expected: Map<string, string>;

  beforeAll(async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'poplar-samples-'));
    expected = injectedMails(serversFolder, scratch);
    rmSync(scratch, { recursive: true });
    server = await startMailServer(name);
    trusting = await openWay(server, { trusted: true });
    strict = await openWay(server, { trusted: false });
  });

  afterAll(async () => {
    await trusting?.proxy.close();
    await strict?.proxy.close();
    await server?.stop();
  });

  it.each(ways)('gives all ten mails byte for byte (%s), and nothing the second time', async (security) => {
    const device = new Device(trusting.dial, addressOf(server, security));
    const first = await device.fetch();
    expect(first).toMatchObject({ fetched: 10, onServer: 10, skipped: [] });
    const kept = await device.kept();
    expect([...kept.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [subject, raw] of expected) expect(kept.get(subject), subject).toBe(hands(raw));
    expect(await device.fetch()).toMatchObject({ fetched: 0, onServer: 10 });
  });

  it.each(ways.filter((way) => way !== 'none'))(
    'is refused without its certificate being trusted (%s)',
    async (security) => {
      const device = new Device(strict.dial, addressOf(server, security));
      await expect(device.fetch()).rejects.toMatchObject({ code: 'certificate-self-signed', hop: 'tls' });
    },
  );

  it('tells a wrong password from everything else', async () => {
    const device = new Device(trusting.dial, addressOf(server, 'none'));
    await expect(device.fetch('wrong')).rejects.toMatchObject({ code: 'login-refused', hop: 'login' });
    expect(await device.store.summaries()).toEqual([]);
  });

  it('names TLS spoken to the plain port', async () => {
    const swapped = { ...server, tlsPort: server.port };
    const device = new Device(trusting.dial, addressOf(swapped, 'tls'));
    await expect(device.fetch()).rejects.toMatchObject({ code: 'tls-not-spoken', hop: 'tls' });
  });
});
