/** Beginnings in place of large messages, and mail since a day, from real servers: their TOP is what both stand on. */
import { beforeAll, describe, expect, it } from 'vitest';
import { accountId } from '../../web/model/ids.ts';
import type { MessageSummary } from '../../web/model/message.ts';
import type { Device } from './maildrop.ts';
import { reason, useServer } from './use-server.ts';

const COUNT = 10;
/** Smaller than anybody may choose: the mails of these servers are small. */
const headsAbove = 400 as 100_000;

describe.skipIf(reason !== null).each(['dovecot', 'courier', 'popa3d'])('%s', (name) => {
  const there = useServer(name);
  let whole: Map<string, string>;

  beforeAll(async () => {
    const device = there.device();
    await device.fetch();
    whole = await device.kept();
  });

  const partials = async (device: Device): Promise<MessageSummary[]> =>
    (await device.store.summaries()).filter(({ partial }) => partial !== undefined);

  it('gives the beginning of a large message, the rest when it is asked for, and deletes nothing in between', async () => {
    const device = there.device();
    expect(await device.fetch('secret', { given: { headsAbove } })).toMatchObject({
      fetched: COUNT,
      skipped: [],
    });
    const begun = await partials(device);
    expect(begun.length).toBeGreaterThan(1);
    for (const [subject, raw] of await device.kept()) expect(whole.get(subject)?.startsWith(raw)).toBe(true);
    expect(await device.fetch()).toMatchObject({ fetched: 0, onServer: COUNT });

    const [first] = begun;
    if (first === undefined) throw new Error('nothing was begun');
    expect(await device.complete(first)).toMatchObject({ id: first.id, uidl: first.uidl });
    expect((await device.kept()).get(first.subject)).toBe(whole.get(first.subject));

    await device.fetch('secret', { removes: { rule: 'after-download' } });
    const { removal } = await device.store.status(accountId('bob'));
    expect(removal?.held['partial']).toBe(begun.length - 1);
    const rest = there.device();
    await rest.fetch();
    const left = [...(await rest.kept()).keys()];
    expect(left).toEqual(expect.arrayContaining((await partials(device)).map(({ subject }) => subject)));
  });

  it('says when its messages came', async () => {
    const device = there.device();
    const { onServer } = await device.fetch('secret', { given: { fetch: { what: 'since', from: 0 } } });
    expect((await device.store.summaries()).length).toBe(onServer);
    expect((await device.store.status(accountId('bob'))).mark).not.toHaveProperty('isBlind');
  });
});
