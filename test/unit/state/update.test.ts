/** A new version is offered, never forced. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ToastState } from '../../../web/state/toast.svelte.ts';
import { TAKE_OVER, UpdateState } from '../../../web/state/update.svelte.ts';

class FakeWorker extends EventTarget {
  state = 'installing';
  messages: unknown[] = [];
  postMessage(message: unknown): void {
    this.messages.push(message);
  }
  become(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}
class FakeRegistration extends EventTarget {
  installing: FakeWorker | null = null;
  waiting: FakeWorker | null = null;
  update = vi.fn(() => Promise.resolve());
  find(worker: FakeWorker): void {
    this.installing = worker;
    this.dispatchEvent(new Event('updatefound'));
  }
}
class FakeContainer extends EventTarget {
  controller: object | null = {};
}
class FakeDocument extends EventTarget {
  visibilityState = 'visible';
}

let container: FakeContainer;
let page: FakeDocument;
let registration: FakeRegistration;
let toasts: ToastState;
let now: number;
const reload = vi.fn();

function watch(): UpdateState {
  const update = new UpdateState(toasts, {
    container: container as unknown as ServiceWorkerContainer,
    document: page as unknown as Document,
    reload,
    now: () => now,
  });
  update.watch(registration as unknown as ServiceWorkerRegistration);
  return update;
}
const offers = (): string[] => toasts.toasts.map((toast) => toast.text);
const takeFirst = (): void => toasts.take(toasts.toasts[0]?.id ?? 0);
const takesOver = (): void => void container.dispatchEvent(new Event('controllerchange'));

beforeEach(() => {
  container = new FakeContainer();
  page = new FakeDocument();
  registration = new FakeRegistration();
  toasts = new ToastState();
  now = 0;
  reload.mockReset();
});

describe('an update', () => {
  it('that waits already is offered', () => {
    registration.waiting = new FakeWorker();
    watch();
    expect(offers()).toEqual(['A new version is ready']);
  });

  it('is offered when it is complete, not while it is coming', () => {
    const worker = new FakeWorker();
    watch();
    registration.find(worker);
    expect(offers()).toEqual([]);
    worker.become('installed');
    expect(offers()).toEqual(['A new version is ready']);
  });

  it('takes over and reloads only after the click', () => {
    const worker = (registration.waiting = new FakeWorker());
    watch();
    expect(worker.messages).toEqual([]);
    takeFirst();
    expect(worker.messages).toEqual([TAKE_OVER]);
    expect(reload).not.toHaveBeenCalled();
    takesOver();
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('is none on the very first visit', () => {
    container.controller = null;
    const worker = new FakeWorker();
    watch();
    registration.find(worker);
    worker.become('installed');
    container.controller = {};
    takesOver();
    expect([offers(), reload.mock.calls.length]).toEqual([[], 0]);
  });

  it('accepted in another tab does not reload this one, it asks', () => {
    registration.waiting = new FakeWorker();
    watch();
    takesOver();
    expect(reload).not.toHaveBeenCalled();
    expect(offers()).toEqual(['Poplar was updated in another tab']);
    takeFirst();
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('is looked for when a long open page is looked at, at most once an hour, and a failure is no matter', async () => {
    registration.update.mockRejectedValue(new TypeError('offline'));
    watch();
    const look = () => page.dispatchEvent(new Event('visibilitychange'));
    look();
    expect(registration.update).not.toHaveBeenCalled();
    now = 3_600_000;
    page.visibilityState = 'hidden';
    look();
    expect(registration.update).not.toHaveBeenCalled();
    page.visibilityState = 'visible';
    look();
    look();
    expect(registration.update).toHaveBeenCalledTimes(1);
  });
});
