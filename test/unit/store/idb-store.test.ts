import 'fake-indexeddb/auto';
import { deleteDB } from 'idb';
import { describe, it } from 'vitest';
import { openIdbStore } from '../../../web/store/idb-store.ts';
import type { MailStore } from '../../../web/store/mail-store.ts';
import { MAIL_STORE_CONTRACT } from './mail-store-contract.ts';

describe('IndexedDB store', () => {
  it.each(MAIL_STORE_CONTRACT.map((one, index) => ({ ...one, index })))('$name', async ({ run, index }) => {
    const name = `contract-${index}`;
    const opened: MailStore[] = [];
    await run({
      async open() {
        const store = await openIdbStore({ name });
        opened.push(store);
        return store;
      },
    });
    for (const store of opened) store.close();
    await deleteDB(name);
  });
});
