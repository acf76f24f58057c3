/** Odd mail, lying listings and messages without end: each is stored as it is or left with a reason, and the rest comes. */
import { describe, expect, it } from 'vitest';
import { makeMail, makeMaildrop } from './rig.ts';
import { startingRigs } from './starting.ts';

const start = startingRigs();

describe('mail and listings that are not as they should be', () => {
  const text = (source: string) => new TextEncoder().encode(source);
  it.each([
    { name: 'no header', raw: text('only a line\r\n') },
    { name: 'nothing at all', raw: text('\r\n') },
    { name: 'lines of protocol words', raw: text('Subject: x\r\n\r\n+OK\r\n-ERR no\r\n.\r\n..\r\n...\r\n') },
    { name: 'NUL and 8-bit octets', raw: Uint8Array.of(0, 255, 128, 13, 0, 10, 13, 10) },
    { name: 'a line of 700,000 octets', raw: text(`Subject: x\r\n\r\n${'a'.repeat(700_000)}\r\n`) },
  ])('stores a message with $name as it is', async ({ raw }) => {
    const rig = await start([{ uidl: 'odd', raw }]);
    expect((await rig.fetch()).result).toMatchObject({ fetched: 1, skipped: [] });
    expect(await rig.damaged()).toEqual([]);
  });

  it.each([
    { name: 'too large a size', listOctets: () => 900_000 },
    { name: 'size 0', listOctets: () => 0 },
    { name: 'no size', listOctets: () => null },
    { name: 'sizes at random', listOctets: (number: number) => (number * 7_919) % 5_000 },
  ])('fetches everything when LIST gives $name', async ({ listOctets }) => {
    const rig = await start(30, { listOctets });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 30 });
    expect(await rig.damaged()).toEqual([]);
    const { octetsDone, octetsTotal } = rig.progress.at(-1) ?? {};
    expect(octetsDone).toBe(octetsTotal);
    expect(rig.progress.every((progress) => progress.octetsDone <= progress.octetsTotal)).toBe(true);
  });

  it('fetches all messages that share a unique-id, once', async () => {
    const rig = await start(6, { uidlOf: (number, uidl) => (number <= 3 ? 'same' : uidl) });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 6, onServer: 6 });
    expect(rig.retrieved).toEqual([6, 5, 4, 3, 2, 1]);
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
  });

  it('leaves out a message that has no unique-id and fetches the rest', async () => {
    const rig = await start(3, { uidlOf: (number, uidl) => (number === 2 ? null : uidl) });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 2 });
  });

  it('takes a message whose dot is glued to it, when the server has failed at it before', async () => {
    const raw = makeMail(1).slice(0, -2);
    const rig = await start([{ uidl: 'glued', raw }], { gluedTerminator: true });
    let isOver = false;
    const fetching = rig.fetch().finally(() => (isOver = true));
    while (!isOver) {
      if (rig.commands.at(-1) === 'RETR 1' && rig.clock.pending > 0) rig.clock.advance(100);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(rig.retrieved).toEqual([1, 1]);
    expect((await fetching).result).toMatchObject({ fetched: 1, skipped: [] });
    expect(await rig.damaged()).toEqual([]);
    expect(await rig.store.summaries()).toMatchObject([{ uidl: 'glued', unterminated: true }]);
    // So that it is never deleted on the server.
    const [holding] = await rig.store.holdings(rig.account.id);
    expect(holding?.receipt).toMatchObject({ unterminated: true });
  });

  it('skips a message that LIST says is too large, and says so', async () => {
    const rig = await start(3, { listOctets: (number, octets) => (number === 2 ? 5_000_000 : octets) });
    const { result } = await rig.fetch();
    expect(result).toMatchObject({ fetched: 2 });
    expect(result?.skipped).toEqual([
      {
        uidl: 'uid-2',
        number: 2,
        octets: 5_000_000,
        error: expect.objectContaining({
          code: 'message-too-large',
          detail: { octets: 5_000_000, limitOctets: 1_048_576 },
        }),
      },
    ]);
    expect(rig.retrieved).toEqual([3, 1]);
  });

  it('fetches what LIST says is too large once LIST has been caught lying', async () => {
    const rig = await start([...makeMaildrop(3, 2_000), { uidl: 'larger', raw: makeMail(4, 20_000) }], {
      listOctets: (_number, octets) => octets * 100,
    });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 4, skipped: [] });
    expect(rig.retrieved).toEqual([3, 2, 1, 4]);
    expect(await rig.damaged()).toEqual([]);
    expect(rig.progress.at(-1)).toMatchObject({ messagesDone: 4, messagesTotal: 4 });
  });

  it('fetches a maildrop of which LIST says that everything is too large', async () => {
    const rig = await start(3, { listOctets: () => 4_294_967_295 });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 3, skipped: [] });
    expect(await rig.damaged()).toEqual([]);
  });

  it('leaves a message without end, and fetches the rest over another connection', async () => {
    const rig = await start(5, { instead: { 'RETR 4': `+OK\r\n${'x'.repeat(3_000_000)}` } });
    const { result, error } = await rig.fetch();
    expect(error).toBeNull();
    expect(result).toMatchObject({ fetched: 4, onServer: 5 });
    expect(result?.skipped).toMatchObject([{ uidl: 'uid-4', error: { code: 'message-too-large' } }]);
    expect(await rig.stored()).toEqual(['uid-5', 'uid-3', 'uid-2', 'uid-1']);
    expect(rig.commands.filter((command) => command === 'UIDL')).toHaveLength(2);
    expect(rig.progress.at(-1)).toMatchObject({ messagesDone: 5, messagesTotal: 5 });
  });

  it('skips a message that turns out too large, and fetches the rest', async () => {
    const messages = makeMaildrop(4);
    const rig = await start([...messages, { uidl: 'huge', raw: makeMail(5, 1_500_000) }], {
      listOctets: () => 10,
    });
    const { result } = await rig.fetch();
    expect(result).toMatchObject({ fetched: 4 });
    expect(result?.skipped).toMatchObject([{ uidl: 'huge', error: { code: 'message-too-large' } }]);
  });

  it('skips a message that the server refuses, and tries it again next time', async () => {
    const rig = await start(4, { refuse: { 'RETR 2': '[SYS/TEMP] disk error' } });
    const first = await rig.fetch();
    expect(first.result).toMatchObject({ fetched: 3 });
    expect(first.result?.skipped).toMatchObject([{ uidl: 'uid-2', error: { code: 'command-refused' } }]);
    rig.faults.refuse = {};
    rig.commands.length = 0;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 1, skipped: [] });
    expect(rig.retrieved).toEqual([2]);
  });
});
