import { describe, expect, it } from 'vitest';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import { PoplarError } from '../../../web/errors.ts';
import { digest } from '../../../web/message/digest.ts';
import type { MailStore } from '../../../web/store/mail-store.ts';
import { makeMail, makeMaildrop } from './rig.ts';
import { startingRigs } from './starting.ts';

const start = startingRigs();

const uids = (...numbers: number[]) => numbers.map((number) => `uid-${number}`);
const newestFirst = (count: number) => uids(...Array.from({ length: count }, (_, index) => count - index));

describe('a fetch', () => {
  it('stores everything, newest first, byte for byte, and says QUIT', async () => {
    const rig = await start(40);
    const { result } = await rig.fetch();
    expect(await rig.stored()).toEqual(newestFirst(40));
    expect(await rig.damaged()).toEqual([]);
    expect(result).toMatchObject({ fetched: 40, onServer: 40, skipped: [], finishedAt: rig.clock.nowMs });
    expect(rig.commands.at(-1)).toBe('QUIT');
    expect(rig.commands.some((command) => command.startsWith('DELE'))).toBe(false);
  });

  it('leaves a transcript that shows no person, no secret and no mail', async () => {
    const rig = await start(2);
    await rig.fetch();
    await rig.fetch({ password: 'wrong horse' });
    const [refused, done] = await rig.store.transcripts(rig.account.id);
    expect(refused).toMatchObject({ error: 'login-refused', host: rig.server.host, port: rig.server.port });
    expect(done).toMatchObject({ error: null, startedAt: rig.clock.nowMs });
    const text = [...(refused?.lines ?? []), ...(done?.lines ?? [])].join('\n');
    expect(text).not.toMatch(/nora|horse|Subject/i);
    expect(text).toMatch(/C: RETR 2\nC: RETR 1\nS: \+OK.*\nS: \(\d+ octets\)/);
    expect(done?.lines.at(-1)).toMatch(/^S: \+OK/);
  });

  it('fetches only what is new the second time', async () => {
    const rig = await start(5);
    await rig.fetch();
    rig.maildrop.deliver({ uidl: 'uid-6', raw: makeMail(6) });
    rig.commands.length = 0;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 1, onServer: 6 });
    expect(rig.retrieved).toEqual([6]);
  });

  it('keeps what is gone from the server', async () => {
    const rig = await start(3);
    await rig.fetch();
    const emptied = await start([]);
    const { result } = await emptied.fetch({ parts: { store: rig.store } });
    expect(result).toMatchObject({ fetched: 0, onServer: 0 });
    expect(await rig.stored()).toEqual(newestFirst(3));
  });

  it('shows the first rows after a small batch, and makes the batches larger', async () => {
    const rig = await start(120);
    await rig.fetch();
    expect(rig.added).toEqual([16, 32, 64, 8]);
  });

  it('remembers what the maildrop holds and when it was last fetched', async () => {
    const rig = await start(4);
    await rig.fetch();
    const octets = rig.maildrop.messages.reduce((sum, { raw }) => sum + raw.length, 0);
    const rules = { loginDelayS: null, keepsDays: 'for-good' };
    const status = { lastSyncAt: rig.clock.nowMs, maildropCount: 4, maildropOctets: octets, rules };
    expect(await rig.store.status(rig.account.id)).toMatchObject(status);
  });

  it('tells each phase in order, and figures that end at what was announced', async () => {
    const rig = await start(3);
    await rig.fetch();
    const phases = rig.progress.map(({ phase }) => phase);
    expect([...new Set(phases)]).toEqual(['connecting', 'login', 'listing', 'fetching', 'closing']);
    const last = rig.progress.at(-1);
    expect(last).toMatchObject({ messagesDone: 3, messagesTotal: 3, octetsDone: last?.octetsTotal });
  });

  it('fetches one by one from a server that does not pipeline', async () => {
    const rig = await start(20, { punishPipelining: true });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 20 });
  });

  it('stores a message that the header pass cannot read', async () => {
    const rig = await start(2);
    const digest = () => {
      throw new RangeError('header pass failed');
    };
    const { result } = await rig.fetch({ parts: { digest } });
    expect(result).toMatchObject({ fetched: 2, skipped: [] });
    expect((await rig.store.summaries())[0]).toMatchObject({ subject: '', sentAt: null, preview: '' });
    expect(await rig.damaged()).toEqual([]);
  });
});

