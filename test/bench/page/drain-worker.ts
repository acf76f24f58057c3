/** Fetches a whole maildrop and keeps nothing of it: what the wire and the protocol cost alone, in a worker as ever. */
import type { AccountDraft } from '../../../web/model/account.ts';
import { Pop3Client } from '../../../web/pop3/client.ts';
import { saslContext } from '../../../web/sync/session.ts';
import { tunnelUrlOf } from '../../../web/transport/proxy-address.ts';
import { createDial } from '../../../web/transport/websocket-transport.ts';
import type { Clock } from '../../../web/wire/clock.ts';

export interface DrainJob {
  draft: AccountDraft;
  proxyUrl: string;
}

export type DrainAnswer = { ms: number; fetched: number } | { failure: string };

/** As a fetch that stores asks for them (sync/maildrop-sync.ts). */
const WINDOW = { windowOctets: 8 * 1024 * 1024, windowCommands: 1000 };
const MAX_OCTETS = 64 * 1024 * 1024;

const clock: Clock = {
  after(ms, fire) {
    const timer = setTimeout(fire, ms);
    return () => clearTimeout(timer);
  },
};

async function drain({ draft, proxyUrl }: DrainJob): Promise<DrainAnswer> {
  const { incoming, user, password } = draft;
  const { signal } = new AbortController();
  const startedAt = performance.now();
  const dial = createDial({ tunnelUrl: tunnelUrlOf(proxyUrl), clock });
  const transport = await dial(incoming, {}, signal);
  const client = await Pop3Client.open(transport, {
    security: incoming.security,
    clock,
    sasl: saslContext(incoming),
  });
  await client.login({ user, password });
  const newestFirst = (await client.list()).toReversed();
  let fetched = 0;
  for await (const message of client.retrieve(newestFirst, { ...WINDOW, signal, maxOctets: MAX_OCTETS })) {
    if ('error' in message) throw message.error;
    fetched += 1;
  }
  await client.quit();
  return { ms: performance.now() - startedAt, fetched };
}

addEventListener('message', (event: MessageEvent<DrainJob>) => {
  drain(event.data)
    .catch((error: unknown): DrainAnswer => ({ failure: String(error) }))
    .then((answer) => postMessage(answer), reportError);
});
