/**
 * Locks by name: over all tabs where the browser has Web Locks, else within this worker (Web Locks need a secure
 * context; without one the store's own transactions still keep a message from being stored twice).
 */
import { PoplarError } from '../errors.ts';
import type { Exclusive } from '../sync/engine.ts';

/** The part of LockManager that is needed. */
export interface WebLocks {
  request<Result>(
    name: string,
    options: { signal: AbortSignal },
    task: () => Promise<Result>,
  ): Promise<Result>;
}

/** Locks of the browser, or of this worker alone when it has none. */
export function createExclusive(locks: WebLocks | undefined): Exclusive {
  return locks === undefined ? createLocalExclusive() : overTabs(locks);
}

function overTabs(locks: WebLocks): Exclusive {
  return async (name, signal, task) => {
    let begun = false;
    try {
      return await locks.request(`poplar ${name}`, { signal }, () => {
        begun = true;
        return task();
      });
    } catch (error) {
      throw signal.aborted && !begun ? cancelled() : error;
    }
  };
}

/** Locks within this worker, first come, first served. */
export function createLocalExclusive(): Exclusive {
  const tails = new Map<string, Promise<unknown>>();
  return async (name, signal, task) => {
    const before = tails.get(name) ?? Promise.resolve();
    const turn = before.then(() => aborted(signal) ?? task());
    // Who comes next waits for the end, not for success.
    const tail = turn.then(
      () => undefined,
      () => undefined,
    );
    tails.set(name, tail);
    try {
      return await Promise.race([turn, rejectOnAbort(signal, before)]);
    } finally {
      void tail.then(() => tails.get(name) === tail && tails.delete(name));
    }
  };
}

function aborted(signal: AbortSignal): Promise<never> | null {
  return signal.aborted ? Promise.reject(cancelled()) : null;
}

/** Rejects when the signal is aborted while the turn has not come; after that the task answers for itself. */
function rejectOnAbort(signal: AbortSignal, before: Promise<unknown>): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(cancelled());
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    void before.then(() => signal.removeEventListener('abort', abort));
  });
}

const cancelled = () => new PoplarError('cancelled', 'page');