describe('a fetch that cannot begin', () => {
  it.each<{ name: string; faults?: Faults; password?: string; code: string; hop: string }>([
    { name: 'a wrong password', password: 'wrong', code: 'login-refused', hop: 'login' },
    {
      name: 'a maildrop in use',
      faults: { refuse: { PASS: '[IN-USE] locked', AUTH: '[IN-USE] locked' } },
      code: 'maildrop-in-use',
      hop: 'login',
    },
    {
      name: 'a greeting with -ERR',
      faults: { greeting: '-ERR too many connections\r\n' },
      code: 'server-refused',
      hop: 'login',
    },
    {
      name: 'an SMTP server',
      faults: { greeting: '220 smtp.example.org ESMTP\r\n' },
      code: 'not-pop3',
      hop: 'login',
    },
    {
      name: 'a server that hangs up at the login',
      faults: { dropAt: ['PASS', 'AUTH'] },
      code: 'connection-lost',
      hop: 'connection',
    },
    {
      name: 'garbage in place of a listing',
      faults: { instead: { UIDL: 'no status line\r\n' } },
      code: 'protocol-error',
      hop: 'maildrop',
    },
  ])('says why: $name', async ({ faults, password, code, hop }) => {
    const rig = await start(3, faults);
    const { error } = await rig.fetch(password === undefined ? {} : { password });
    expect(error).toMatchObject({
      code,
      hop,
      detail: { host: '127.0.0.1', port: rig.server.port, user: 'nora' },
    });
    expect(JSON.stringify(error?.detail)).not.toContain('correct horse');
    expect(await rig.stored()).toEqual([]);
  });

  it('says why: a closed port', async () => {
    const rig = await start(1);
    await rig.server.close();
    expect((await rig.fetch()).error).toMatchObject({ code: 'connection-refused', hop: 'connection' });
  });

  it('keeps the time of the last good fetch when a later one fails', async () => {
    const rig = await start(1);
    await rig.fetch();
    const before = await rig.store.status(rig.account.id);
    rig.clock.advance(1_000);
    await rig.fetch({ password: 'wrong' });
    expect(await rig.store.status(rig.account.id)).toEqual(before);
  });
});

describe('a connection that is cut', () => {
  const COUNT = 25;
  const total = makeMaildrop(COUNT).reduce((sum, { raw }) => sum + raw.length, 0);
  const offsets = Array.from({ length: 40 }, (_, index) => Math.floor(((index + 0.5) * (total * 1.2)) / 40));

  it.each(offsets)(
    'after %i octets, each time, leaves whole messages, and the next fetch brings the rest',
    async (offset) => {
      const rig = await start(COUNT, { dropAfterOctets: offset });
      const cut = await rig.fetch();
      const stored = await rig.stored();
      if (cut.error !== null) expect(cut.error).toMatchObject({ code: 'connection-lost', hop: 'connection' });
      else expect(stored).toHaveLength(COUNT);
      expect(stored).toEqual(newestFirst(COUNT).slice(0, stored.length));
      expect(rig.added.reduce((sum, count) => sum + count, 0)).toBe(stored.length);

      delete rig.faults.dropAfterOctets;
      rig.commands.length = 0;
      const { result } = await rig.fetch();
      expect(result).toMatchObject({ fetched: COUNT - stored.length, onServer: COUNT });
      expect(rig.retrieved).toHaveLength(COUNT - stored.length);
      expect((await rig.stored()).toSorted()).toEqual(newestFirst(COUNT).toSorted());
      expect(await rig.damaged()).toEqual([]);
    },
  );

  it.each([2, 16, 17, 18, 25])('within its message %i, each time, costs no message', async (nth) => {
    const rig = await start(COUNT, { dropInRetr: { nth, afterOctets: 100 } });
    expect((await rig.fetch()).result).toMatchObject({ fetched: COUNT, skipped: [] });
    expect(await rig.stored()).toEqual(newestFirst(COUNT));
    expect(await rig.damaged()).toEqual([]);
  });

  it('at the first message, whichever it is, ends the fetch after a few attempts', async () => {
    const rig = await start(COUNT, { dropInRetr: { nth: 1, afterOctets: 100 } });
    expect((await rig.fetch()).error).toMatchObject({ code: 'connection-lost' });
    expect([rig.clock.pauses, await rig.stored()]).toEqual([[500, 1_000, 2_000, 4_000], []]);
  });

  it('at one message, always that one, costs that message alone', async () => {
    const rig = await start(COUNT, { dropAt: ['RETR 13'] });
    expect((await rig.fetch()).result).toMatchObject({
      fetched: COUNT - 1,
      skipped: [{ uidl: 'uid-13', error: { code: 'connection-lost' } }],
    });
    expect(await rig.stored()).toEqual(newestFirst(COUNT).filter((uid) => uid !== 'uid-13'));
    delete rig.faults.dropAt;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 1 });
  });

  it('by a server that offers pipelining and does not bear it, costs nothing', async () => {
    const rig = await start(COUNT, { punishPipelining: true, capabilities: ['USER', 'UIDL', 'PIPELINING'] });
    expect((await rig.fetch()).result).toMatchObject({ fetched: COUNT, skipped: [] });
    expect(rig.retrieved).toEqual(Array.from({ length: COUNT }, (_, index) => COUNT - index));
  });

  it('in answer to QUIT is no failure', async () => {
    const rig = await start(3, { dropAt: ['QUIT'] });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 3 });
  });
});

