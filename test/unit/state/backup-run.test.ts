/** A copy counts as saved only when the file is known to be whole; whatever goes wrong leaves none. */
import { beforeEach, describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import type { BackupPart } from '../../../web/model/backup.ts';
import { BackupRun, type BackupSink } from '../../../web/state/backup-run.svelte.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';
import { GENERATED_ACCOUNT } from '../../support/generated-mail.ts';

const full = new PoplarError('file-not-written', 'page');

class FakeSink implements BackupSink {
  readonly pieces: string[] = [];
  ended: 'closed' | 'aborted' | null = null;
  end: 'written' | 'handed-over' = 'written';
  /** The write, or the close (-1), that fails. */
  failsAt: number | null = null;

  async write(bytes: Uint8Array): Promise<void> {
    if (this.failsAt === this.pieces.length) throw full;
    this.pieces.push(new TextDecoder().decode(bytes));
  }

  async close(): Promise<'written' | 'handed-over'> {
    if (this.failsAt === -1) throw full;
    this.ended = 'closed';
    return this.end;
  }

  async abort(): Promise<void> {
    this.ended = 'aborted';
  }
}

const part = (text: string, given: Partial<BackupPart> = {}): BackupPart => ({
  ...{
    bytes: new TextEncoder().encode(text),
    messages: 2,
    unreadable: 0,
    damaged: 0,
    beginnings: 0,
    isLast: false,
  },
  ...given,
});

let api: FakeMailApi;
let sink: FakeSink;
let run: BackupRun;
beforeEach(() => {
  api = new FakeMailApi();
  api.backup = [part('one '), part('two ', { unreadable: 1 }), part('three', { messages: 1, isLast: true })];
  sink = new FakeSink();
  run = new BackupRun(api, GENERATED_ACCOUNT.id);
});
const ends = (): unknown[] => api.calls.filter(([name]) => name === 'endBackup');

describe('a copy of all mail', () => {
  it('is written piece by piece, and saved when the file is closed', async () => {
    await run.run(sink);
    expect(sink.pieces.join('')).toBe('one two three');
    expect(sink.ended).toBe('closed');
    expect(run.view).toEqual({
      state: 'saved',
      messages: 5,
      total: 6,
      octets: 13,
      unreadable: 1,
      damaged: 0,
      beginnings: 0,
    });
    expect(ends()).toEqual([['endBackup', 1, true]]);
  });

  it('is asked for where the browser does not tell, and saved by whoever has it', async () => {
    sink.end = 'handed-over';
    await run.run(sink);
    expect([run.view.state, ends()]).toEqual(['asking', []]);
    await run.confirm();
    await run.confirm();
    expect([run.view.state, ends()]).toEqual(['saved', [['endBackup', 1, true]]]);
  });

  it('is none where somebody says that it is not there', async () => {
    sink.end = 'handed-over';
    await run.run(sink);
    await run.cancel();
    expect([run.view.state, ends()]).toEqual(['idle', [['endBackup', 1, false]]]);
    await run.confirm();
    expect(ends()).toHaveLength(1);
  });

  it.each([0, 1, 2, -1])('is none when writing fails at %i', async (failsAt) => {
    sink.failsAt = failsAt;
    await run.run(sink);
    expect(run.view).toEqual({ state: 'failed', error: full });
    expect([sink.ended, ends()]).toEqual(['aborted', [['endBackup', 1, false]]]);
  });

  it.each([
    ['startBackup', 'aborted'],
    ['readBackup', 'aborted'],
    ['endBackup', 'closed'],
  ] as const)('is none when %s fails', async (method, ended) => {
    const error = new PoplarError('not-found', 'storage');
    api.failNext(method, error);
    await run.run(sink);
    expect(run.view).toEqual({ state: 'failed', error });
    expect(sink.ended).toBe(ended);
  });

  it('is stopped between two pieces, and can be begun anew', async () => {
    api.hold('readBackup');
    const running = run.run(sink);
    await expect.poll(() => api.count('readBackup')).toBe(1);
    await run.cancel();
    api.release('readBackup');
    api.releaseAll('readBackup');
    await running;
    expect([run.view.state, sink.ended, sink.pieces]).toEqual(['idle', 'aborted', ['one ']]);
    expect(ends()).toEqual([['endBackup', 1, false]]);
    await run.run(new FakeSink());
    expect(run.view.state).toBe('saved');
  });

  it('is not begun twice at once', async () => {
    const other = new FakeSink();
    await Promise.all([run.run(sink), run.run(other)]);
    expect([api.count('startBackup'), other.pieces]).toEqual([1, []]);
  });
});
