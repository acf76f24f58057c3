/** Deleting on real servers: what is here and proven goes, nothing else does, and what goes is here. */
import { describe, expect, it, vi } from 'vitest';
import { accountId } from '../../web/model/ids.ts';
import { headerIdentity } from '../../web/pop3/identity-hash.ts';
import { reason, useServer } from './use-server.ts';

const COUNT = 10;
/** For a server to do what it has said is done. */
const SETTLED_MS = 30_000;

describe.skipIf(reason !== null).each(['dovecot', 'courier', 'popa3d'])('%s', (name) => {
  const there = useServer(name);

  it('deletes after download, and another device finds exactly what has stayed', async () => {
    const device = there.device();
    await device.fetch();
    expect((await device.kept()).size).toBe(COUNT);
    await device.fetch('secret', { removes: { rule: 'after-download' } });
    const { removal } = await device.store.status(accountId('bob'));
    const held = Object.values(removal?.held ?? {}).reduce((sum, count) => sum + count, 0);
    expect(removal?.gone).toBeGreaterThan(COUNT / 2);
    expect(removal).toMatchObject({ refused: 0, unknown: 0 });
    expect((removal?.gone ?? 0) + held).toBe(COUNT);
    // Courier says +OK to QUIT before it deletes, and whoever comes at once may find what is about to go.
    await vi.waitFor(async () => {
      const other = there.device();
      expect(await other.fetch()).toMatchObject({ fetched: held, onServer: held });
    }, SETTLED_MS);
    expect((await device.kept()).size).toBe(COUNT);
  });
});

describe.skipIf(reason !== null)('dovecot, when it is deleted here', () => {
  const there = useServer('dovecot');

  it('deletes what is in Trash and what was deleted for good, and leaves what was moved back', async () => {
    const device = there.device();
    const removes = { rule: 'when-deleted' } as const;
    await device.fetch();
    await device.fetch('secret', { removes });
    const rows = await device.store.summaries();
    const [inTrash, gone, back] = rows.map(({ id }) => id);
    if (inTrash === undefined || gone === undefined || back === undefined) throw new Error('no mail');
    await device.store.move([inTrash, gone, back], 'trash');
    await device.store.removeMessages([gone], headerIdentity);
    await device.store.move([back], 'inbox');
    expect(await device.fetch('secret', { removes })).toMatchObject({ fetched: 0, onServer: COUNT });
    const { removal } = await device.store.status(accountId('bob'));
    expect(removal).toMatchObject({ gone: 2, refused: 0, unknown: 0, held: {} });
    const subjects = rows.slice(2).map(({ subject }) => subject);
    const other = there.device();
    expect(await other.fetch()).toMatchObject({ fetched: COUNT - 2, onServer: COUNT - 2 });
    expect([...(await other.kept()).keys()].toSorted()).toEqual([...new Set(subjects)].toSorted());
    expect(await device.fetch('secret', { removes })).toMatchObject({ fetched: 0, onServer: COUNT - 2 });
  });
});
