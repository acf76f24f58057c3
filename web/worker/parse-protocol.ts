/** What travels between the mail worker and the worker that parses MIME. One message at a time, answers in order. */
import type { RpcPort } from '../api/rpc.ts';
import type { ErrorRecord } from '../errors.ts';
import type { ParsedMessage } from '../message/parse.ts';

/** Mail worker to parse worker. */
export interface ParseRequest {
  raw: Uint8Array<ArrayBuffer>;
}

/** Parse worker to mail worker: `ready` once, as soon as its script runs, then one answer a request. */
export type ParseAnswer =
  { type: 'ready' } | { type: 'parsed'; parsed: ParsedMessage } | { type: 'failed'; error: ErrorRecord };

/** A worker that can be ended: the only way to stop a parse that does not stop. */
export interface ParseWorker extends RpcPort {
  terminate(): void;
}
