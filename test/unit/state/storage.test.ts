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
    expect([storage.persistence, storage.answer, storage.canAsk]).toEqual(['kept', 'agreed', false]);
  });

  it('says that the browser refused, and can be asked again', async () => {
    const storage = new StorageState(source(false, false));
    await storage.load();
    await storage.askToKeep();
    expect([storage.persistence, storage.answer, storage.canAsk]).toEqual([
      'may-be-cleared',
      'refused',
      true,
    ]);
  });

  it('asks once at a time', async () => {
    let asked = 0;
    const storage = new StorageState({
      ...source(false, true),
      persist: () => Promise.resolve(++asked === 1),
    });
    await storage.load();
    await Promise.all([storage.askToKeep(), storage.askToKeep()]);
    expect([asked, storage.asking, storage.answer]).toEqual([1, false, 'agreed']);
  });

  it('bears a browser that fails in place of an answer', async () => {
    const fails = () => Promise.reject(new TypeError('storage is switched off'));
    const storage = new StorageState({
      estimate: fails,
      persisted: () => Promise.resolve(false),
      persist: fails,
    });
    await storage.load();
    expect([storage.usedOctets, storage.nearlyFull]).toEqual([null, false]);
    await storage.askToKeep();
    expect([storage.persistence, storage.answer]).toEqual(['may-be-cleared', 'failed']);
  });

  it.each([
    ['half is left', 1_000_000_000, 2_000_000_000, false],
    ['just a tenth is left', 9_000_000_000, 10_000_000_000, false],
    ['less than a tenth is left', 9_000_000_001, 10_000_000_000, true],
    ['less than 200 MB are left', 1_000_000, 200_999_999, true],
    ['more is used than is allowed', 300, 200, true],
  ])('is nearly full or not when %s', async (_name, usage, quota, nearlyFull) => {
    const storage = new StorageState({ estimate: () => Promise.resolve({ usage, quota }) });
    await storage.load();
    expect(storage.nearlyFull).toBe(nearlyFull);
    expect(storage.leftOctets).toBe(Math.max(0, quota - usage));
  });

  it.each([null, {}])('knows nothing where the browser tells nothing (%j)', async (silent) => {
    const storage = new StorageState(silent);
    await storage.load();
    await storage.askToKeep();
    expect(storage).toMatchObject({
      usedOctets: null,
      quotaOctets: null,
      persistence: 'unknown',
      answer: 'failed',
      canAsk: false,
    });
  });
});
