import { describe, expect, it } from 'vitest';
import { bytesFromLatin1, displayText, latin1FromBytes, utf8FromText } from '../../../web/wire/ascii.ts';

const everyOctet = Uint8Array.from({ length: 256 }, (_, octet) => octet);

describe('latin-1', () => {
  it('gives every octet a char of its own and back', () => {
    const text = latin1FromBytes(everyOctet);
    expect([...text].map((char) => char.charCodeAt(0))).toEqual([...everyOctet]);
    expect(bytesFromLatin1(text)).toEqual(everyOctet);
  });

  it('takes more octets than a call has room for arguments', () => {
    const many = new Uint8Array(1_000_000).fill(0xe9);
    const text = latin1FromBytes(many);
    expect(text.length).toBe(1_000_000);
    expect(text.charCodeAt(999_999)).toBe(0xe9);
  });
});

describe('displayText', () => {
  const table: { name: string; input: string; expected: string }[] = [
    { name: 'leaves plain text alone', input: 'Dovecot ready.', expected: 'Dovecot ready.' },
    { name: 'reads UTF-8', input: 'Gr\xc3\xbc\xc3\x9fe', expected: 'Grüße' },
    { name: 'reads latin-1 when it is not UTF-8', input: 'Gr\xfc\xdfe', expected: 'Grüße' },
    {
      name: 'reads latin-1 with two such letters in a row',
      input: 'Gr\xf6\xdfe cr\xe9\xe9',
      expected: 'Größe créé',
    },
    { name: 'reads GB2312', input: '[AUTH] \xc7\xeb\xca\xb9\xd3\xc3 POP3', expected: '[AUTH] 请使用 POP3' },
    {
      name: 'does not think long about what it is',
      input: `${'\xc7\xeb'.repeat(30_000)}\xff`,
      expected: `${'Çë'.repeat(99)}Ç…`,
    },
    { name: 'takes out control characters', input: 'a\x00b\x1b[31mc\x7f', expected: 'a b [31mc' },
    { name: 'takes out C1 controls', input: 'a\xc2\x9bb', expected: 'a b' },
    { name: 'takes out bidi overrides', input: 'safe\xe2\x80\xaeexe.txt', expected: 'safe exe.txt' },
    { name: 'makes one line of several', input: 'a\r\nb\xe2\x80\xa8c', expected: 'a b c' },
    { name: 'is empty for nothing', input: ' \t ', expected: '' },
  ];
  it.each(table)('$name', ({ input, expected }) => {
    expect(displayText(input)).toBe(expected);
  });

  it('cuts long text and says so', () => {
    const shown = displayText('x'.repeat(500));
    expect(shown).toHaveLength(200);
    expect(shown.endsWith('…')).toBe(true);
  });
});

it('writes text as UTF-8', () => {
  expect([...utf8FromText('é€')]).toEqual([0xc3, 0xa9, 0xe2, 0x82, 0xac]);
});
