import { describe, expect, it } from 'vitest';
import { createExclusive, createLocalExclusive, type WebLocks } from '../../../web/worker/locks.ts';

const open = () => new AbortController().signal;

/** A task that ends when the test says so. */
function task() {
  let end: (error?: Error) => void = () => undefined;
  let begun = false;
  const promise = new Promise<string>((resolve, reject) => {
    end = (error) => (error === undefined ? resolve('done') : reject(error));
  });
  return {
    run: () => ((begun = true), promise),
    end: (error?: Error) => end(error),
    begun: () => begun,
  };
}
const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

/** What a browser's LockManager does: one holder a name, a queue, and an AbortError for who leaves it. */
function webLocks(): WebLocks {
  const exclusive = createLocalExclusive();
  return {
    request: (name, { signal }, run) =>
      exclusive(name, signal, run).catch((error: unknown) => {
        throw signal.aborted ? new DOMException('left the queue', 'AbortError') : error;
      }),
  };
}

describe.each([
  { name: 'locks of this worker', make: () => createExclusive(undefined) },
  { name: 'locks over tabs', make: () => createExclusive(webLocks()) },
])('$name', ({ make }) => {
  it('let one task run at a time, first come, first served', async () => {
    const exclusive = make();
    const tasks = [task(), task(), task()];
    const results = tasks.map(({ run }) => exclusive('m', open(), run));
    for (const [index, { end }] of tasks.entries()) {
      await settle();
      expect(tasks.map(({ begun }) => begun())).toEqual(tasks.map((_, other) => other <= index));
      end();
    }
    expect(await Promise.all(results)).toEqual(['done', 'done', 'done']);
  });

  it('let tasks of different names run side by side', async () => {
    const exclusive = make();
    const [one, other] = [task(), task()];
    const results = [exclusive('one', open(), one.run), exclusive('other', open(), other.run)];
    await settle();
    expect([one.begun(), other.begun()]).toEqual([true, true]);
    other.end();
    one.end();
    await Promise.all(results);
  });

  it('hand the lock on when a task fails', async () => {
    const exclusive = make();
    const [failing, next] = [task(), task()];
    const failed = expect(exclusive('m', open(), failing.run)).rejects.toThrow('no');
    const result = exclusive('m', open(), next.run);
    failing.end(new Error('no'));
    next.end();
    await failed;
    expect(await result).toBe('done');
  });

  it('reject at once with `cancelled` who leaves the queue, and hand the lock to the next', async () => {
    const exclusive = make();
    const [holder, leaver, next] = [task(), task(), task()];
    const control = new AbortController();
    const held = exclusive('m', open(), holder.run);
    const left = expect(exclusive('m', control.signal, leaver.run)).rejects.toMatchObject({
      code: 'cancelled',
    });
    const result = exclusive('m', open(), next.run);
    await settle();
    control.abort();
    await left;
    holder.end();
    next.end();
    expect([await held, await result, leaver.begun()]).toEqual(['done', 'done', false]);
  });

  it('never run a task whose signal is aborted already', async () => {
    const exclusive = make();
    const { run, begun } = task();
    await expect(exclusive('m', AbortSignal.abort(), run)).rejects.toMatchObject({ code: 'cancelled' });
    expect(begun()).toBe(false);
  });

  it('give what the task throws to who called it, aborted or not', async () => {
    const exclusive = make();
    const { run, end } = task();
    const control = new AbortController();
    const result = exclusive('m', control.signal, async () => {
      await run();
    });
    await settle();
    control.abort();
    end(new Error('in the middle'));
    await expect(result).rejects.toThrow();
  });
});
