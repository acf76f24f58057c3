/** Trash, all the way: what is moved and deleted here, seen by two tabs, and never fetched again. */
import { afterEach, expect, it } from 'vitest';
import { makeMaildrop, SyncRig } from './rig.ts';
import { ServiceRig } from './service-rig.ts';

const inbox = { folder: 'inbox', account: null, filter: 'all' } as const;
const trash = { ...inbox, folder: 'trash' } as const;

const rigs: ServiceRig[] = [];
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.stop()));
});

it('what was deleted for good is gone in both tabs, stays on the server, and is not fetched again', async () => {
  const rig = new ServiceRig(await SyncRig.start(makeMaildrop(6)));
  rigs.push(rig);
  const [tab, other] = [rig.tab(), rig.tab()];
  await other.api.counts();
  const { id } = await tab.api.addAccount(rig.draft());
  await tab.api.sync(id);
  const ids = await tab.api.ids(inbox);
  const [first, second] = ids.slice(0, 2);
  if (first === undefined || second === undefined) throw new Error('nothing was fetched');

  const moved = other.next('messages-moved');
  expect(await tab.api.move([first, second], 'trash')).toHaveLength(2);
  await moved;
  for (const { api } of [tab, other]) {
    expect((await api.counts()).map(({ folder, total }) => [folder, total])).toEqual([
      ['inbox', 4],
      ['trash', 2],
    ]);
    expect(await api.ids(trash)).toEqual([first, second]);
  }
  await other.api.content(first);
  await tab.api.move([second], 'inbox');
  const deleted = other.next('messages-deleted');
  await tab.api.deleteForGood([first, second]);
  expect((await deleted).ids).toEqual([first]);
  await expect(other.api.content(first)).rejects.toMatchObject({ code: 'not-found' });

  await tab.api.sync(id);
  expect(await other.api.ids(inbox)).toEqual(ids.slice(1));
  expect(rig.mail.maildrop.messages).toHaveLength(6);
  expect(rig.mail.retrieved).toHaveLength(6);
});
