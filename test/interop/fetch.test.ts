/** Whole fetches from real servers, byte for byte, by every way in that they offer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Security } from '../../web/model/account.ts';
import { serversFolder } from '../support/mail-servers.ts';
import { addressOf, asMbox, Device, injectedMails, openWay, withFinalLineEnd, type Way } from './maildrop.ts';
import { reason, useServer } from './use-server.ts';

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
  const there = useServer(name);
  let strict: Way;
  let expected: Map<string, string>;

  beforeAll(async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'poplar-samples-'));
    expected = injectedMails(serversFolder, scratch);
    rmSync(scratch, { recursive: true });
    strict = await openWay(there.server, { trusted: false });
  });

  afterAll(() => strict?.proxy.close());

  it.each(ways)('gives all ten mails byte for byte (%s), and nothing the second time', async (security) => {
    const device = there.device(security);
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
      const device = new Device(strict.dial, addressOf(there.server, security));
      await expect(device.fetch()).rejects.toMatchObject({ code: 'certificate-self-signed', hop: 'tls' });
    },
  );

  it('tells a wrong password from everything else', async () => {
    const device = there.device();
    await expect(device.fetch('wrong')).rejects.toMatchObject({ code: 'login-refused', hop: 'login' });
    expect(await device.store.summaries()).toEqual([]);
  });

  it('names TLS spoken to the plain port', async () => {
    const swapped = { ...there.server, tlsPort: there.server.port };
    const device = new Device(there.way.dial, addressOf(swapped, 'tls'));
    await expect(device.fetch()).rejects.toMatchObject({ code: 'tls-not-spoken', hop: 'tls' });
  });
});
