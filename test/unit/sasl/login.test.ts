import { describe, expect, it } from 'vitest';
import { login } from '../../../web/sasl/login.ts';
import type { Mechanism } from '../../../web/sasl/mechanism.ts';
import { bytes, latin1 } from '../../support/octets.ts';
import { fixedContext } from '../../support/sasl.ts';

async function answer(mechanism: Mechanism, prompt: string): Promise<string | null> {
  const response = await mechanism.next(bytes(prompt));
  return response === null ? null : latin1(response);
}

describe('LOGIN', () => {
  it('lets the server speak first', async () => {
    expect(await login.begin({ user: 'a', password: 'b' }, fixedContext()).start()).toBeNull();
  });

  it.each([
    ['Username:', 'Password:'],
    ['User Name\0', 'Password\0'],
    ['', ''],
  ])('answers with user and password whatever the prompts say: %j, %j', async (first, second) => {
    const mechanism = login.begin({ user: 'bøb', password: 'secret ' }, fixedContext());
    expect(await answer(mechanism, first)).toBe('b\xc3\xb8b');
    expect(mechanism.complete).toBe(false);
    expect(await answer(mechanism, second)).toBe('secret ');
    expect(mechanism.complete).toBe(true);
  });

  it('gives up at a third question', async () => {
    const mechanism = login.begin({ user: 'a', password: 'b' }, fixedContext());
    await answer(mechanism, '');
    await answer(mechanism, '');
    expect(await answer(mechanism, 'Your PIN:')).toBeNull();
  });

  it('refuses NUL', () => {
    expect(() => login.begin({ user: 'a', password: 'b\0' }, fixedContext())).toThrow(
      expect.objectContaining({ code: 'bad-input' }),
    );
  });
});
