import { afterEach, describe, expect, it, vi } from 'vitest';
import { createMailClient } from '../../../web/api/client.ts';
import type { MailApi } from '../../../web/api/mail-api.ts';
import { METHODS, SHAPES, type RpcPort } from '../../../web/api/rpc.ts';
import { serveMailApi } from '../../../web/api/serve.ts';
import { PoplarError } from '../../../web/errors.ts';
import { accountId, messageId } from '../../../web/model/ids.ts';
import type { CheckStep, MailEvent } from '../../../web/model/event.ts';

const never = <T>() => new Promise<T>(() => undefined);
const draft = {
  address: 'a@example.org',
  displayName: '',
  incoming: { host: 'pop.example.org', port: 995, security: 'tls' as const },
  user: 'a',
  password: 'secret',
  rememberPassword: false,
  demo: false,
};
const query = { folder: 'inbox' as const, account: null, filter: 'all' as const };
const init = { baseUrl: 'https://mail.example.org/poplar/' };

/** A MailApi in which only the given methods are there to be called. */
function service(methods: Partial<MailApi>): MailApi {
  const absent = METHODS.map((name) => [name, () => Promise.reject(new Error(`${name} was not expected`))]);
  return { ...Object.fromEntries(absent), subscribe: () => () => undefined, ...methods } as MailApi;
}

const ports: MessagePort[] = [];
function connect(open: Parameters<typeof serveMailApi>[1]): {
  api: MailApi;
  page: MessagePort;
  worker: MessagePort;
} {
  const { port1: page, port2: worker } = new MessageChannel();
  ports.push(page, worker);
  serveMailApi(worker, open);
  return { api: createMailClient(page, init), page, worker };
}
/** A service that is not open before it is told so. */
function gate(api: MailApi): { ready: Promise<MailApi>; open(): void } {
  let open: () => void = () => undefined;
  const ready = new Promise<MailApi>((resolve) => (open = () => resolve(api)));
  return { ready, open };
}
const connected = (methods: Partial<MailApi>) => connect(async () => service(methods)).api;

afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

