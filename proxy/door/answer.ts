/** Short answers of the proxy itself, over HTTP and before an upgrade. It must not know what was asked. */
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { CHALLENGE } from './basic-auth.ts';
import { COMMON_HEADERS } from './security-headers.ts';

/** Answers with a text of ours that nobody may keep; without one the name of the status is the text. */
export function answer(
  response: ServerResponse,
  status: number,
  text?: string,
  type = 'text/plain; charset=utf-8',
): void {
  for (const [name, value] of Object.entries({ ...COMMON_HEADERS, ...headersOf(status) })) {
    if (!response.hasHeader(name)) response.setHeader(name, value);
  }
  const body = text ?? `${STATUS_CODES[status]}\n`;
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; frame-ancestors 'none'`,
  });
  response.end(body);
}

/** Says no and closes, where there is no response object, only the socket. */
export function refuse(socket: Duplex, status: number, text = ''): void {
  if (!socket.writable) return void socket.destroy();
  const headers = {
    connection: 'close',
    ...(text === '' ? {} : { 'content-type': 'text/plain; charset=utf-8' }),
    'content-length': String(Buffer.byteLength(text)),
    ...headersOf(status),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`;
  socket.end(`${head}${text}`, () => socket.destroy());
}

/** RFC 9110 §11.6.1: who is asked for a password is told how to give it. */
function headersOf(status: number): Record<string, string> {
  switch (status) {
    case 401:
      return { 'www-authenticate': CHALLENGE };
    case 405:
      return { allow: 'GET, HEAD' };
    case 429:
      return { 'retry-after': '1' };
    default:
      return {};
  }
}
