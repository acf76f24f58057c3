import { describe, expect, it } from 'vitest';
import { PoplarError, type ErrorCode, type Hop } from '../../../web/errors.ts';
import type { SyncProgress } from '../../../web/model/event.ts';
import { mayResume, Resumption } from '../../../web/sync/resume.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { settled } from '../../support/settled.ts';

type Phase = SyncProgress['phase'];

describe('a fetch goes on', () => {
  /** Phases in which it does at first, and whether it does in all of them once it has been cut. */
  const table: [code: ErrorCode, hop: Hop, atFirst: Phase[], later: boolean][] = [
    ['proxy-closing', 'proxy', ['connecting', 'login', 'listing', 'fetching'], true],
    ['connection-lost', 'proxy', ['listing', 'fetching'], true],
    ['proxy-unreachable', 'proxy', [], true],
    ['proxy-busy', 'proxy', [], true],
    ['proxy-limit', 'proxy', [], true],
    ['bridge-unreachable', 'proxy', [], true],
    ['bridge-no-target', 'connection', [], true],
    ['bridge-overflow', 'proxy', [], false],
    ['bridge-protocol', 'proxy', [], false],
    ['offline', 'page', [], true],
    ['maildrop-in-use', 'login', [], true],
    ['connection-lost', 'connection', ['listing', 'fetching'], true],
    ['connection-cut', 'connection', ['listing', 'fetching'], true],
    ['connection-refused', 'connection', [], false],
    ['proxy-refused-host', 'proxy', [], false],
    ['proxy-protocol', 'proxy', [], false],
    ['tunnel-limit', 'proxy', [], false],
    ['tunnel-idle', 'proxy', [], false],
    ['server-silent', 'maildrop', ['fetching'], true],
    ['server-silent', 'login', ['fetching'], true],
    ['login-refused', 'login', [], false],
    ['login-temporary', 'login', [], false],
    ['login-delay', 'login', [], false],
    ['password-needed', 'login', [], false],
    ['certificate-expired', 'tls', [], false],
    ['protocol-error', 'maildrop', ['fetching'], true],
    ['storage-full', 'storage', [], false],
    ['cancelled', 'page', [], false],
    ['internal', 'page', [], false],
  ];
  const phases: Phase[] = ['connecting', 'login', 'listing', 'fetching'];

  it.each(table)('after %s at %s in these phases: %j; once it was cut: %j', (code, hop, atFirst, later) => {
    const error = new PoplarError(code, hop, { retryable: true });
    const first = phases.filter((phase) => mayResume(error, { phase, isResuming: false }));
    expect(first).toEqual(atFirst);
    const resumed = phases.filter((phase) => mayResume(error, { phase, isResuming: true }));
    expect(resumed).toEqual(later ? phases : []);
  });

  it('never after an error of another kind', () => {
    for (const error of [new Error('proxy-closing'), null, { code: 'proxy-closing' }]) {
      expect(mayResume(error, { phase: 'fetching', isResuming: true })).toBe(false);
    }
  });
});

describe('Resumption', () => {
  const closing = new PoplarError('proxy-closing', 'proxy');

  function rig(random = 0.5) {
    const clock = new FakeClock();
    const control = new AbortController();
    const resumption = new Resumption({ clock, random: () => random, signal: control.signal });
    /** How long a pause lasts, in milliseconds; null when it throws `error`. */
    const pause = async (done: number, error = closing): Promise<number | null> => {
      const from = clock.nowMs;
      let isOver = false;
      const outcome = resumption.pause(error, done).then(
        () => true,
        (reason: unknown) => reason !== error,
      );
      void outcome.then(() => (isOver = true));
      await settled();
      while (!isOver) {
        clock.advance(25);
        await settled();
      }
      return (await outcome) ? clock.nowMs - from : null;
    };
    return { clock, control, resumption, pause };
  }

  it('waits longer each time that nothing new came, and gives up with the last error', async () => {
    const { pause, resumption, clock } = rig();
    expect(resumption.isResuming).toBe(false);
    expect([await pause(0), await pause(0), await pause(0), await pause(0)]).toEqual([500, 1000, 2000, 4000]);
    expect(resumption.isResuming).toBe(true);
    expect(await pause(0, new PoplarError('proxy-unreachable', 'proxy'))).toBeNull();
    expect(clock.pending).toBe(0);
  });

  it('begins anew whenever something new came', async () => {
    const { pause } = rig();
    const waits = [await pause(5), await pause(5), await pause(6), await pause(6), await pause(7)];
    expect(waits).toEqual([500, 1000, 500, 1000, 500]);
  });

  it.each([
    [0, 375],
    [1, 625],
  ])('is spread out: with %j it waits %i ms', async (random, expected) => {
    expect(await rig(random).pause(0)).toBe(expected);
  });

  it('ends at once when the person cancels, before or meanwhile, and leaves no alarm', async () => {
    const { clock, control, resumption } = rig();
    const waiting = resumption.pause(closing, 0);
    expect(clock.pending).toBe(1);
    control.abort();
    await waiting;
    await resumption.pause(closing, 0);
    expect(clock.pending).toBe(0);
  });
});
