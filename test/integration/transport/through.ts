/** Short words for tests that talk to a server through the proxy. */
import type { RunningProxy } from '../../../proxy/server.ts';
import type { DialTarget, Transport } from '../../../web/wire/transport.ts';
import { dialThrough } from '../../support/proxy-dial.ts';

/** Dials `port` on loopback through the proxy. */
export function dial(
  proxy: RunningProxy,
  port: number,
  security: DialTarget['security'] = 'none',
  host = '127.0.0.1',
): Promise<Transport> {
  return dialThrough(proxy.url)({ host, port, security }, {}, new AbortController().signal);
}

export const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Reads until `text` has come, or to the end of the stream. */
export async function readUntil(transport: Transport, text: string): Promise<string> {
  let seen = '';
  while (!seen.includes(text)) {
    const chunk = await transport.read();
    if (chunk === null) break;
    seen += Buffer.from(chunk).toString('latin1');
  }
  return seen;
}

/** Bytes that differ everywhere, so that a lost or swapped frame shows. */
export function pattern(length: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(length / 4);
  for (let index = 0; index < words.length; index++) words[index] = Math.imul(index, 2_654_435_761);
  return new Uint8Array(words.buffer);
}
