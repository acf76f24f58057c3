import { describe, expect, it } from 'vitest';
import { BasicAuth, hashPassword, parseUsers } from '../../../../proxy/door/basic-auth.ts';

const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString('base64')}`;
const QUICK_HASH =
  '$scrypt$ln=10,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';

function auth(text: string, wrongDelayMs = 0): BasicAuth {
  const users = parseUsers(text);
  if (users === null) throw new Error('no users');
  return new BasicAuth(users, wrongDelayMs);
}

const uncounted = (): Promise<void> => Promise.resolve();

describe('parseUsers', () => {
  it.each([
    ['one', 'bob:secret', ['bob']],
    ['two, blank lines, a remark, CRLF', '# us\r\nbob:secret\r\n\r\nann:tea\r\n', ['bob', 'ann']],
    ['a colon in the password', 'bob:a:b', ['bob']],
    ['a hash', `bob:${QUICK_HASH}`, ['bob']],
  ])('reads %s', (_kind, text, expected) => {
    expect([...(parseUsers(text) ?? new Map<string, unknown>()).keys()]).toEqual(expected);
  });

  it.each([
    ['nothing', ''],
    ['remarks only', '# bob:secret\n'],
    ['no colon', 'bob'],
    ['no user', ':secret'],
    ['no password', 'bob:'],
    ['a user twice', 'bob:a\nbob:b'],
    ['one wrong line among right ones', 'bob:secret\nann'],
    ['a hash of another kind', 'bob:$2y$10$abcdefghijklmnopqrstuv'],
    ['a hash cut short', `bob:${QUICK_HASH.slice(0, -8)}`],
    ['a hash that takes gigabytes', `bob:${QUICK_HASH.replace('ln=10', 'ln=30')}`],
    ['a hash that costs nothing', `bob:${QUICK_HASH.replace('ln=10', 'ln=1')}`],
    ['a hash without blocks', `bob:${QUICK_HASH.replace('r=8', 'r=0')}`],
  ])('does not take %s', (_kind, text) => {
    expect(parseUsers(text)).toBeNull();
  });
});

describe('BasicAuth', () => {
  it.each([
    ['nothing', undefined, 'unknown'],
    ['an empty header', '', 'unknown'],
    ['the right password', basic('bob:pass:word'), 'known'],
    ['the scheme in capitals', basic('bob:pass:word').replace('Basic', 'BASIC'), 'known'],
    ['a password beyond ASCII', basic('zoë:naïve ☂'), 'known'],
    ['a wrong password', basic('bob:pass'), 'unknown'],
    ['a longer password', basic('bob:pass:word '), 'unknown'],
    ['no password', basic('bob:'), 'unknown'],
    ['no colon', basic('bob'), 'unknown'],
    ['the password of another', basic('bob:naïve ☂'), 'unknown'],
    ['an unknown user', basic('eve:pass:word'), 'unknown'],
    ['a word that every object knows', basic('constructor:pass:word'), 'unknown'],
    ['another scheme', `Bearer ${basic('bob:pass:word').slice(6)}`, 'unknown'],
    ['two credentials', `${basic('bob:pass:word')} x`, 'unknown'],
    ['no base64', 'Basic ***', 'unknown'],
  ])('judges %s', async (_kind, header, expected) => {
    expect(await auth('bob:pass:word\nzoë:naïve ☂').check(header, uncounted)).toBe(expected);
  });

  it('takes a password by its hash, a second time too, and no other', async () => {
    const users = auth(`bob:${await hashPassword('secret')}`);
    expect(await users.check(basic('bob:secret'), uncounted)).toBe('known');
    expect(await users.check(basic('bob:secret'), uncounted)).toBe('known');
    expect(await users.check(basic('bob:Secret'), uncounted)).toBe('unknown');
  });

  it('never writes the same password the same way', async () => {
    expect(await hashPassword('secret')).not.toBe(await hashPassword('secret'));
  });

  it('counts a wrong one before it makes anybody wait, and no right one', async () => {
    const users = auth('bob:secret', 3_600_000);
    const counted = new Promise<void>((resolve) => {
      void users.check(basic('bob:wrong'), () => Promise.resolve(resolve()));
    });
    // The answer would take an hour.
    await counted;
    const neverCounted = (): never => expect.unreachable('a right one was counted');
    expect(await users.check(basic('bob:secret'), neverCounted)).toBe('known');
  });

  it('checks only so many at a time, and is free again after', async () => {
    const users = auth(`bob:${QUICK_HASH}`);
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, (_, n) => users.check(basic(`bob:${n}`), uncounted)),
    );
    expect(verdicts.filter((verdict) => verdict === 'busy')).toHaveLength(12);
    expect(await users.check(basic('bob:x'), uncounted)).toBe('unknown');
  });
});
