import { describe, expect, it } from 'vitest';
import { ClientLimits } from '../../../../proxy/limits/client-limits.ts';
import { AccessTokens } from '../../../../proxy/tunnel/access-tokens.ts';
import { TokenGuard } from '../../../../proxy/tunnel/token-guard.ts';

const right = 'green-tea-and-toast';

function guard(wrongDelayMs = 0): TokenGuard {
  const limits = new ClientLimits({
    tunnelsPerClient: 9,
    tunnelsPerMinute: 9,
    failedDialsPerMinute: 9,
    wrongPasswordsPerMinute: 2,
  });
  return new TokenGuard(new AccessTokens([right]), limits, wrongDelayMs);
}

async function verdict(judge: TokenGuard, token: string | null, client = '192.0.2.1'): Promise<string> {
  try {
    await judge.admit(token, client);
    return 'admitted';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('TokenGuard', () => {
  it.each([
    [right, 'admitted'],
    ['wrong-tea-and-toast', 'token-wrong'],
    [null, 'token-needed'],
  ])('judges %j: %s', async (token, expected) => {
    expect(await verdict(guard(), token)).toBe(expected);
  });

  it('counts wrong ones by client, and then hears not even the right one from there', async () => {
    const judge = guard();
    for (const expected of ['token-wrong', 'token-wrong', 'too-many-failures'])
      expect(await verdict(judge, 'wrong')).toBe(expected);
    expect(await verdict(judge, right)).toBe('too-many-failures');
    expect(await verdict(judge, right, '192.0.2.2')).toBe('admitted');
  });

  it('counts a wrong one before it is answered', async () => {
    const judge = guard(3_600_000);
    void verdict(judge, 'wrong');
    void verdict(judge, 'wrong');
    await new Promise(setImmediate);
    expect(await verdict(judge, 'wrong')).toBe('too-many-failures');
  });

  it('does not count who gave none: that is no guess', async () => {
    const judge = guard();
    for (let time = 0; time < 5; time += 1) expect(await verdict(judge, null)).toBe('token-needed');
    expect(await verdict(judge, right)).toBe('admitted');
  });

  it('does not repeat what was given', async () => {
    await expect(guard().admit('wrong-tea', '192.0.2.1')).rejects.toThrow(/^(?!.*wrong-tea)/);
  });
});
