/** What goes wrong inside IndexedDB: at the n-th write or transaction of whoever writes next. For fake-indexeddb. */
import { vi } from 'vitest';

export interface Injected {
  /** How many writes, or transactions, came so far. */
  seen: () => number;
  lift: () => void;
}

/** How a write fails. */
export type WriteFault =
  | { kind: 'aborts'; error: string | null }
  /** The write goes well, and then the transaction cannot be kept. */
  | { kind: 'aborts afterwards'; error: string | null }
  | { kind: 'throws'; error: string };

/** At each write whose place, from 0, `isFaulty` names. */
export function failWrites(fault: WriteFault, isFaulty: (nth: number) => boolean): Injected {
  let seen = 0;
  const prototype = IDBObjectStore.prototype;
  const put = Reflect.get(prototype, 'put') as IDBObjectStore['put'];
  const spy = vi.spyOn(prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...args) {
    const isNow = isFaulty(seen++);
    if (isNow && fault.kind === 'throws') throw new DOMException('no', fault.error);
    const request = put.apply(this, args);
    const abort = (): void => abortWith(this.transaction, fault.error);
    if (isNow && fault.kind === 'aborts') abort();
    if (isNow && fault.kind === 'aborts afterwards') request.addEventListener('success', abort);
    return request;
  });
  return { seen: () => seen, lift: () => spy.mockRestore() };
}

/** Before the n-th transaction, from 0, something happens to the database. */
export function beforeTransaction(nth: number, happens: (database: IDBDatabase) => void): Injected {
  let seen = 0;
  const prototype = IDBDatabase.prototype;
  const begin = Reflect.get(prototype, 'transaction') as IDBDatabase['transaction'];
  const spy = vi.spyOn(prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
    if (seen++ === nth) happens(this);
    return begin.apply(this, args);
  });
  return { seen: () => seen, lift: () => spy.mockRestore() };
}

/** As a browser aborts, with the error that the transaction then has. */
function abortWith(transaction: IDBTransaction, error: string | null): void {
  (transaction as unknown as { _abort(name: string | null): void })._abort(error);
}
