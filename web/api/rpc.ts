/**
 * How MailApi calls travel between a page and its worker: message shapes, and which argument is what. Each answer
 * carries the id of its call. Must not know what a call means, nor what kind of port carries it.
 */
import type { ErrorRecord } from '../errors.ts';
import type { MailEvent } from '../model/event.ts';
import type { MailApi } from './mail-api.ts';

/** Every method that is called and answered. Events travel by themselves. */
export type Method = Exclude<keyof MailApi, 'subscribe'>;

/** What a call resolves to. */
export type Answer<M extends Method> = Awaited<ReturnType<MailApi[M]>>;

type KindOf<T> = [T] extends [AbortSignal | undefined]
  ? 'signal'
  : [T] extends [(value: never) => void]
    ? 'callback'
    : 'value';
type Shape<A extends readonly unknown[]> = { readonly [K in keyof A]: KindOf<A[K]> };

/**
 * What stands at each argument. Signals and callbacks cannot be cloned: a signal becomes a `cancel` message, a
 * callback becomes `callback` messages. It is also the list of names that a page may call.
 */
export const SHAPES: { readonly [M in Method]: Shape<Required<Parameters<MailApi[M]>>> } = {
  deployment: [],
  setProxyToken: ['value', 'value'],
  forgetProxyToken: [],
  accounts: [],
  checkAccount: ['value', 'callback', 'signal'],
  addAccount: ['value'],
  closeAccount: ['value'],
  forecastAccountRemoval: ['value'],
  removeAccount: ['value'],
  setAccountOptions: ['value', 'value'],
  forecastRemoval: ['value', 'value', 'signal'],
  setRetention: ['value', 'value'],
  setPassword: ['value', 'value', 'value'],
  trustCertificate: ['value', 'value'],
  saveMove: ['value', 'value'],
  readMove: ['value', 'value'],
  takeMove: ['value', 'value', 'value'],
  readPopstate: ['value', 'value'],
  takePopstate: ['value', 'value', 'value'],
  startBackup: ['value'],
  readBackup: ['value'],
  endBackup: ['value', 'value'],
  transcripts: ['value'],
  counts: [],
  list: ['value', 'value', 'value', 'signal'],
  indexOf: ['value', 'value'],
  ids: ['value'],
  summary: ['value'],
  content: ['value', 'signal'],
  source: ['value'],
  attachment: ['value', 'value'],
  fetchRest: ['value', 'callback', 'signal'],
  setFlags: ['value', 'value'],
  move: ['value', 'value'],
  setHidden: ['value', 'value'],
  deleteForGood: ['value'],
  wake: ['value'],
  sync: ['value'],
  cancelSync: ['value'],
  running: [],
  listServer: ['value', 'signal'],
  ledgerWindow: ['value', 'value', 'value', 'value'],
  ledgerIds: ['value', 'value', 'value', 'value'],
  readLedgerHeads: ['value', 'value', 'signal'],
  changeLedger: ['value', 'value', 'value'],
  undoLedgerChange: ['value', 'value'],
  repair: ['callback', 'signal'],
};

export const METHODS = Object.keys(SHAPES) as readonly Method[];

/** Where the worker finds its surroundings. */
export interface InitMessage {
  type: 'init';
  /** The folder the page is served from, with a slash at the end. */
  baseUrl: string;
}

/** Page to worker. Places of signals and callbacks in `args` hold null. */
export type PageMessage =
  | InitMessage
  | { type: 'call'; id: number; method: Method; args: readonly unknown[] }
  | { type: 'cancel'; id: number };

/** Worker to page. */
export type WorkerMessage =
  | { type: 'result'; id: number; value: unknown }
  | { type: 'error'; id: number; error: ErrorRecord }
  | { type: 'callback'; id: number; argument: number; value: unknown }
  | { type: 'event'; event: MailEvent };

/** What Worker, MessagePort and a worker's own global have in common, as far as calls need it. */
export interface RpcPort {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(
    type: 'message' | 'messageerror' | 'error',
    listener: (event: { readonly type: string; readonly data?: unknown }) => void,
  ): void;
  /** A MessagePort delivers nothing before it is started; the others have no such method. */
  start?(): void;
}

/**
 * Reads a message of the given direction, or null for anything else: browser extensions post into ports too.
 * Both ends are built together, so that only the outline is checked.
 */
export function readMessage<M extends { type: string }>(
  data: unknown,
  types: readonly M['type'][],
): M | null {
  if (typeof data !== 'object' || data === null || !('type' in data)) return null;
  return types.some((type) => type === data.type) ? (data as M) : null;
}
