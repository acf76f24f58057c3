/** What the browser says of its storage, in every degree of telling. */
import { describe, expect, it } from 'vitest';
import { StorageState, type StorageSource } from '../../../web/state/storage.svelte.ts';

const source = (persisted: boolean, agrees: boolean): StorageSource => ({
  estimate: () => Promise.resolve({ usage: 48_000_000, quota: 1_000_000_000 }),
  persisted: () => Promise.resolve(persisted),
  persist: () => Promise.resolve(agrees),
});

describe('storage', () => {
  it('tells use, limit and that mail may be cleared', async () => {
    const storage = new StorageState(source(false, true));
    await storage.load();
    expect([storage.usedOctets, storage.quotaOctets]).toEqual([48_000_000, 1_000_000_000]);
    expect([storage.persistence, storage.canAsk]).toEqual(['may-be-cleared', true]);
  });

  it('is kept once the browser agrees', async () => {
    const storage = new StorageState(source(false, true));
    await storage.load();
    await storage.askToKeep();
    expect([storage.persistence, storage.refused, storage.canAsk]).toEqual(['kept', false, false]);
  });

  it('says that the browser refused, and can be asked again', async () => {
    const storage = new StorageState(source(false, false));
    await storage.load();
    await storage.askToKeep();
    expect([storage.persistence, storage.refused, storage.canAsk]).toEqual(['may-be-cleared', true, true]);
  });

  it.each([null, {}])('knows nothing where the browser tells nothing (%j)', async (silent) => {
    const storage = new StorageState(silent);
    await storage.load();
    await storage.askToKeep();
    expect(storage).toMatchObject({
      usedOctets: null,
      quotaOctets: null,
      persistence: 'unknown',
      refused: false,
      canAsk: false,
    });
  });
});
