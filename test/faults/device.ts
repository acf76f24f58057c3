/** Where the mail of a device is kept while its page is closed, killed and opened again. */
import 'fake-indexeddb/auto';
import { deleteDB } from 'idb';
import type { MessageId } from '../../web/model/ids.ts';
import { openIdbStore } from '../../web/store/idb-store.ts';
import type { MailStore } from '../../web/store/mail-store.ts';
import { MemoryDisk } from '../../web/store/memory-disk.ts';
import { MemoryStore } from '../../web/store/memory-store.ts';

export interface Device {
  /** Another tab, or the next start of the page. */
  open(): Promise<MailStore>;
  remove(): Promise<void>;
}

/** One that can lose its power: what is written afterwards, nobody ever reads. */
export interface MortalDevice extends Device {
  die(): void;
  /** Changes the last octet of the message on the disk. */
  spoil(id: MessageId): void;
}

export function memoryDevice(): MortalDevice {
  let disk = new MemoryDisk();
  return {
    open: async () => new MemoryStore(disk),
    remove: async () => undefined,
    die: () => {
      disk = Object.assign(new MemoryDisk(), structuredClone({ ...disk }));
    },
    spoil: (id) => {
      const kept = disk.messages.get(id);
      if (kept === undefined) throw new RangeError(`no message ${id}`);
      kept.raw = kept.raw.with(kept.raw.length - 1, 7);
    },
  };
}

let databases = 0;

/** With the real store over IndexedDB. */
export function databaseDevice(name = `faults-${(databases += 1)}`): Device {
  return { open: () => openIdbStore({ name }), remove: () => deleteDB(name) };
}