describe('MailApi over a port', () => {
  it('hands the init message to the worker once', async () => {
    const open = vi.fn(async () => service({ counts: async () => [] }));
    const { api } = connect(open);
    await api.counts();
    await api.counts();
    expect(open.mock.calls).toEqual([[{ type: 'init', ...init }]]);
  });

  it('binds each answer to its call, whatever order they come in', async () => {
    const waiting: ((position: number) => void)[] = [];
    const api = connected({ indexOf: () => new Promise((resolve) => waiting.push(resolve)) });
    const calls = [1, 2, 3].map((id) => api.indexOf(query, messageId(id)));
    await vi.waitFor(() => expect(waiting).toHaveLength(3));
    [2, 0, 1].forEach((call) => waiting[call]?.(call * 10));
    expect(await Promise.all(calls)).toEqual([0, 10, 20]);
  });

  it('starts calls in the order they were made', async () => {
    const seen: unknown[] = [];
    const api = connected({ setFlags: async (ids) => void seen.push(ids[0]) });
    await Promise.all([1, 2, 3, 4].map((id) => api.setFlags([messageId(id)], { seen: true })));
    expect(seen).toEqual([1, 2, 3, 4]);
  });

  it('carries every argument as it is', async () => {
    const list = vi.fn(async () => ({ total: 0, unread: 0, offset: 5, rows: [], version: 1 }));
    await connected({ list }).list(query, 5, 50);
    expect(list).toHaveBeenCalledWith(query, 5, 50, expect.any(AbortSignal));
  });

  it('brings errors over with code, hop, retryable and detail', async () => {
    const error = new PoplarError('login-refused', 'login', {
      retryable: true,
      detail: { host: 'h', port: 995 },
    });
    const api = connected({ sync: () => Promise.reject(error) });
    await expect(api.sync(accountId('a'))).rejects.toMatchObject({
      name: 'PoplarError',
      code: 'login-refused',
      hop: 'login',
      retryable: true,
      detail: { host: 'h', port: 995 },
    });
  });

  it('names an unforeseen exception internal', async () => {
    const api = connected({ counts: () => Promise.reject(new RangeError('no such row')) });
    await expect(api.counts()).rejects.toMatchObject({
      code: 'internal',
      detail: { message: 'no such row' },
    });
  });

  it('calls a callback for each step, in order, before the answer', async () => {
    const hops: string[] = [];
    const step = (hop: CheckStep['hop']): CheckStep => ({ hop, state: 'passed', facts: [] });
    const api = connected({
      checkAccount: async (_draft, onStep) => {
        onStep(step('proxy'));
        onStep(step('name'));
        return { messages: 1, octets: 2 };
      },
    });
    const facts = await api.checkAccount(draft, ({ hop }) => hops.push(hop), new AbortController().signal);
    expect({ hops, facts }).toEqual({ hops: ['proxy', 'name'], facts: { messages: 1, octets: 2 } });
  });

  it('hands events to every listener until it leaves', async () => {
    let emit: (event: MailEvent) => void = () => undefined;
    const methods = {
      subscribe: (listener: typeof emit) => ((emit = listener), () => undefined),
      counts: async () => [],
    };
    const api = connected(methods);
    const heard: string[] = [];
    const leave = api.subscribe((event) => heard.push(`first ${event.type}`));
    api.subscribe((event) => heard.push(`second ${event.type}`));
    await api.counts();
    emit({ type: 'accounts-changed' });
    await api.counts();
    leave();
    emit({ type: 'messages-removed', account: accountId('a') });
    await api.counts();
    expect(heard).toEqual(['first accounts-changed', 'second accounts-changed', 'second messages-removed']);
  });

  it('moves whole buffers and copies slices of larger ones', async () => {
    const whole = new Uint8Array([1, 2, 3]);
    const pack = new Uint8Array([9, 1, 2, 3, 9]);
    const api = connected({ source: async (id) => (id === 1 ? whole : pack.subarray(1, 4)) });
    expect(await api.source(messageId(1))).toEqual(new Uint8Array([1, 2, 3]));
    expect(await api.source(messageId(2))).toEqual(new Uint8Array([1, 2, 3]));
    expect([whole.byteLength, pack.byteLength]).toEqual([0, 5]);
  });

  it('answers nothing but the methods of MailApi', async () => {
    const { page } = connect(async () => service({}));
    const answer = new Promise((resolve) => page.addEventListener('message', (event) => resolve(event.data)));
    page.postMessage({ type: 'call', id: 7, method: 'constructor', args: [] });
    expect(await answer).toMatchObject({ type: 'error', id: 7, error: { code: 'internal' } });
  });

  it.each([null, 'text', 42, {}, { type: 'surprise' }, { id: 1 }])(
    'ignores a stray message %j',
    async (stray) => {
      const { api, page, worker } = connect(async () => service({ counts: async () => [] }));
      page.postMessage(stray);
      worker.postMessage(stray);
      expect(await api.counts()).toEqual([]);
    },
  );

  it('has a shape for every parameter that each method takes', () => {
    expect(SHAPES.checkAccount).toEqual(['value', 'callback', 'signal']);
    expect(METHODS).not.toContain('subscribe');
  });
});

