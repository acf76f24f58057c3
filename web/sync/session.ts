/**
 * The frame around every visit to a maildrop: dialling, hanging up when the person cancels, saying goodbye.
 * Must not know what the visit is for.
 */
import { PoplarError } from '../errors.ts';
import type { ServerAddress } from '../model/account.ts';
import type { Pop3Client } from '../pop3/client.ts';
import type { ServerNotes } from '../model/server-notes.ts';
import { VisitNotes } from '../pop3/visit-notes.ts';
import type { SaslContext } from '../sasl/mechanism.ts';
import { base64FromBytes } from '../wire/base64.ts';
import type { Clock } from '../wire/clock.ts';
import type { Dial, DialObserver, Transport } from '../wire/transport.ts';

/** How long an answer to QUIT is waited for, in milliseconds. */
const GOODBYE_MS = 5_000;

export interface Call {
  dial: Dial;
  to: ServerAddress;
  observer: DialObserver;
  signal: AbortSignal;
  /** What an earlier visit has left, unless it is too old. */
  remembered?: ServerNotes | null;
}

type Visit<Result> = (transport: Transport, notes: VisitNotes) => Promise<Result>;

/**
 * Dials, runs the visit, and closes the transport whatever happens; and again, as long as the notes of the visit promise
 * more from another connection. Aborting the signal ends it at once.
 */
export async function withTransport<Result>(call: Call, visit: Visit<Result>): Promise<Result> {
  const notes = new VisitNotes(call.remembered);
  for (;;) {
    try {
      return await overOneConnection(call, (transport) => visit(transport, notes));
    } catch (error) {
      const mayDoBetter = !call.signal.aborted && error instanceof PoplarError && notes.learn(error);
      if (!mayDoBetter) throw error;
    }
  }
}

async function overOneConnection<Result>(
  { dial, to, observer, signal }: Call,
  visit: (transport: Transport) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const transport = await dial(to, observer, signal);
  const hangUp = () => transport.close();
  signal.addEventListener('abort', hangUp, { once: true });
  try {
    signal.throwIfAborted();
    return await visit(transport);
  } finally {
    signal.removeEventListener('abort', hangUp);
    transport.close();
  }
}

/**
 * RFC 1939 §6, after a session that deleted nothing: nothing hangs on the answer, so that its loss is no failure and
 * nobody waits long for it.
 */
export async function sayGoodbye(client: Pop3Client, clock: Clock): Promise<void> {
  const stop = clock.after(GOODBYE_MS, () => client.close());
  await client.quit().catch(() => client.close());
  stop();
}

const NONCE_OCTETS = 18;

/** What SASL exchanges with this server need. */
export function saslContext({ host, port }: ServerAddress): SaslContext {
  const createNonce = () => base64FromBytes(crypto.getRandomValues(new Uint8Array(NONCE_OCTETS)));
  return { service: 'pop', host, port, createNonce };
}