/** Lets the sockets run until the condition holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a server that falls silent', () => {
  it.each<{ name: string; faults: Faults; heard: string | null; hop: string }>([
    { name: 'at the greeting', faults: { greeting: null }, heard: null, hop: 'login' },
    { name: 'at the login', faults: { stallAt: ['PASS', 'AUTH'] }, heard: 'PASS', hop: 'login' },
    { name: 'at the listing', faults: { stallAt: ['UIDL'] }, heard: 'UIDL', hop: 'maildrop' },
  ])('$name is given up after its time', async ({ faults, heard, hop }) => {
    const rig = await start(3, { ...faults, capabilities: ['USER', 'UIDL'] });
    const fetching = rig.fetch();
    await until(() => rig.server.connections === 1 && (heard === null || rig.commands.includes(heard)));
    await until(() => rig.clock.pending > 0);
    rig.clock.advance(600_000);
    expect((await fetching).error).toMatchObject({ code: 'server-silent', hop, retryable: true });
  });

  /** A fetch of nine messages that has four and waits in the fifth, with its alarms for the batch and for silence. */
  async function stalled() {
    const rig = await start(9, { stallInRetr: { nth: 5, afterOctets: 50 } });
    let received = 0;
    const counting = (raw: Uint8Array) => ((received += 1), digest(raw));
    const control = new AbortController();
    const fetching = rig.fetch({ parts: { digest: counting }, signal: control.signal });
    await until(() => received === 4 && rig.clock.pending === 2);
    return { rig, fetching, control };
  }

  it('within a message, each time, costs time and no message', async () => {
    const { rig, fetching } = await stalled();
    let isOver = false;
    void fetching.then(() => (isOver = true));
    // Two alarms are those of a batch and of a silence.
    await until(() => {
      if (rig.server.connections === 1 && rig.clock.pending > 0) rig.clock.advance(1);
      return isOver;
    });
    expect((await fetching).result).toMatchObject({ fetched: 9, skipped: [] });
    expect(await rig.stored()).toEqual(newestFirst(9));
  });

  it('within a message does not keep those before it from being shown', async () => {
    const { rig, fetching, control } = await stalled();
    rig.clock.advance(400);
    await until(() => rig.added.length === 1);
    expect(await rig.stored()).toEqual(newestFirst(9).slice(0, 4));
    control.abort();
    await fetching;
  });

  it('at QUIT is not waited for long, and is no failure', async () => {
    const rig = await start(2, { stallAt: ['QUIT'] });
    const fetching = rig.fetch();
    await until(() => rig.commands.includes('QUIT'));
    await until(() => rig.clock.pending > 0);
    rig.clock.advance(5_000);
    expect((await fetching).result).toMatchObject({ fetched: 2 });
  });
});

describe('cancelling', () => {
  it.each([1, 2, 3])('after commit %i keeps what was received', async (commits) => {
    const rig = await start(200);
    const control = new AbortController();
    const onAdded = () => {
      if (rig.added.length === commits) control.abort();
    };
    const { error } = await rig.fetch({ signal: control.signal, onAdded });
    expect(error).toMatchObject({ code: 'cancelled', hop: 'page' });
    const stored = await rig.stored();
    expect(stored).toEqual(newestFirst(200).slice(0, stored.length));
    expect(stored.length).toBeGreaterThanOrEqual(rig.added[0] ?? 1);
    rig.commands.length = 0;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 200 - stored.length });
    expect(await rig.damaged()).toEqual([]);
  });

  it.each(['greeting', 'PASS', 'UIDL', 'RETR 3'])(
    'while the server is silent at %s hangs up at once',
    async (command) => {
      const faults: Faults = command === 'greeting' ? { greeting: null } : { stallAt: [command] };
      const rig = await start(3, { ...faults, capabilities: ['USER', 'UIDL'] });
      const control = new AbortController();
      const fetching = rig.fetch({ signal: control.signal });
      await until(
        () => rig.server.connections === 1 && (command === 'greeting' || rig.commands.includes(command)),
      );
      control.abort();
      expect((await fetching).error).toMatchObject({ code: 'cancelled' });
      await until(() => rig.server.connections === 0);
    },
  );

  it('before the first step dials nobody', async () => {
    const rig = await start(1);
    expect((await rig.fetch({ signal: AbortSignal.abort() })).error).toMatchObject({ code: 'cancelled' });
    expect(rig.commands).toEqual([]);
  });
});

describe('a store that fails', () => {
  /** A store whose n-th addMessages (from 1) fails. */
  function failing(store: MailStore, nth: number): MailStore {
    let calls = 0;
    return new Proxy(store, {
      get(target, name: keyof MailStore) {
        if (name === 'addMessages' && ++calls >= nth) {
          return () => Promise.reject(new PoplarError('storage-full', 'storage'));
        }
        return target[name].bind(target);
      },
    });
  }

  it.each([1, 2, 3])(
    'at batch %i ends the fetch with its error, keeps earlier batches, loses none',
    async (nth) => {
      const rig = await start(120);
      const { error } = await rig.fetch({ parts: { store: failing(rig.store, nth) } });
      expect(error).toMatchObject({ code: 'storage-full', hop: 'storage' });
      const kept = [0, 16, 48][nth - 1] ?? -1;
      expect(await rig.stored()).toHaveLength(kept);
      expect((await rig.fetch()).result).toMatchObject({ fetched: 120 - kept });
      expect(await rig.damaged()).toEqual([]);
    },
  );
});
