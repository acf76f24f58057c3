import { describe, expect, it } from 'vitest';
import { messageNumber, uidl } from '../../../web/model/ids.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { settled } from '../../support/settled.ts';
import { BARE_LOGIN, enter, retrieval } from './scripts.ts';

const NOOP = 'C: NOOP\nS: +OK\n';

/** Work that ends when the test says so. */
function makeWork() {
  let end: (result: string) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const work = new Promise<string>((resolve, reject) => ([end, fail] = [resolve, reject]));
  return { work, end: () => end('done'), fail: () => fail(new Error('disk')) };
}

describe('while the client is busy with something else', () => {
  it('NOOP is sent every 22 s, and not before', async () => {
    const clock = new FakeClock();
    const { client, transport } = await enter(`${BARE_LOGIN}${NOOP}${NOOP}C: QUIT\nS: +OK`, { clock });
    const { work, end } = makeWork();
    const result = client.during(work);
    clock.advance(21_999);
    await settled();
    expect(transport.writes.at(-1)).toBe('PASS secret\r\n');
    for (let times = 0; times < 2; times++) {
      clock.advance(22_000);
      await settled();
    }
    expect(transport.writes.slice(-2)).toEqual(['NOOP\r\n', 'NOOP\r\n']);
    end();
    expect(await result).toBe('done');
    await client.quit();
    expect(transport.remaining).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('the next command waits for the answer to the last NOOP', async () => {
    const clock = new FakeClock();
    const { client, transport } = await enter(`${BARE_LOGIN}C: NOOP\nS: +OK\nC: QUIT\nS: +OK`, { clock });
    const { work, end } = makeWork();
    const result = client.during(work);
    clock.advance(22_000);
    end();
    await result;
    await client.quit();
    expect(transport.writes.slice(-2)).toEqual(['NOOP\r\n', 'QUIT\r\n']);
  });

  it('a message under way is not cut in two', async () => {
    const clock = new FakeClock();
    const script = `${BARE_LOGIN}C: RETR 1\nS: +OK\nS: one\nS: .\nC: NOOP\nS: +OK\nC: RETR 2\nS: +OK\nS: two\nS: .`;
    const { client } = await enter(script, { clock });
    const messages = [1, 2].map((n) => ({ number: messageNumber(n), uidl: uidl(`u${n}`), octets: 5 }));
    const got: string[] = [];
    for await (const item of client.retrieve(messages, retrieval())) {
      const { work, end } = makeWork();
      const stored = client.during(work);
      // Nothing is sent after the last one: the work is over at once.
      if (got.length === 0) clock.advance(22_000);
      end();
      await stored;
      got.push('raw' in item ? String.fromCharCode(...item.raw) : item.error.code);
    }
    expect(got).toEqual(['one\r\n', 'two\r\n']);
  });

  it('nothing is sent behind commands that are not answered', async () => {
    const clock = new FakeClock();
    const script = `${BARE_LOGIN}C: RETR 1\nS! "+OK\\r\\npart"`;
    const { client, transport } = await enter(script, { clock });
    const message = { number: messageNumber(1), uidl: uidl('u'), octets: 5 };
    const reading = client.retrieve([message], retrieval())[Symbol.asyncIterator]().next();
    await settled();
    const { work, end } = makeWork();
    const result = client.during(work);
    clock.advance(22_000);
    await settled();
    end();
    await result;
    expect(transport.writes.at(-1)).toBe('RETR 1\r\n');
    client.close();
    await expect(reading).rejects.toMatchObject({ code: 'connection-lost' });
  });

  it('a lost connection shows at the next command, and the work keeps its own outcome', async () => {
    const clock = new FakeClock();
    const { client } = await enter(`${BARE_LOGIN}C: NOOP\n-- end`, { clock });
    const { work, fail } = makeWork();
    const result = expect(client.during(work)).rejects.toThrow('disk');
    clock.advance(22_000);
    await settled();
    fail();
    await result;
    await expect(client.quit()).rejects.toMatchObject({ code: 'connection-lost' });
    expect(clock.pending).toBe(0);
  });

  it('it ends after ten minutes: work that hangs must not hold the maildrop', async () => {
    const clock = new FakeClock();
    const { client, transport } = await enter(`${BARE_LOGIN}${NOOP.repeat(30)}`, { clock });
    const { work, end } = makeWork();
    const result = client.during(work);
    for (let times = 0; times < 40; times++) {
      clock.advance(22_000);
      await settled();
    }
    expect(transport.writes.filter((line) => line === 'NOOP\r\n')).toHaveLength(27);
    end();
    await result;
  });
});
