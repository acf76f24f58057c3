/** Closing, removing, mending and noting findings when the browser aborts in the middle: all of it as before, or all of it done. */
import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { closeAccount } from '../../../web/model/closed-account.ts';
import { openIdbStore } from '../../../web/store/idb-store.ts';
import type { MailStore } from '../../../web/store/mail-store.ts';
import { account, message, messages } from './mail-fixtures.ts';

const anna = account('anna');
let devices = 0;

afterEach(() => {
  vi.restoreAllMocks();
});

async function deviceOfAnna(): Promise<MailStore> {
  const store = await openIdbStore({ name: `leaving-${devices++}` });
  await store.putAccount(anna, 'secret');
  await store.addMessages(anna.id, messages('m', 1500));
  await store.patchStatus(anna.id, { lastSyncAt: 5 });
  return store;
}

/** Everything that the store says of Anna. */
async function everything(store: MailStore): Promise<unknown> {
  return Promise.all([
    store.accounts(),
    store.password(anna.id),
    store.status(anna.id),
    store.knownUidls(anna.id),
    store.use(anna.id),
    store.summaries(),
    store.holdings(anna.id),
  ]);
}

/** Aborts the transaction once so many requests of this kind were made, as a browser does whose disk fails. */
function failAfter(kind: 'put' | 'delete', requests: number): void {
  const prototype = IDBObjectStore.prototype;
  const original = Reflect.get(prototype, kind) as (this: IDBObjectStore, ...args: unknown[]) => IDBRequest;
  let made = 0;
  vi.spyOn(prototype, kind).mockImplementation(function (this: IDBObjectStore, ...args: unknown[]) {
    const request = original.apply(this, args);
    made += 1;
    if (made === requests) {
      (this.transaction as unknown as { _abort(name: string): void })._abort('QuotaExceededError');
    }
    return request as never;
  });
}

describe('what the browser aborts in the middle', () => {
  it.each<[string, 'put' | 'delete', number, (store: MailStore) => Promise<unknown>]>([
    ['closing, at the account', 'put', 1, (store) => store.closeAccount(closeAccount(anna, 9))],
    ['closing, at the password', 'delete', 1, (store) => store.closeAccount(closeAccount(anna, 9))],
    ['closing, at the status', 'put', 2, (store) => store.closeAccount(closeAccount(anna, 9))],
    ['closing, at the last record', 'delete', 3, (store) => store.closeAccount(closeAccount(anna, 9))],
    ['removing, at the first record', 'delete', 1, (store) => store.removeAccount(anna.id)],
    ['removing, in the middle', 'delete', 7, (store) => store.removeAccount(anna.id)],
    ['removing, near the end', 'delete', 15, (store) => store.removeAccount(anna.id)],
    ['noting findings, at the rows', 'put', 1, async (store) => store.applyFindings(await findings(store))],
    [
      'noting findings, on the second page',
      'put',
      3,
      async (store) => store.applyFindings(await findings(store)),
    ],
  ])('leaves all as it was: %s', async (_name, kind, requests, act) => {
    const store = await deviceOfAnna();
    const before = await everything(store);
    failAfter(kind, requests);
    await expect(act(store)).rejects.toMatchObject({ code: 'storage-full' });
    vi.restoreAllMocks();
    expect(await everything(store)).toEqual(before);
    await expect(act(store)).resolves.not.toThrow();
    expect(await everything(store)).not.toEqual(before);
    store.close();
  });
});

async function findings(store: MailStore) {
  const { digest } = message('other');
  return (await store.summaries()).map(({ id }) => ({ id, digest, damaged: true }));
}
