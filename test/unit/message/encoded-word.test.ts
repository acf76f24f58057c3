import { describe, expect, test } from 'vitest';
import { decodeEncodedWords } from '../../../web/message/encoded-word.ts';

const cases: { name: string; input: string; text: string }[] = [
  { name: 'Q', input: '=?utf-8?Q?Gr=C3=BC=C3=9Fe?=', text: 'Grüße' },
  { name: 'B', input: '=?UTF-8?B?R3LDvMOfZQ==?=', text: 'Grüße' },
  { name: 'lower-case letters', input: '=?iso-8859-1?q?caf=e9?=', text: 'café' },
  { name: 'underscore as space', input: '=?utf-8?Q?a_b?=', text: 'a b' },
  { name: 'white space within a word', input: '=?utf-8?Q?a b?=', text: 'a b' },
  { name: 'words among text', input: 'Re: =?utf-8?Q?=C3=BC?= and =?utf-8?Q?=C3=B6?=!', text: 'Re: ü and ö!' },
  { name: 'no white space between words', input: '=?utf-8?Q?a?= =?utf-8?Q?b?=', text: 'ab' },
  { name: 'words that touch', input: '=?utf-8?Q?a?==?utf-8?Q?b?=', text: 'ab' },
  { name: 'a character cut in two (Q)', input: '=?utf-8?Q?=C3?= =?utf-8?Q?=BC?=', text: 'ü' },
  { name: 'a character cut in two (B)', input: '=?utf-8?B?5L0=?= =?utf-8?B?oA==?=', text: '你' },
  { name: 'a character cut between B and Q', input: '=?utf-8?B?ww==?= =?UTF-8?Q?=BC?=', text: 'ü' },
  { name: 'two charsets', input: '=?utf-8?Q?=C3=BC?= =?iso-8859-1?Q?=FC?=', text: 'üü' },
  {
    name: 'ISO-2022-JP words that do not join',
    input: '=?iso-2022-jp?B?GyRCJUYbKEI=?= =?iso-2022-jp?B?GyRCJTkbKEI=?=',
    text: 'テス',
  },
  { name: 'a language tag', input: '=?utf-8*de?Q?=C3=BC?=', text: 'ü' },
  { name: 'cp932', input: '=?cp932?B?g2WDWINn?=', text: 'テスト' },
  { name: 'ks_c_5601-1987', input: '=?ks_c_5601-1987?B?yKPIoyA=?=', text: '호호 ' },
  { name: 'a charset nobody knows', input: '=?x-nonsense?Q?caf=E9?=', text: 'café' },
  { name: 'UTF-8 that says us-ascii', input: '=?us-ascii?Q?=C3=BC?=', text: 'ü' },
  { name: 'Latin-1 that says utf-8', input: '=?utf-8?Q?J=FCrgen?=', text: 'Jürgen' },
  { name: 'base64 without padding', input: '=?utf-8?B?R3LDvMOfZQ?=', text: 'Grüße' },
  { name: 'base64 with junk', input: '=?utf-8?B?R3LD vMOf!ZQ==?=', text: 'Grüße' },
  { name: 'a stray equals sign', input: '=?utf-8?Q?a=ZZb=?=', text: 'a=ZZb=' },
  { name: 'an empty word', input: 'a =?utf-8?Q??= b', text: 'a  b' },
  { name: 'text without words', input: 'a = b ? c : d', text: 'a = b ? c : d' },
  { name: 'a word without an end', input: '=?utf-8?Q?abc', text: '=?utf-8?Q?abc' },
  { name: 'a word without an encoding', input: '=?utf-8?abc?=', text: '=?utf-8?abc?=' },
  { name: 'an unknown encoding', input: '=?utf-8?X?abc?=', text: '=?utf-8?X?abc?=' },
  { name: 'a label of silly length', input: `=?${'x'.repeat(80)}?Q?a?=`, text: `=?${'x'.repeat(80)}?Q?a?=` },
];

describe('decodeEncodedWords', () => {
  test.each(cases)('decodes $name', ({ input, text }) => {
    expect(decodeEncodedWords(input)).toBe(text);
  });

  test.each(['=?', '=?a?q?', '=?a?b?x', '?=', '=?a?q?x?= '])(
    'gets through 200,000 characters of %s',
    (piece) => {
      const text = decodeEncodedWords(piece.repeat(Math.floor(200_000 / piece.length)));
      expect(text.length).toBeGreaterThan(0);
    },
  );
});
