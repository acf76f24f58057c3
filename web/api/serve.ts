/**
 * The worker's end of MailApi: receives calls, runs them, posts answers and events.
 * Calls that come before the service is open wait for it; a service that cannot open answers each call with its error.
 * Must not know what the methods mean.
 */
import { PoplarError, toErrorRecord } from '../errors.ts';
import type { MailApi } from './mail-api.ts';
import {
  readMessage,
  SHAPES,
  type InitMessage,
  type PageMessage,
  type RpcPort,
  type WorkerMessage,
} from './rpc.ts';

type Call = Extract<PageMessage, { type: 'call' }>;

/** Serves one page. `open` runs once, on the page's `init`. */
export function serveMailApi(port: RpcPort, open: (init: InitMessage) => Promise<MailApi>): void {
  const server = new RpcServer(port, open);
  port.addEventListener('message', (event) => server.receive(event.data));
  port.start?.();
}

class RpcServer {
  readonly #port: RpcPort;
  readonly #open: (init: InitMessage) => Promise<MailApi>;
  readonly #running = new Map<number, AbortController>();
  #service: Promise<MailApi> | null = null;

  constructor(port: RpcPort, open: (init: InitMessage) => Promise<MailApi>) {
    this.#port = port;
    this.#open = open;
  }

  receive(data: unknown): void {
    const message = readMessage<PageMessage>(data, ['init', 'call', 'cancel']);
    if (message?.type === 'init') this.#start(message);
    if (message?.type === 'cancel') this.#running.get(message.id)?.abort();
    if (message?.type === 'call') void this.#answer(message);
  }

  #start(init: InitMessage): void {
    if (this.#service) return;
    this.#service = this.#open(init);
    this.#service.then(
      (service) => service.subscribe((event) => this.#post({ type: 'event', event })),
      () => undefined, // each call reports it, see #answer
    );
  }

  async #answer(call: Call): Promise<void> {
    const control = new AbortController();
    this.#running.set(call.id, control);
    try {
      const value = await this.#run(call, control.signal);
      const { result, transfer } = ownBuffer(value);
      this.#post({ type: 'result', id: call.id, value: result }, transfer);
    } catch (error) {
      this.#post({ type: 'error', id: call.id, error: toErrorRecord(error) });
    } finally {
      this.#running.delete(call.id);
    }
  }

  async #run(call: Call, signal: AbortSignal): Promise<unknown> {
    if (!Object.hasOwn(SHAPES, call.method) || !this.#service) throw new PoplarError('internal', 'page');
    const service = await this.#service;
    const args = SHAPES[call.method].map((kind, argument) => {
      if (kind === 'signal') return signal;
      if (kind === 'value') return call.args[argument];
      return (value: unknown) => this.#post({ type: 'callback', id: call.id, argument, value });
    });
    if (signal.aborted) throw new PoplarError('cancelled', 'page');
    const method = service[call.method] as (...args: unknown[]) => Promise<unknown>;
    return method.apply(service, args);
  }

  #post(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(message, transfer);
  }
}

/**
 * Bytes are moved, not copied. Bytes that are a slice of something larger (a pack of the store) are copied first:
 * moving would take the rest along.
 */
function ownBuffer(value: unknown): { result: unknown; transfer: ArrayBuffer[] } {
  if (!(value instanceof Uint8Array)) return { result: value, transfer: [] };
  const whole = value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength;
  const result = whole ? (value as Uint8Array<ArrayBuffer>) : new Uint8Array(value);
  return { result, transfer: [result.buffer] };
}
