/** What goes into an mbox comes out of it byte for byte, whatever it looks like. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mboxEntry } from '../../../web/message/mbox.ts';
import { readMbox } from '../../support/read-mbox.ts';

const envelope = { sender: 'ann@example.org', receivedAt: Date.UTC(2026, 10, 3, 6, 7, 8) };
const entry = (text: string): string =>
  Buffer.from(mboxEntry(Buffer.from(text, 'latin1'), envelope)).toString('latin1');
const HEAD = 'From ann@example.org Tue Nov  3 06:07:08 2026\n';

describe('mboxEntry', () => {
  it.each([
    ['a message', 'A: b\r\n\r\nText\r\n', 'A: b\r\n\r\nText\r\n\n'],
    ['nothing', '', '\n'],
    ['a message without a line end', 'A: b', 'A: b\n\n'],
    ['a message that ends with CR', 'A: b\r', 'A: b\r\n\n'],
    ['From at the very beginning', 'From me\n', '>From me\n\n'],
    ['From in a line of its own', 'A: b\r\n\r\nFrom me\r\n', 'A: b\r\n\r\n>From me\r\n\n'],
    ['From that is quoted already', '\n>From me\n>>>From you\n', '\n>>From me\n>>>>From you\n\n'],
    [
      'From: and from, which are none',
      'From: a\nFrom\tb\nfrom c\n From d\n> From e\nFromf\n',
      'From: a\nFrom\tb\nfrom c\n From d\n> From e\nFromf\n\n',
    ],
    ['From behind a CR alone', 'a\rFrom b\n', 'a\rFrom b\n\n'],
    ['From at the very end', 'a\nFrom ', 'a\n>From \n\n'],
    ['almost From at the very end', 'a\n>From', 'a\n>From\n\n'],
    ['quotes at the very end', 'a\n>>>', 'a\n>>>\n\n'],
    ['empty lines at the end', 'a\n\n\n', 'a\n\n\n\n'],
    ['all octets', '\x00\x80\xff\n', '\x00\x80\xff\n\n'],
  ])('writes %s', (_name, raw, expected) => {
    expect(entry(raw)).toBe(HEAD + expected);
  });

  it.each([
    ['ann@example.org', 'ann@example.org'],
    ['', 'MAILER-DAEMON'],
    ['ann', 'MAILER-DAEMON'],
    ['a b@example.org', 'MAILER-DAEMON'],
    ['ann@example.org\nFrom x', 'MAILER-DAEMON'],
    ['änn@example.org', 'MAILER-DAEMON'],
    ['a@b@c', 'MAILER-DAEMON'],
  ])('says that it is of “%s”', (sender, expected) => {
    const [one] = readMbox(mboxEntry(new Uint8Array(), { ...envelope, sender }));
    expect(one?.from).toBe(`From ${expected} Tue Nov  3 06:07:08 2026`);
  });

  it('comes back byte for byte, one after the other', () => {
    const piece = fc.constantFrom(
      'From ',
      '>',
      '\n',
      '\r\n',
      '\r',
      'x',
      '\n\n',
      '\nFrom ',
      '\n>From ',
      '\xff',
      '\0',
    );
    const message = fc.array(piece, { maxLength: 40 }).map((pieces) => `${pieces.join('')}\n`);
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 5 }), (texts) => {
        const raws = texts.map((text) => Buffer.from(text, 'latin1'));
        const file = Buffer.concat(raws.map((raw) => mboxEntry(raw, envelope)));
        expect(readMbox(file).map(({ raw }) => raw)).toEqual(raws);
      }),
    );
  });
});
