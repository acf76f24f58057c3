/**
 * One visit to an account's maildrop: dialled with what is remembered of the server, opened, and its transcript kept. Must
 * not know what the visit is for.
 */
import type { Account } from '../model/account.ts';
import { Pop3Client } from '../pop3/client.ts';
import type { VisitNotes } from '../pop3/visit-notes.ts';
import type { MailStore } from '../store/mail-store.ts';
import type { Clock } from '../wire/clock.ts';
import type { Dial, DialObserver } from '../wire/transport.ts';
import { recorded } from './record.ts';
import { ServerMemory } from './server-memory.ts';
import { saslContext, withTransport } from './session.ts';

export interface VisitParts {
  dial: Dial;
  store: MailStore;
  clock: Clock;
  /** Milliseconds since 1970. */
  now: () => number;
  /** The person's (RFC 5646), for what servers say. */
  language?: string;
}

export interface VisitJob {
  account: Account;
  password: string;
  signal: AbortSignal;
  observer?: DialObserver;
  /** False: one command at a time, whatever the server offers. */
  mayPipeline?: boolean;
}

/** Runs `converse` with a client that is not logged in yet; closes the connection whatever happens. Throws PoplarError. */
export async function visitMaildrop<Result>(
  { dial, store, clock, now, language }: VisitParts,
  { account, password, signal, observer = {}, mayPipeline = true }: VisitJob,
  converse: (client: Pop3Client, notes: VisitNotes) => Promise<Result>,
): Promise<Result> {
  const { incoming } = account;
  const remembered = await new ServerMemory(store, account, now).recall();
  return withTransport({ dial, to: incoming, observer, signal, remembered }, (transport, notes) => {
    const keep = store.addTranscript.bind(store, account.id);
    const session = { account, password, security: transport.security };
    return recorded({ keep, now }, session, async (onTranscript) => {
      const { security } = incoming;
      const options = {
        security,
        clock,
        sasl: saslContext(incoming),
        notes,
        mayPipeline,
        onTranscript,
        ...(language !== undefined && { language }),
      };
      return converse(await Pop3Client.open(transport, options), notes);
    });
  });
}
