import { describe, it } from 'vitest';
import { MemoryDisk } from '../../../web/store/memory-disk.ts';
import { MemoryStore } from '../../../web/store/memory-store.ts';
import { MAIL_STORE_CONTRACT } from './mail-store-contract.ts';

describe('memory store', () => {
  it.each(MAIL_STORE_CONTRACT)('$name', async ({ run }) => {
    const disk = new MemoryDisk();
    await run({ open: () => Promise.resolve(new MemoryStore(disk)) });
  });
});
