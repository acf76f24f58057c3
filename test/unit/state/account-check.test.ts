/** One live check: its lines as they come, its outcome, and silence after cancel. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { MaildropFacts } from '../../../web/api/mail-api.ts';
import { PoplarError } from '../../../web/errors.ts';
import type { AccountDraft } from '../../../web/model/account.ts';
import type { CheckStep } from '../../../web/model/event.ts';
import { AccountCheck } from '../../../web/state/account-check.svelte.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';

/** A check that the test takes step by step. */
class SteppedApi extends FakeMailApi {
  step: (step: CheckStep) => void = () => undefined;
  pass: (facts: MaildropFacts) => void = () => undefined;
  fail: (error: unknown) => void = () => undefined;
  signal: AbortSignal | null = null;

  override checkAccount(
    ...[, onStep, signal]: Parameters<FakeMailApi['checkAccount']>
  ): Promise<MaildropFacts> {
    this.step = onStep;
    this.signal = signal;
    return new Promise((resolve, reject) => {
      this.pass = resolve;
      this.fail = reject;
    });
  }
}

const draft = {} as AccountDraft;
let api: SteppedApi;
let check: AccountCheck;
const states = () => check.lines.map((line) => line.state);

beforeEach(() => {
  api = new SteppedApi();
  check = new AccountCheck(api);
});

describe('a check', () => {
  it('shows all six steps from the start, waiting', () => {
    expect(check.lines.map((line) => line.hop)).toEqual([
      'proxy',
      'name',
      'connection',
      'tls',
      'login',
      'maildrop',
    ]);
    expect(new Set(states())).toEqual(new Set(['waiting']));
  });

  it('tells an address once', () => {
    void check.run(draft);
    api.step({ hop: 'name', state: 'passed', facts: ['192.0.2.7'] });
    api.step({ hop: 'connection', state: 'passed', facts: ['192.0.2.7'] });
    expect(check.lines.map((line) => line.facts)).toEqual([[], ['192.0.2.7'], [], [], [], []]);
  });

  it.each([
    ['proxy-refused-address', ['passed', 'passed', 'failed']],
    ['proxy-refused-port', ['failed', 'waiting', 'waiting']],
    ['proxy-refused-host', ['failed', 'waiting', 'waiting']],
    ['proxy-token-needed', ['failed', 'waiting', 'waiting']],
    ['proxy-token-wrong', ['failed', 'waiting', 'waiting']],
  ] as const)('blames no name for %s', async (code, first) => {
    const done = check.run(draft);
    api.step({ hop: 'proxy', state: 'passed', facts: [] });
    api.step({ hop: 'name', state: 'failed', facts: [] });
    api.fail(new PoplarError(code, 'proxy'));
    await done;
    expect(states()).toEqual([...first, 'waiting', 'waiting', 'waiting']);
  });

  it('shows each step as it comes, with its facts', async () => {
    const done = check.run(draft);
    api.step({ hop: 'proxy', state: 'passed', facts: [] });
    api.step({ hop: 'name', state: 'running', facts: [] });
    api.step({ hop: 'name', state: 'passed', facts: ['192.0.2.7'] });
    expect(check.phase).toBe('running');
    expect(states()).toEqual(['passed', 'passed', 'waiting', 'waiting', 'waiting', 'waiting']);
    expect(check.lines[1]?.facts).toEqual(['192.0.2.7']);
    api.pass({ messages: 3, octets: 30 });
    expect(await done).toEqual({ messages: 3, octets: 30 });
    expect(check.phase).toBe('passed');
  });

  it('ends with the error, at the step that was under way', async () => {
    const done = check.run(draft);
    api.step({ hop: 'proxy', state: 'running', facts: [] });
    api.fail(new PoplarError('proxy-busy', 'proxy'));
    expect(await done).toBeNull();
    expect([check.phase, check.error?.code, states()[0]]).toEqual(['failed', 'proxy-busy', 'failed']);
  });

  it('calls the step under way the failed one, wherever the error says it came from', async () => {
    const done = check.run(draft);
    api.step({ hop: 'proxy', state: 'passed', facts: [] });
    api.step({ hop: 'name', state: 'running', facts: [] });
    api.fail(new PoplarError('proxy-busy', 'proxy'));
    await done;
    expect(states().slice(0, 3)).toEqual(['passed', 'failed', 'waiting']);
  });

  it('turns whatever is thrown into an error with words', async () => {
    const done = check.run(draft);
    api.fail(new TypeError('x is not a function'));
    await done;
    expect(check.error).toMatchObject({ code: 'internal', detail: { message: 'x is not a function' } });
  });

  it('that was cancelled is silent: no error, no late steps, no late result', async () => {
    const done = check.run(draft);
    api.step({ hop: 'proxy', state: 'passed', facts: [] });
    check.cancel();
    expect(api.signal?.aborted).toBe(true);
    api.step({ hop: 'name', state: 'passed', facts: ['late'] });
    api.pass({ messages: 1, octets: 1 });
    expect(await done).toBeNull();
    expect([check.phase, check.error, new Set(states())]).toEqual(['idle', null, new Set(['waiting'])]);
  });

  it('that is started again forgets the former one', async () => {
    const first = check.run(draft);
    const failFirst = api.fail;
    const second = check.run(draft);
    failFirst(new PoplarError('cancelled', 'page'));
    expect(await first).toBeNull();
    expect(check.phase).toBe('running');
    api.pass({ messages: 0, octets: 0 });
    expect(await second).toEqual({ messages: 0, octets: 0 });
  });
});
