/** One visit over several connections: a server that hangs up on a question is asked less the next time. */
import { describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { checkMaildrop } from '../../../web/sync/check.ts';
import type { Dial } from '../../../web/wire/transport.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { ScriptedTransport } from '../../support/scripted-transport.ts';

const AFTER_LOGIN = `
C: UIDL
S: +OK
S: 1 a
S: .
C: LIST
S: +OK
S: 1 100
S: .
C: QUIT
S: +OK
-- end`;
const BY_USER = `C: USER nora\nS: +OK\nC: PASS secret\nS: +OK${AFTER_LOGIN}`;

/** Checks a server that says this on each connection in turn; how often it was dialled, and what came of it. */
async function check(...scripts: (string | PoplarError)[]) {
  const left = [...scripts];
  const dial: Dial = async () => {
    const script = left.shift();
    if (script === undefined) throw new Error('dialled once too often');
    if (script instanceof PoplarError) throw script;
    return new ScriptedTransport(script, { secure: true });
  };
  const steps: string[] = [];
  const outcome = await checkMaildrop(
    { dial, clock: new FakeClock(), now: () => 0 },
    {
      incoming: { host: 'pop.example.test', port: 995, security: 'tls' },
      user: 'nora',
      password: 'secret',
      onStep: ({ hop, state }) => steps.push(`${hop} ${state}`),
      signal: new AbortController().signal,
    },
  ).catch((error: unknown) => error);
  return { outcome, steps, left };
}

describe('a server that hangs up', () => {
  it('on CAPA is checked over a second connection, and each step is told once', async () => {
    const { outcome, steps } = await check('S: +OK\nC: CAPA\n-- end', `S: +OK\nC: AUTH\nS: -ERR\n${BY_USER}`);
    expect(outcome).toEqual({ messages: 1, octets: 100 });
    expect(steps.filter((step) => step.endsWith('passed'))).toEqual([
      'connection passed',
      'tls passed',
      'login passed',
      'maildrop passed',
    ]);
  });

  it('while messages are listed is not called again here', async () => {
    const script =
      'S: +OK\nC: CAPA\nS: -ERR\nC: AUTH\nS: -ERR\nC: USER nora\nS: +OK\nC: PASS secret\nS: +OK\nC: UIDL\n-- end';
    const { outcome, left } = await check(script, 'S: +OK');
    expect(outcome).toMatchObject({ code: 'connection-lost' });
    expect(left).toHaveLength(1);
  });

  it('is not blamed for what the proxy lost', async () => {
    const lost = new PoplarError('connection-lost', 'proxy', { retryable: true });
    const { outcome, left } = await check(lost, 'S: +OK');
    expect(outcome).toMatchObject({ code: 'connection-lost', hop: 'proxy' });
    expect(left).toHaveLength(1);
  });
});
