/**
 * The page's end of MailApi: turns calls into messages and binds each answer to its call.
 * Must not know what the methods mean, nor that the other end is a worker.
 */
import { fromErrorRecord, PoplarError } from '../errors.ts';
import type { MailEvent } from '../model/event.ts';
import type { MailApi } from './mail-api.ts';
import {
  METHODS,
  readMessage,
  SHAPES,
  type InitMessage,
  type Method,
  type PageMessage,
  type RpcPort,
  type WorkerMessage,
} from './rpc.ts';

interface PendingCall {
  resolve(value: unknown): void;
  reject(error: PoplarError): void;
  callbacks: ReadonlyMap<number, (value: unknown) => void>;
}

/**
 * A MailApi that is answered at the other end of the port. When the worker fails, every pending call rejects with
 * `worker-failed`; if it never spoke at all (its script did not load), later calls do as well.
 */
export function createMailClient(port: RpcPort, init: Omit<InitMessage, 'type'>): MailApi {
  const client = new RpcClient(port, init);
  const methods = METHODS.map(
    (method) => [method, (...args: unknown[]) => client.call(method, args)] as const,
  );
  const subscribe: MailApi['subscribe'] = (listener) => client.subscribe(listener);
  return { ...(Object.fromEntries(methods) as Omit<MailApi, 'subscribe'>), subscribe };
}

class RpcClient {
  readonly #port: RpcPort;
  readonly #pending = new Map<number, PendingCall>();
  readonly #listeners = new Set<(event: MailEvent) => void>();
  #nextId = 1;
  #heard = false;
  #dead = false;

  constructor(port: RpcPort, init: Omit<InitMessage, 'type'>) {
    this.#port = port;
    port.addEventListener('message', (event) => this.#receive(event.data));
    port.addEventListener('messageerror', () => this.#fail());
    port.addEventListener('error', () => this.#fail());
    port.start?.();
    this.#send({ type: 'init', ...init });
  }

  call(method: Method, args: readonly unknown[]): Promise<unknown> {
    const id = this.#nextId++;
    const { values, callbacks, signal } = sortArguments(method, args);
    if (this.#dead) return Promise.reject(workerFailed());
    if (signal?.aborted) return Promise.reject(cancelled());
    return new Promise((resolve, reject) => {
      const abort = () => this.#cancel(id);
      const settled = () => signal?.removeEventListener('abort', abort);
      this.#pending.set(id, {
        resolve: (value) => (settled(), resolve(value)),
        reject: (error) => (settled(), reject(error)),
        callbacks,
      });
      signal?.addEventListener('abort', abort, { once: true });
      this.#send({ type: 'call', id, method, args: values });
    });
  }

  subscribe(listener: (event: MailEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #send(message: PageMessage): void {
    this.#port.postMessage(message, []);
  }

  /** The caller hears `cancelled` at once; what the worker still answers is dropped. */
  #cancel(id: number): void {
    this.#send({ type: 'cancel', id });
    this.#take(id)?.reject(cancelled());
  }

  #take(id: number): PendingCall | undefined {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    return call;
  }

  #receive(data: unknown): void {
    const message = readMessage<WorkerMessage>(data, ['result', 'error', 'callback', 'event']);
    if (message === null) return;
    this.#heard = true;
    switch (message.type) {
      case 'result':
        return this.#take(message.id)?.resolve(message.value);
      case 'error':
        return this.#take(message.id)?.reject(fromErrorRecord(message.error));
      case 'callback':
        return this.#pending.get(message.id)?.callbacks.get(message.argument)?.(message.value);
      case 'event':
        for (const listener of [...this.#listeners]) listener(message.event);
    }
  }

  /** An uncaught exception may have cost any answer. A worker that never spoke has not even started. */
  #fail(): void {
    this.#dead = !this.#heard;
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of calls) call.reject(workerFailed());
  }
}

function sortArguments(method: Method, args: readonly unknown[]) {
  const callbacks = new Map<number, (value: unknown) => void>();
  const values: unknown[] = [];
  let signal: AbortSignal | undefined;
  SHAPES[method].forEach((kind, index) => {
    const argument = args[index];
    values.push(kind === 'value' ? argument : null);
    if (kind === 'callback') callbacks.set(index, argument as (value: unknown) => void);
    if (kind === 'signal') signal = argument as AbortSignal | undefined;
  });
  return { values, callbacks, signal };
}

const cancelled = () => new PoplarError('cancelled', 'page');
const workerFailed = () => new PoplarError('worker-failed', 'page');
