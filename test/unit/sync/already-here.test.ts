import { describe, expect, it } from 'vitest';
import { messageId } from '../../../web/model/ids.ts';
import type { MessageSummary } from '../../../web/model/message.ts';
import type { NewMessage } from '../../../web/store/mail-store.ts';
import { AlreadyHere } from '../../../web/sync/already-here.ts';
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
  return { alreadyHere, reads };
}

describe('AlreadyHere', () => {
  it('knows a message by its octets, whatever it is called', async () => {
    const { alreadyHere } = stored('a', 'b');
    expect(await alreadyHere.takes({ ...message('b'), uidl: message('x').uidl })).toBe(true);
  });

  it('lets each message here stand for one', async () => {
    const { alreadyHere } = stored('a', 'a');
    const answers = [];
    for (let copy = 0; copy < 3; copy += 1) answers.push(await alreadyHere.takes(message('a')));
    expect(answers).toEqual([true, true, false]);
  });

  it('is not misled by a message that only looks the same in the list', async () => {
    const { alreadyHere } = stored('a');
    expect(await alreadyHere.takes({ ...message('a'), raw: message('b').raw })).toBe(false);
  });

  it('takes no beginning for a whole message, nor for the beginning of one of another size', async () => {
    const beginning = (octets: number): NewMessage => ({ ...message('a'), partial: { octets, lines: 20 } });
    const here = (): AlreadyHere => storedAs([beginning(5000)]).alreadyHere;
    expect(await here().takes(message('a'))).toBe(false);
    expect(await here().takes(beginning(6000))).toBe(false);
    expect(await here().takes(beginning(5000))).toBe(true);
    expect(await stored('a').alreadyHere.takes(beginning(5000))).toBe(false);
  });

  it('reads the list once, and no body of a message that looks different', async () => {
    const { alreadyHere, reads } = stored('a', 'b', 'c');
    await alreadyHere.takes(message('x'));
    await alreadyHere.takes(message('y'));
    expect(reads).toEqual({ lists: 1, bodies: 0 });
  });
});
