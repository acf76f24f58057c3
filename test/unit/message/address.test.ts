import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseMailboxes } from '../../../web/message/address.ts';

const one = (name: string, address: string) => [{ name, address }];

const cases: { name: string; input: string; mailboxes: { name: string; address: string }[] }[] = [
  { name: 'a bare address', input: 'a@b.example', mailboxes: one('', 'a@b.example') },
  { name: 'a name and an address', input: 'Ann Doe <a@b.example>', mailboxes: one('Ann Doe', 'a@b.example') },
  { name: 'a quoted name', input: '"Doe, Ann" <a@b.example>', mailboxes: one('Doe, Ann', 'a@b.example') },
  {
    name: 'escapes in quotes',
    input: '"Ann \\"A\\" Doe" <a@b.example>',
    mailboxes: one('Ann "A" Doe', 'a@b.example'),
  },
  { name: 'a comment as name', input: 'a@b.example (Ann Doe)', mailboxes: one('Ann Doe', 'a@b.example') },
  {
    name: 'nested comments',
    input: 'a@b.example (Ann (home) Doe)',
    mailboxes: one('Ann (home) Doe', 'a@b.example'),
  },
  {
    name: 'a comment beside a name',
    input: 'Ann (home) <a@b.example>',
    mailboxes: one('Ann', 'a@b.example'),
  },
  { name: 'comments within the brackets', input: '<a(x)@b(y).example>', mailboxes: one('', 'a@b.example') },
  { name: 'brackets without a name', input: '<a@b.example>', mailboxes: one('', 'a@b.example') },
  { name: 'a missing closing bracket', input: 'Ann <a@b.example', mailboxes: one('Ann', 'a@b.example') },
  {
    name: 'a missing bracket before the next',
    input: 'A <a@b.example, B <c@d.example>',
    mailboxes: [
      { name: 'A', address: 'a@b.example' },
      { name: 'B', address: 'c@d.example' },
    ],
  },
  { name: 'doubled brackets', input: 'Ann <<a@b.example>>', mailboxes: one('Ann', 'a@b.example') },
  { name: 'a name without brackets', input: 'Ann Doe a@b.example', mailboxes: one('Ann Doe', 'a@b.example') },
  { name: 'an address as name', input: 'a@b.example <a@b.example>', mailboxes: one('', 'a@b.example') },
  {
    name: 'an obsolete route',
    input: '<@x.example,@y.example:a@b.example>',
    mailboxes: one('', 'a@b.example'),
  },
  { name: 'a comma for a dot', input: 'Ann <a@b,example>', mailboxes: one('Ann', 'a@b,example') },
  { name: 'a quoted local part', input: '"ann(doe"@b.example', mailboxes: one('', '"ann(doe"@b.example') },
  { name: 'mailto in brackets', input: '<mailto:a@b.example>', mailboxes: one('', 'a@b.example') },
  {
    name: 'several',
    input: 'a@b.example, Ann <c@d.example>;e@f.example',
    mailboxes: [
      { name: '', address: 'a@b.example' },
      { name: 'Ann', address: 'c@d.example' },
      { name: '', address: 'e@f.example' },
    ],
  },
  {
    name: 'a group',
    input: 'Team: a@b.example, Ann <c@d.example>;',
    mailboxes: [
      { name: '', address: 'a@b.example' },
      { name: 'Ann', address: 'c@d.example' },
    ],
  },
  { name: 'an empty group', input: 'undisclosed-recipients:;', mailboxes: [] },
  { name: 'empty list entries', input: ', ,a@b.example,,', mailboxes: one('', 'a@b.example') },
  {
    name: 'an encoded name',
    input: '=?utf-8?Q?J=C3=BCrgen?= <j@b.example>',
    mailboxes: one('Jürgen', 'j@b.example'),
  },
  {
    name: 'an encoded name in quotes',
    input: '"=?utf-8?Q?J=C3=BCrgen?=" <j@b.example>',
    mailboxes: one('Jürgen', 'j@b.example'),
  },
  {
    name: 'an encoded comma',
    input: '=?utf-8?Q?Doe=2C_Ann?= <a@b.example>',
    mailboxes: one('Doe, Ann', 'a@b.example'),
  },
  {
    name: 'an address hidden in an encoded name',
    input: '=?utf-8?Q?x=40evil.example=3E?= <a@b.example>',
    mailboxes: one('x@evil.example>', 'a@b.example'),
  },
  {
    name: 'an address in quotes before the real one',
    input: '"ceo@corp.example" <a@evil.example>',
    mailboxes: one('ceo@corp.example', 'a@evil.example'),
  },
  { name: 'an address in quotes alone', input: '"ceo@corp.example"', mailboxes: one('ceo@corp.example', '') },
  {
    name: 'a whole mailbox as one encoded word',
    input: '=?utf-8?Q?Ann_=3Ca=40b.example=3E?=',
    mailboxes: one('Ann', 'a@b.example'),
  },
  {
    name: 'two addresses in brackets: the first counts',
    input: 'A <a@b.example> <c@d.example>',
    mailboxes: one('A', 'a@b.example'),
  },
  { name: 'a name alone', input: 'Ann Doe', mailboxes: one('Ann Doe', '') },
  {
    name: 'line breaks and controls',
    input: 'Ann\r\n Doe\0 <a@b.example>',
    mailboxes: one('Ann Doe', 'a@b.example'),
  },
  { name: 'an unclosed quote', input: '"Ann <a@b.example>', mailboxes: one('Ann <a@b.example>', '') },
  { name: 'an unclosed comment', input: 'a@b.example (Ann', mailboxes: one('Ann', 'a@b.example') },
  { name: 'nothing', input: '', mailboxes: [] },
];

describe('parseMailboxes', () => {
  test.each(cases)('reads $name', ({ input, mailboxes }) => {
    expect(parseMailboxes(input, 100)).toEqual(mailboxes);
  });

  it('stops at the limit', () => {
    expect(parseMailboxes('a@b.example, '.repeat(50), 3)).toHaveLength(3);
  });

  it('bounds names and addresses', () => {
    const [mailbox] = parseMailboxes(`${'n'.repeat(10_000)} <${'a'.repeat(10_000)}@b>`, 1);
    expect(mailbox?.name.length).toBeLessThanOrEqual(256);
    expect(mailbox?.address.length).toBeLessThanOrEqual(512);
  });

  it('never throws and never makes up an address from quotes', () => {
    const piece = fc.constantFrom(
      '"',
      '<',
      '>',
      '(',
      ')',
      ',',
      ';',
      ':',
      '\\',
      '@',
      'a',
      ' ',
      '=?utf-8?Q?',
      '?=',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        for (const { name, address } of parseMailboxes(pieces.join(''), 20)) {
          expect(name + address).not.toMatch(/[\r\n]/);
        }
      }),
    );
    expect(parseMailboxes('"a@b.example>" , x', 9).every((mailbox) => mailbox.address === '')).toBe(true);
  });
});
