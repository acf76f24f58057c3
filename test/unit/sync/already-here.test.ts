import { describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { messageId } from '../../../web/model/ids.ts';
import type { MessageSummary } from '../../../web/model/message.ts';
import type { Deletion } from '../../../web/model/retention.ts';
import { headerIdentity } from '../../../web/pop3/identity-hash.ts';
import type { NewMessage } from '../../../web/store/mail-store.ts';
import { AlreadyHere, type Found } from '../../../web/sync/already-here.ts';
import { bytes } from '../../support/octets.ts';
import { account, message } from '../store/mail-fixtures.ts';

/** What is here, and how often its list and its bodies were read. */
function stored(...names: string[]) {
  return storedAs(names.map((name) => message(name)));
}

function storedAs(kept: readonly NewMessage[]) {
  const reads = { lists: 0, bodies: 0 };
  const rows = kept.map(({ digest, raw, ...rest }, index): MessageSummary => ({
    ...{ ...digest, ...rest, octets: raw.length, id: messageId(index) },
    ...{ account: account('anna').id, seen: false, starred: false },
  }));
  const alreadyHere = new AlreadyHere({
    summaries: async () => {
      reads.lists += 1;
      return rows;
    },
    raw: async (id) => {
      reads.bodies += 1;
      return kept[id]?.raw ?? null;
    },
  });
  return { alreadyHere, reads, rows };
}

describe('AlreadyHere', () => {
  it('knows a message by its octets, whatever it is called', async () => {
    const { alreadyHere } = stored('a', 'b');
    expect(await alreadyHere.take({ ...message('b'), uidl: message('x').uidl })).toEqual({
      ...{ id: 1, uidl: 'b', lacks: false, isProven: true },
    });
  });

  it('lets each message here stand for one', async () => {
    const { alreadyHere } = stored('a', 'a');
    const answers = [];
    for (let copy = 0; copy < 3; copy += 1) answers.push((await alreadyHere.take(message('a')))?.id);
    expect(answers).toEqual([0, 1, undefined]);
  });

  it('is not misled by a message that only looks the same in the list', async () => {
    const { alreadyHere } = stored('a');
    expect(await alreadyHere.take({ ...message('a'), raw: message('b').raw })).toBeNull();
  });

  const text = (octets: string, of = message('a')): NewMessage => ({ ...of, raw: bytes(octets) });
  const plain = 'Subject: a\r\n\r\nText\r\n';
  it.each([
    { name: 'a field that servers add', came: `Status: RO\r\nX-UIDL: 1a2b\r\n${plain}`, isSame: true },
    { name: 'a line end at the end', came: plain.slice(0, -2), isSame: true },
    { name: 'a word of the text', came: plain.replace('Text', 'Test'), isSame: false },
    { name: 'a field of its own', came: `X-Spam: no\r\n${plain}`, isSame: false },
    { name: 'much of what servers add', came: `X-UIDL: ${'1'.repeat(600)}\r\n${plain}`, isSame: false },
  ])('knows a message that differs in $name: $isSame', async ({ came, isSame }) => {
    expect((await storedAs([text(plain)]).alreadyHere.take(text(came))) !== null).toBe(isSame);
  });

  it('reads no other size for a message without a date, as too many look alike', async () => {
    const undated = { ...message('a'), digest: { ...message('a').digest, sentAt: null } };
    const { alreadyHere, reads } = storedAs([text(plain, undated)]);
    expect(await alreadyHere.take(text(`Status: RO\r\n${plain}`, undated))).toBeNull();
    expect(reads.bodies).toBe(0);
  });

  describe('a message that was deleted for good', () => {
    const deletion: Deletion = {
      ...{
        id: messageId(9),
        uidl: message('gone').uidl,
        octets: plain.length,
        header: headerIdentity(bytes(plain)),
      },
      ...{ receivedAt: 0, sentAt: null, receipt: null },
    };
    const deleted = (rows: readonly MessageSummary[] = []): AlreadyHere =>
      new AlreadyHere({
        summaries: () => Promise.resolve(rows),
        deleted: () => Promise.resolve([deletion]),
        raw: () => Promise.resolve(null),
      });
    it.each([
      { name: 'is told by its header and size', came: plain, isTold: true },
      {
        name: 'is told though a server added to it',
        came: `X-UIDL: ${'1'.repeat(60)}\r\n${plain}`,
        isTold: true,
      },
      { name: 'is no other with its header', came: `${plain}More\r\n`, isTold: false },
      { name: 'is no other of its size', came: plain.replace('Subject: a', 'Subject: b'), isTold: false },
    ])('$name', async ({ came, isTold }) => {
      const found = isTold ? { id: deletion.id, uidl: 'gone', lacks: false, isProven: true } : null;
      expect(await deleted().take(text(came))).toEqual(found);
    });

    it('stands for one, and for none where a damaged one looks the same', async () => {
      const alreadyHere = deleted();
      const taken = [await alreadyHere.take(text(plain)), await alreadyHere.take(text(plain))];
      expect(taken).toEqual([expect.objectContaining({ id: deletion.id }), null]);
      const { rows } = storedAs([message('a', 900)]);
      expect(await deleted(rows.map((row) => ({ ...row, damaged: true }))).take(text(plain))).toBeNull();
    });
  });

  describe('a beginning', () => {
    const whole = message('a', 5000);
    const beginning = (octets = 5000, of = whole): NewMessage => ({
      ...of,
      raw: of.raw.slice(0, 900),
      partial: { octets, lines: 20 },
    });
    it.each<{ name: string; here: NewMessage; came: NewMessage; lacks: boolean | undefined }>([
      { name: 'is that of a whole message here', here: whole, came: beginning(), lacks: false },
      { name: 'is here, and the whole came', here: beginning(), came: whole, lacks: true },
      { name: 'is the same beginning', here: beginning(), came: beginning(), lacks: false },
      { name: 'is the same, of another size', here: beginning(), came: beginning(6000), lacks: undefined },
      { name: 'is no whole of another size', here: beginning(6000), came: whole, lacks: undefined },
      {
        name: 'is not that of a whole of another size',
        here: whole,
        came: beginning(4900),
        lacks: undefined,
      },
      {
        name: 'begins otherwise',
        here: beginning(),
        came: { ...whole, raw: message('b', 5000).raw },
        lacks: undefined,
      },
      {
        name: 'as long as a whole is no whole',
        here: beginning(),
        came: { ...whole, raw: whole.raw.slice(0, 900) },
        lacks: undefined,
      },
    ])('$name: $lacks', async ({ here, came, lacks }) => {
      expect((await storedAs([here]).alreadyHere.take(came))?.lacks).toBe(lacks);
    });
  });

  describe('a damaged message', () => {
    const undated = { ...message('a'), digest: { ...message('a').digest, sentAt: null } };
    it.each<{ name: string; here: NewMessage[]; came: NewMessage; found: Partial<Found> | null }>([
      {
        name: 'is that which looks the same in the list',
        here: [message('a')],
        came: message('a'),
        found: { id: messageId(0), lacks: true, isProven: false },
      },
      {
        name: 'is so after one that is the same by its octets',
        here: [message('a'), message('a')],
        came: message('a'),
        found: { id: messageId(1), lacks: false, isProven: true },
      },
      {
        name: 'is no other of another size',
        here: [message('a')],
        came: { ...message('a'), raw: message('a', 900).raw },
        found: null,
      },
      {
        name: 'is not made whole by a beginning',
        here: [message('a')],
        came: { ...message('a'), partial: { octets: message('a').raw.length, lines: 1 } },
        found: null,
      },
      { name: 'has to have a date', here: [undated], came: undated, found: null },
    ])('$name', async ({ here, came, found }) => {
      const { rows } = storedAs(here);
      const alreadyHere = new AlreadyHere({
        summaries: () => Promise.resolve(rows.map((row, at) => (at === 0 ? { ...row, damaged: true } : row))),
        raw: (id) => Promise.resolve(id === rows[0]?.id ? null : (here[id]?.raw ?? null)),
      });
      const taken = await alreadyHere.take(came);
      if (found === null) expect(taken).toBeNull();
      else expect(taken).toMatchObject(found);
    });
  });

  it('takes a damaged message for no other, and fails only when the store does', async () => {
    const { rows } = stored('a', 'a');
    const here = (reason: string) =>
      new AlreadyHere({
        summaries: () => Promise.resolve(rows),
        raw: async (id) => {
          if (id !== rows[0]?.id) return message('a').raw;
          throw new PoplarError('storage-failed', 'storage', { detail: { reason } });
        },
      });
    expect((await here('damaged').take(message('a')))?.id).toBe(rows[1]?.id);
    await expect(here('deleted').take(message('a'))).rejects.toMatchObject({ code: 'storage-failed' });
  });

  it('reads the list once, and no body of a message that looks different', async () => {
    const { alreadyHere, reads } = stored('a', 'b', 'c');
    await alreadyHere.take(message('x'));
    await alreadyHere.take(message('y'));
    expect(reads).toEqual({ lists: 1, bodies: 0 });
  });
});
