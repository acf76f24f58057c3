/** Where the mail of a device is kept while its page is closed, killed and opened again. */
import 'fake-indexeddb/auto';
import { deleteDB } from 'idb';
import { openIdbStore } from '../../web/store/idb-store.ts';
import type { MailStore } from '../../web/store/mail-store.ts';
import { MemoryDisk, MemoryStore } from '../../web/store/memory-store.ts';

export interface Device {
  /** Another tab, or the next start of the page. */
  open(): Promise<MailStore>;
  remove(): Promise<void>;
}

export function memoryDevice(): Device {
  const disk = new MemoryDisk();
  return { open: async () => new MemoryStore(disk), remove: async () => undefined };
}

let databases = 0;

/** With the real store over IndexedDB. */
export function databaseDevice(name = `faults-${(databases += 1)}`): Device {
  return { open: () => openIdbStore({ name }), remove: () => deleteDB(name) };
}
