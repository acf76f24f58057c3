/** A mail store that is lost is told with a way out, and nothing reloads by itself. */
import { expect, it, vi } from 'vitest';
import { toErrorRecord } from '../../../web/errors.ts';
import { StoreLoss } from '../../../web/state/store-loss.ts';
import { lossError } from '../../../web/store/storage-error.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';

it('is told once it has happened, until nobody listens any more', () => {
  const api = new FakeMailApi();
  const tell = vi.fn();
  const stop = new StoreLoss(api, tell).start();
  api.emit({ type: 'accounts-changed' });
  expect(tell).not.toHaveBeenCalled();
  api.emit({ type: 'store-lost', error: toErrorRecord(lossError('deleted')) });
  expect(tell).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ code: 'storage-failed', detail: { reason: 'deleted' } }),
  );
  stop();
  api.emit({ type: 'store-lost', error: toErrorRecord(lossError('deleted')) });
  expect(tell).toHaveBeenCalledTimes(1);
});