describe('cancelling', () => {
  it('rejects at once and aborts the signal in the worker', async () => {
    const aborted = vi.fn();
    const content: MailApi['content'] = (_id, signal) => (
      signal?.addEventListener('abort', aborted),
      never()
    );
    const api = connected({ content, counts: async () => [] });
    const control = new AbortController();
    const opened = api.content(messageId(1), control.signal);
    const rejected = expect(opened).rejects.toMatchObject({ code: 'cancelled', hop: 'page' });
    await api.counts();
    control.abort();
    await rejected;
    await vi.waitFor(() => expect(aborted).toHaveBeenCalledOnce());
  });

  it('sends nothing when the signal is aborted already', async () => {
    const content = vi.fn(() => never<never>());
    const api = connected({ content, counts: async () => [] });
    await expect(api.content(messageId(1), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    await api.counts();
    expect(content).not.toHaveBeenCalled();
  });

  it('drops an answer that comes too late', async () => {
    let finish: (value: number) => void = () => undefined;
    const api = connected({
      list: () =>
        new Promise(
          (resolve) => (finish = () => resolve({ total: 1, unread: 0, offset: 0, rows: [], version: 1 })),
        ),
      counts: async () => [],
    });
    const control = new AbortController();
    const listed = api.list(query, 0, 10, control.signal).catch((error: PoplarError) => error.code);
    await api.counts();
    control.abort();
    finish(0);
    expect(await listed).toBe('cancelled');
    expect(await api.counts()).toEqual([]);
  });

  it('never runs a call that is cancelled before the service is open', async () => {
    const content = vi.fn(() => never<never>());
    const { ready, open } = gate(service({ content, counts: async () => [] }));
    const { api, worker } = connect(() => ready);
    const heard = new Promise<void>((resolve) =>
      worker.addEventListener('message', ({ data }) => data.type === 'cancel' && resolve()),
    );
    const control = new AbortController();
    const call = api.content(messageId(1), control.signal).catch((error: PoplarError) => error.code);
    control.abort();
    expect(await call).toBe('cancelled');
    await heard;
    open();
    await api.counts();
    expect(content).not.toHaveBeenCalled();
  });
});

describe('opening', () => {
  it('queues calls until the service is open', async () => {
    const { ready, open } = gate(service({ counts: async () => [], running: async () => [] }));
    const { api } = connect(() => ready);
    const calls = [api.counts(), api.running()];
    open();
    expect(await Promise.all(calls)).toEqual([[], []]);
  });

  it('answers every call with the reason why the service cannot open', async () => {
    const { api } = connect(() => Promise.reject(new PoplarError('storage-blocked', 'storage')));
    await expect(api.counts()).rejects.toMatchObject({ code: 'storage-blocked', hop: 'storage' });
    await expect(api.accounts()).rejects.toMatchObject({ code: 'storage-blocked', hop: 'storage' });
  });
});

/** A worker that can crash: only what the page sees of it. */
class CrashingWorker extends EventTarget implements RpcPort {
  readonly posted: unknown[] = [];
  postMessage(message: unknown): void {
    this.posted.push(message);
  }
  override addEventListener(type: string, listener: (event: { type: string; data?: unknown }) => void): void {
    super.addEventListener(type, listener as (event: Event) => void);
  }
  speak(data: unknown): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
}

describe('a worker that fails', () => {
  it.each(['error', 'messageerror'])('rejects every pending call on %s', async (type) => {
    const worker = new CrashingWorker();
    const api = createMailClient(worker, init);
    const calls = [api.counts(), api.accounts()].map((call) =>
      call.catch((error: PoplarError) => error.code),
    );
    worker.dispatchEvent(new Event(type));
    expect(await Promise.all(calls)).toEqual(['worker-failed', 'worker-failed']);
  });

  it('rejects later calls too when it never spoke: its script did not load', async () => {
    const worker = new CrashingWorker();
    const api = createMailClient(worker, init);
    worker.dispatchEvent(new Event('error'));
    await expect(api.counts()).rejects.toMatchObject({ code: 'worker-failed', hop: 'page' });
  });

  it('is used again after an uncaught exception that it survived', async () => {
    const worker = new CrashingWorker();
    const api = createMailClient(worker, init);
    const first = api.counts();
    worker.speak({ type: 'result', id: 1, value: [] });
    await first;
    worker.dispatchEvent(new Event('error'));
    const second = api.counts();
    worker.speak({ type: 'result', id: 2, value: [] });
    expect(await second).toEqual([]);
  });
});
