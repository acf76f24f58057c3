import { describe, expect, it } from 'vitest';
import { parseTokens } from '../../../../proxy/tunnel/access-tokens.ts';

const green = 'green-tea-and-toast';
const black = 'black-tea-and-cake!';

describe('parseTokens', () => {
  it.each([
    ['one line', green],
    ['a line break at the end', `${green}\n`],
    ['line breaks of Windows', `${green}\r\n${black}\r\n`],
    ['remarks and empty lines', `# for the family\n\n${green}\n  # old, until May\n${black}`],
    ['space around', `  ${green}\t\n`],
    ['a phrase with spaces', `a phrase of several words\n${green}`],
    ['the shortest', `${'x'.repeat(16)}\n${green}`],
    ['the longest', `${'x'.repeat(256)}\n${green}`],
    ['a byte order mark', `\ufeff${green}`],
    ['the same twice', `${green}\n${green}`],
  ])('takes %s', (_kind, text) => {
    expect(parseTokens(text)?.includes(green)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['remarks only', '# none yet\n'],
    ['15 characters', 'x'.repeat(15)],
    ['257 characters', 'x'.repeat(257)],
    ['a short one among long ones', `${green}\nshort\n`],
    ['an umlaut', 'grüner-tee-und-toast'],
    ['a control character', `${green}\0${black}`],
    ['a tab inside', `green\tea-and-toast-too`],
  ])('refuses a file with %s', (_kind, text) => {
    expect(parseTokens(text)).toBeNull();
  });
});

describe('AccessTokens', () => {
  const tokens = parseTokens(`${green}\n# new\n${black}\n`);

  it.each([green, black])('includes each of them: %s', (given) => {
    expect(tokens?.includes(given)).toBe(true);
  });

  it.each(['', 'x', '# new', green.slice(0, -1), `${green} `, green.toUpperCase(), `${green}\n${black}`])(
    'does not include %j',
    (given) => {
      expect(tokens?.includes(given)).toBe(false);
    },
  );

  it('shows nothing of them to whoever writes it down', () => {
    expect(JSON.stringify(tokens)).toBe('{}');
  });
});
