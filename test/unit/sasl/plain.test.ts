import { describe, expect, it } from 'vitest';
import { plain } from '../../../web/sasl/plain.ts';
import { bytes, latin1 } from '../../support/octets.ts';
import { fixedContext } from '../../support/sasl.ts';

async function initial(user: string, password: string): Promise<string> {
  const response = await plain.begin({ user, password }, fixedContext()).start();
  return latin1(response ?? bytes('the server speaks first'));
}

describe('PLAIN', () => {
  it('sends an empty authorization identity, the user and the password (RFC 4616 §4)', async () => {
    expect(await initial('tim', 'tanstaaftanstaaf')).toBe('\0tim\0tanstaaftanstaaf');
  });

  it('sends UTF-8', async () => {
    expect(await initial('jürgen', 'pässwörd')).toBe('\0j\xc3\xbcrgen\0p\xc3\xa4ssw\xc3\xb6rd');
  });

  it('keeps blanks around a password', async () => {
    expect(await initial('a', ' b ')).toBe('\0a\0 b ');
  });

  it.each([
    ['user', 'a\0b', 'c'],
    ['password', 'a', 'b\0c'],
  ])('refuses NUL in the %s, which would end it early', async (field, user, password) => {
    await expect(async () => initial(user, password)).rejects.toMatchObject({
      code: 'bad-input',
      detail: { field },
    });
  });

  it('may be believed only after the password was sent, and has no answer to a challenge', async () => {
    const mechanism = plain.begin({ user: 'a', password: 'b' }, fixedContext());
    expect(mechanism.complete).toBe(false);
    await mechanism.start();
    expect(mechanism.complete).toBe(true);
    expect(await mechanism.next(bytes('more?'))).toBeNull();
  });
});
