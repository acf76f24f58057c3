/** The parse worker's end of the parse protocol. Must not know how a message is parsed. */
import type { RpcPort } from '../api/rpc.ts';
import { toErrorRecord } from '../errors.ts';
import type { ParsedMessage } from '../message/parse.ts';
import type { ParseAnswer, ParseRequest } from './parse-protocol.ts';

/** Says `ready` and then answers each request, in order. */
export function serveParses(port: RpcPort, parse: (raw: Uint8Array) => Promise<ParsedMessage>): void {
  const post = (answer: ParseAnswer, transfer: ArrayBuffer[] = []) => port.postMessage(answer, transfer);
  const answer = async ({ raw }: ParseRequest) => {
    try {
      const parsed = await parse(raw);
      post({ type: 'parsed', parsed }, wholeBuffers(parsed.attachments));
    } catch (error) {
      post({ type: 'failed', error: toErrorRecord(error) });
    }
  };
  port.addEventListener('message', (event) => void answer(event.data as ParseRequest));
  port.start?.();
  post({ type: 'ready' });
}

/** Attachments are moved, not copied. Two views of one buffer can be moved only once, and take all of it along. */
function wholeBuffers(attachments: readonly Uint8Array[]): ArrayBuffer[] {
  const buffers = attachments.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
  return [...new Set(buffers)];
}
