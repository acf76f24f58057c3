/**
 * What UIDL and LIST of a maildrop cost to carry: from the commands to the last octet, and nothing is read of it; and the
 * session around them, from dialling to QUIT, with the shortest login there is.
 */
import { tunnelUrlOf } from '../../../web/transport/proxy-address.ts';
import { createDial } from '../../../web/transport/websocket-transport.ts';
import type { Clock } from '../../../web/wire/clock.ts';
import type { Transport } from '../../../web/wire/transport.ts';
import type { DrainJob } from './drain-worker.ts';

export type ListAnswer = { ms: number; sessionMs: number; octets: number } | { failure: string };

const clock: Clock = {
  after(ms, fire) {
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  },
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Reads until the last octets that came end like this; returns how many came. */
async function readUntil(transport: Transport, isEnd: (tail: string, octets: number) => boolean) {
  let [tail, octets] = ['', 0];
  for (;;) {
    const chunk = await transport.read();
    if (chunk === null) throw new Error('the server hung up');
    octets += chunk.length;
    tail = (tail + decoder.decode(chunk.subarray(-200))).slice(-200);
    if (isEnd(tail, octets)) return octets;
  }
}

/** Sends one command and resolves when its answer is here, or throws what the server said in place of +OK. */
async function ask(transport: Transport, command: string): Promise<void> {
  await transport.write(encoder.encode(`${command}\r\n`));
  await readUntil(transport, (tail) => {
    if (tail.startsWith('-ERR')) throw new Error(`${command.split(' ')[0]}: ${tail}`);
    return tail.endsWith('\r\n');
  });
}

/** All of one listing; a maildrop with at least one message, so that no shorter answer ends like one. */
async function carry(transport: Transport, command: string): Promise<number> {
  await transport.write(encoder.encode(`${command}\r\n`));
  return readUntil(transport, (tail) => tail.endsWith('\r\n.\r\n'));
}

async function list({ draft: { incoming, user, password }, proxyUrl }: DrainJob): Promise<ListAnswer> {
  const { signal } = new AbortController();
  const dialledAt = performance.now();
  const dial = createDial({ tunnelUrl: tunnelUrlOf(proxyUrl), clock });
  const transport = await dial(incoming, {}, signal);
  await readUntil(transport, (tail) => tail.endsWith('\r\n'));
  await ask(transport, `USER ${user}`);
  await ask(transport, `PASS ${password}`);
  const startedAt = performance.now();
  const octets = (await carry(transport, 'UIDL')) + (await carry(transport, 'LIST'));
  const ms = performance.now() - startedAt;
  await ask(transport, 'QUIT');
  const sessionMs = performance.now() - dialledAt;
  transport.close();
  return { ms, sessionMs, octets };
}

addEventListener('message', (event: MessageEvent<DrainJob>) => {
  list(event.data)
    .catch((error: unknown): ListAnswer => ({ failure: String(error) }))
    .then((answer) => postMessage(answer), reportError);
});
