import { describe, expect, it } from 'vitest';
import { isShown } from '../../../../proxy/door/metrics-door.ts';
import { AccessTokens } from '../../../../proxy/tunnel/access-tokens.ts';

const OLD = 'abcdefghijklmnop';
const NEW = 'ABCDEFGH and 12345==';
const tokens = new AccessTokens([OLD, NEW]);

describe('the token for the metrics', () => {
  it.each([
    ['the old one', `Bearer ${OLD}`, true],
    ['the new one', `Bearer ${NEW}`, true],
    ['the scheme in any case', `bEARER  ${OLD}`, true],
    ['another one', 'Bearer abcdefghijklmnoq', false],
    ['a part of one', `Bearer ${OLD.slice(0, -1)}`, false],
    ['more than one', `Bearer ${OLD} ${NEW}`, false],
    ['one without its scheme', OLD, false],
    ['one of another scheme', `Basic ${OLD}`, false],
    ['an empty one', 'Bearer ', false],
    ['none', undefined, false],
  ])('is judged: %s', (_name, header, expected) => {
    expect(isShown(tokens, header)).toBe(expected);
  });
});
