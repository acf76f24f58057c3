/** Thunderbird's popstate.dat of all ages, and files that only look like one. */
import { describe, expect, it } from 'vitest';
import { messageNumber, uidl } from '../../../web/model/ids.ts';
import { MAX_MOVE_OCTETS } from '../../../web/model/move.ts';
import { fetchedWhole, readPopstate, type Popstate } from '../../../web/move/popstate.ts';
import { identifyDuplicates } from '../../../web/sync/identity.ts';

const HEAD = '# POP3 State File\n# This is a generated file!  Do not edit.\n\n';
const read = (text: string): Popstate => readPopstate(Buffer.from(text, 'latin1'));
/** Host, user, and each unique-id with its flag: `+` whole, `-` not; then odd lines. */
function outline({ mailboxes, oddLines }: Popstate): string {
  const parts = mailboxes.map(({ host, user, entries }) => {
    const ids = Array.from(entries, ([id, { isWhole }]) => `${isWhole ? '+' : '-'}${id}`);
    return `${host}|${user}|${ids.join(' ')}`;
  });
  return [...parts, ...oddLines.map((line) => `odd ${line}`)].join(' / ');
}

describe('popstate.dat', () => {
  it.each([
    [
      'as Thunderbird writes it',
      `${HEAD}*pop.example.org ann\nk a1 1262304000\nd a2 1262304001`,
      'pop.example.org|ann|+a1 +a2',
    ],
    ['with messages that it has in part', `${HEAD}*h u\nk a 1\nb c 2\nf d 3\n`, 'h|u|+a -c -d'],
    ['from before there were times', `${HEAD}*h u\nk a\nd b\n`, 'h|u|+a +b'],
    ['by Netscape, on a Mac', '# Netscape POP3 State File\r\r*h u\rk a\rk b\r', 'h|u|+a +b'],
    ['with line ends of Windows', `${HEAD}*h u\nk a 1\n`.replaceAll('\n', '\r\n'), 'h|u|+a'],
    ['of several mailboxes', `${HEAD}*h u\nk a\n*i v\nk b\nk a\n`, 'h|u|+a / i|v|+b +a'],
    ['with one mailbox in two pieces', `${HEAD}*h u\nk a\n*i v\nk b\n*h u\nk c\n`, 'h|u|+a +c / i|v|+b'],
    ['with a line twice: the last one counts', `${HEAD}*h u\nk a\nk b\nb a\n`, 'h|u|-a +b'],
    ['of a user with blanks and accents', `${HEAD}*h J\xc3\xbcrg M. \nk a\n`, 'h|Jürg M.|+a'],
    ['without a header', '*h u\nk a\n', 'h|u|+a'],
    ['with a byte order mark', '\xef\xbb\xbf*h u\nk a\n', 'h|u|+a'],
    ['with tabs', '*h\tu\nk\ta\t1\n', 'h|u|+a'],
    ['with a mailbox of which nothing was fetched', '*h u\n', 'h|u|'],
    ['with unique-ids that hold everything', '*h u\nk <x@y>#*k 1\nk \xe4\xff 1\n', 'h|u|+<x@y>#*k +\xe4\xff'],
    ['with a message before any mailbox', 'k z\n*h u\nk a\n', 'h|u|+a / odd 1'],
    [
      'with odd lines',
      '*h u\nk a\nx b\nkk c\nk\nk \x01\nk\x00 d\n\nk e\n',
      'h|u|+a +e / odd 3 / odd 4 / odd 5 / odd 6 / odd 7',
    ],
    ['with a mailbox that has no user', '*h u\nk a\n*i\nk b\n', 'h|u|+a / odd 3 / odd 4'],
    ['with a unique-id without end', `*h u\nk ${'x'.repeat(2001)}\nk a\n`, 'h|u|+a / odd 2'],
  ])('is read %s', (_name, text, expected) => {
    expect(outline(read(text))).toBe(expected);
  });

  it.each([
    ['1262304000', 1_262_304_000_000],
    ['', null],
    ['0', null],
    ['-5', null],
    ['undefined', null],
    ['1e9', null],
    ['99999999999999999999', null],
  ])('knows when a message was fetched by “%s”', (seconds, expected) => {
    const [mailbox] = read(`*h u\nk a ${seconds}\n`).mailboxes;
    expect(mailbox?.entries.get(uidl('a'))).toEqual({ isWhole: true, fetchedAt: expected });
  });

  it.each([
    ['nothing', '', { code: 'file-unknown' }],
    ['its header alone', HEAD, { code: 'file-unknown' }],
    ['another file', 'From - Sat Nov 28\nSubject: x\n', { code: 'file-unknown' }],
    ['noise', '\x00\x01\x02\xff\n\xfe', { code: 'file-unknown' }],
    [
      'a mailbox and nothing that can be read',
      '*h u\n\nnonsense\nmore\n',
      { code: 'file-damaged', detail: { line: 3 } },
    ],
  ])('is refused when it is %s', (_name, text, error) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: error.code }) as Error);
    if (!('detail' in error)) return;
    expect(() => read(text)).toThrow(
      expect.objectContaining({ detail: { what: 'popstate.dat', line: error.detail.line } }) as Error,
    );
  });

  it('is refused above its limit', () => {
    expect(() => readPopstate(new Uint8Array(MAX_MOVE_OCTETS + 1))).toThrow(
      expect.objectContaining({ code: 'file-too-large' }) as Error,
    );
  });

  it('keeps nothing away that only shares a unique-id: of two such messages one is known', () => {
    const [mailbox] = read('*h u\nk same\nk same\n').mailboxes;
    const known = new Set(mailbox === undefined ? [] : fetchedWhole(mailbox));
    const listed = [1, 2].map((number) => ({
      number: messageNumber(number),
      octets: 100 * number,
      uidl: uidl('same'),
    }));
    expect(identifyDuplicates(listed, known).map(({ isKnown }) => isKnown)).toEqual([true, false]);
  });

  it('is read at 100,000 messages', () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `k unique-id-${index} 1262304000\n`);
    const [mailbox] = read(`${HEAD}*h u\n${lines.join('')}`).mailboxes;
    expect(mailbox?.entries.size).toBe(100_000);
  });
});
