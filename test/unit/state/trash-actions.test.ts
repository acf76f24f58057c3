/** Moving and deleting, with the way back, whatever fails. */
import { expect, it, vi } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import type { MessageId } from '../../../web/model/ids.ts';
import { TrashActions } from '../../../web/state/trash-actions.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { generateSummaries } from '../../support/generated-mail.ts';
import { settled } from '../../support/settled.ts';

const nothing = (): void => undefined;

function start() {
  const api = new FakeMailApi({ rows: generateSummaries(6) });
  const open = { undo: nothing, commit: nothing };
  const told: string[] = [];
  const failed = vi.fn<(error: PoplarError) => void>();
  const trash = new TrashActions(api, {
    moved: (folder, count, undo) => {
      told.push(`${count} to ${folder}`);
      open.undo = undo;
    },
    deleting: (count, undo, commit) => {
      told.push(`deleting ${count}`);
      Object.assign(open, { undo, commit });
    },
    failed,
  });
  const places = (): string[] => api.rows.map(({ folder }) => folder);
  return { api, trash, open, told, failed, places, ids: (): MessageId[] => api.rows.map(({ id }) => id) };
}
const inTrash = { folder: 'trash', account: null, filter: 'all' } as const;
const full = new PoplarError('storage-full', 'storage');

it('moves, tells what really moved, and moves each back to where it was', async () => {
  const { api, trash, open, told, places } = start();
  await trash.move(api.rows.slice(0, 1), 'trash');
  await trash.move(api.rows.slice(0, 3), 'trash');
  expect(told).toEqual(['1 to trash', '2 to trash']);
  open.undo();
  await settled();
  expect(places()).toEqual(['trash', 'inbox', 'inbox', 'inbox', 'inbox', 'inbox']);
  await trash.move(api.rows.slice(2, 3), 'inbox');
  expect(told).toHaveLength(2);
});

it('tells when moving, or moving back, is refused', async () => {
  const { api, trash, open, told, failed } = start();
  api.failNext('move', full);
  await trash.move(api.rows.slice(0, 1), 'trash');
  expect([told, failed.mock.calls]).toEqual([[], [[full]]]);
  await trash.move(api.rows.slice(0, 1), 'trash');
  api.failNext('move', full);
  open.undo();
  await settled();
  expect(failed).toHaveBeenCalledTimes(2);
});

it('hides what is to be deleted for good, and shows it again when that is called off', async () => {
  const { api, trash, open, told, ids } = start();
  await trash.move(api.rows.slice(0, 2), 'trash');
  await trash.deleteForGood(ids().slice(0, 2));
  expect(told.at(-1)).toBe('deleting 2');
  expect(await api.ids(inTrash)).toEqual([]);
  expect(api.count('deleteForGood')).toBe(0);
  open.undo();
  await settled();
  expect(await api.ids(inTrash)).toEqual(ids().slice(0, 2));
});

it('deletes for good once the chance has passed, and shows again what could not be deleted', async () => {
  const { api, trash, open, failed } = start();
  await trash.move(api.rows.slice(0, 2), 'trash');
  const doomed = await api.ids(inTrash);
  await trash.deleteForGood(doomed);
  api.failNext('deleteForGood', full);
  open.commit();
  await settled();
  expect(failed).toHaveBeenCalledWith(full);
  expect(await api.ids(inTrash)).toEqual(doomed);
  await trash.deleteForGood(doomed);
  open.commit();
  await settled();
  expect(api.rows).toHaveLength(4);
});

it('empties Trash of what was there when it was asked to, and says nothing of an empty one', async () => {
  const { api, trash, open, told } = start();
  await trash.emptyTrash(null);
  expect(told).toEqual([]);
  await trash.move(api.rows.slice(0, 2), 'trash');
  await trash.emptyTrash(null);
  const [, , later] = api.rows;
  if (later !== undefined) await api.move([later.id], 'trash');
  open.commit();
  await settled();
  expect(api.rows.map(({ id }) => id)).toContain(later?.id);
  expect(api.rows).toHaveLength(4);
});
