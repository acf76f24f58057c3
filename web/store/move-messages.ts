/** Moving between folders: MailStore.move, one transaction that touches marks alone. */
import type { MessageId } from '../model/ids.ts';
import type { FolderKind, MovedMessage } from '../model/message.ts';
import type { Connection } from './connection.ts';
import { issue } from './connection.ts';
import { byPage } from './keys.ts';
import { folderAt, setFolder } from './pages.ts';

export function moveMessages(
  connection: Connection,
  ids: readonly MessageId[],
  folder: FolderKind,
): Promise<MovedMessage[]> {
  return connection.write(['marks'], 'relaxed', async (transaction) => {
    const store = transaction.objectStore('marks');
    const moved = await Promise.all(
      Array.from(byPage(ids), async ([page, inPage]): Promise<MovedMessage[]> => {
        const marks = await store.get(page);
        if (marks === undefined) return [];
        const movedHere = inPage.flatMap(({ id, slot }): MovedMessage[] => {
          const from = folderAt(marks, slot);
          if (from === null || from === folder) return [];
          setFolder(marks, slot, folder);
          return [{ id, from }];
        });
        if (movedHere.length > 0) issue(store.put(marks));
        return movedHere;
      }),
    );
    return moved.flat();
  });
}
