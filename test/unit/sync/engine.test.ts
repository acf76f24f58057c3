import { describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import type { Account } from '../../../web/model/account.ts';
import type { MailEvent, SyncResult } from '../../../web/model/event.ts';
import { accountId } from '../../../web/model/ids.ts';
import { maildropName, SyncEngine, type EngineParts } from '../../../web/sync/engine.ts';
import { createLocalExclusive } from '../../../web/worker/locks.ts';

function account(id: string, user = id): Account {
  const incoming = { host: 'POP.example.test', port: 995, security: 'tls' as const };
  return {
    id: accountId(id),
    address: 'x@example.test',
    displayName: '',
    incoming,
    user,
    demo: false,
    addedAt: 0,
  };
}
const resultOf = ({ id }: Account): SyncResult => ({
  account: id,
  fetched: 1,
  fetchedOctets: 2,
  onServer: 3,
  skipped: [],
  finishedAt: 4,
});

/** An engine whose fetches end when the test says so. */
function makeEngine() {
  const events: MailEvent[] = [];
  const fetches: { account: Account; signal: AbortSignal; end: (error?: Error) => void }[] = [];
  const fetch: EngineParts['fetch'] = (fetched, signal, onProgress) => {
    onProgress({
      account: fetched.id,
      phase: 'login',
      messagesDone: 0,
      messagesTotal: 0,
      octetsDone: 0,
      octetsTotal: 0,
      startedAt: 7,
    });
    return new Promise((resolve, reject) => {
      const end = (error?: Error) => (error === undefined ? resolve(resultOf(fetched)) : reject(error));
      signal.addEventListener('abort', () => reject(new PoplarError('cancelled', 'page')));
      fetches.push({ account: fetched, signal, end });
    });
  };
  const engine = new SyncEngine({
    exclusive: createLocalExclusive(),
    fetch,
    emit: (event) => events.push(event),
    now: () => 7,
  });
  return { engine, events, fetches };
}
const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};
const kinds = (events: readonly MailEvent[]) => events.map(({ type }) => type);

describe('SyncEngine', () => {
  it('tells progress and outcome, and forgets the run before it tells the outcome', async () => {
    const { engine, events, fetches } = makeEngine();
    const over = engine.sync(account('a'));
    await settle();
    expect(engine.running()).toMatchObject([{ account: 'a', phase: 'login', startedAt: 7 }]);
    fetches[0]?.end();
    await over;
    expect(kinds(events)).toEqual(['sync-progress', 'sync-progress', 'sync-finished']);
    expect(engine.running()).toEqual([]);
  });

  it('joins a second call to the fetch that runs', async () => {
    const { engine, fetches } = makeEngine();
    const calls = [engine.sync(account('a')), engine.sync(account('a'))];
    await settle();
    expect(fetches).toHaveLength(1);
    fetches[0]?.end();
    await Promise.all(calls);
  });

  it('fetches again once the first is over', async () => {
    const { engine, fetches } = makeEngine();
    for (const round of [1, 2]) {
      const over = engine.sync(account('a'));
      await settle();
      expect(fetches).toHaveLength(round);
      fetches.at(-1)?.end();
      await over;
    }
  });

  it('fetches different maildrops side by side', async () => {
    const { engine, fetches } = makeEngine();
    const calls = [engine.sync(account('a')), engine.sync(account('b'))];
    await settle();
    expect(fetches).toHaveLength(2);
    for (const fetch of fetches) fetch.end();
    await Promise.all(calls);
  });

  it('fetches two accounts of one maildrop one after the other', async () => {
    const { engine, fetches } = makeEngine();
    const calls = [engine.sync(account('a', 'nora')), engine.sync(account('b', 'nora'))];
    await settle();
    expect(fetches.map(({ account }) => account.id)).toEqual(['a']);
    expect(engine.running().map(({ phase }) => phase)).toEqual(['login', 'waiting']);
    fetches[0]?.end();
    await settle();
    expect(fetches.map(({ account }) => account.id)).toEqual(['a', 'b']);
    fetches[1]?.end();
    await Promise.all(calls);
  });

  it('tells a failure as an event and does not reject', async () => {
    const { engine, events, fetches } = makeEngine();
    const over = engine.sync(account('a'));
    await settle();
    fetches[0]?.end(new PoplarError('login-refused', 'login', { detail: { said: 'no' } }));
    await over;
    const error = { code: 'login-refused', hop: 'login', retryable: false, detail: { said: 'no' } };
    expect(events.at(-1)).toEqual({ type: 'sync-failed', account: 'a', error });
  });

  it('tells a failure that nobody had asked for as such, unless somebody joined', async () => {
    const { engine, events, fetches } = makeEngine();
    for (const joined of [false, true]) {
      const over = engine.sync(account('a'), { automatic: true });
      if (joined) void engine.sync(account('a'));
      await settle();
      fetches.at(-1)?.end(new PoplarError('login-refused', 'login'));
      await over;
      expect('automatic' in (events.at(-1) ?? {})).toBe(!joined);
    }
  });

  it('cancels a fetch and waits for its end', async () => {
    const { engine, events, fetches } = makeEngine();
    void engine.sync(account('a'));
    await settle();
    await engine.cancel(accountId('a'));
    expect(fetches[0]?.signal.aborted).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: 'sync-failed', error: { code: 'cancelled' } });
  });

  it('cancels a fetch that still waits for its maildrop', async () => {
    const { engine, events, fetches } = makeEngine();
    const first = engine.sync(account('a', 'nora'));
    void engine.sync(account('b', 'nora'));
    await settle();
    await engine.cancel(accountId('b'));
    expect(events.at(-1)).toMatchObject({ type: 'sync-failed', account: 'b', error: { code: 'cancelled' } });
    fetches[0]?.end();
    await first;
    expect(fetches).toHaveLength(1);
  });

  it('has nothing to do when it is told to cancel what does not run', async () => {
    const { engine, events } = makeEngine();
    await engine.cancel(accountId('a'));
    expect(events).toEqual([]);
  });

  it('takes a host in any case for the same maildrop, and another user or port for another', () => {
    const [one, port] = [account('a', 'nora'), account('b', 'nora')];
    expect(maildropName(one)).toBe('maildrop nora at pop.example.test:995');
    port.incoming.port = 110;
    expect(new Set([one, port, account('c', 'Nora')].map(maildropName)).size).toBe(3);
  });
});
