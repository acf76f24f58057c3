/**
 * A visit that lists a maildrop for the ledger, and stays for a while to look at headers. It cannot delete. Must not know
 * what the ledger makes of it.
 */
import type { ListedMessage } from '../pop3/listing.ts';
import type { SyncParts } from './maildrop-sync.ts';
import { sayGoodbye } from './session.ts';
import { visitClient, type VisitJob } from './visit-client.ts';

/** Messages of the listing whose headers are wanted. */
export interface HeadRequest {
  messages: readonly ListedMessage[];
  /** See Pop3Client.heads. */
  answer(heads: (Uint8Array | null)[] | null): void;
}

export interface LedgerVisitJob extends VisitJob {
  /** Those without a unique-id are named by their header. Numbers are of this session, until the next call. */
  onListed: (listed: readonly ListedMessage[]) => void;
  /** The request that is to be answered next, the same one until it is; null ends the visit. */
  next: () => Promise<HeadRequest | null>;
}

/** Throws PoplarError that names host and user; `cancelled` when the signal was aborted. */
export function visitLedger(parts: SyncParts, job: LedgerVisitJob): Promise<void> {
  return visitClient(parts, job, async (client) => {
    job.onListed(await client.identify(await client.list()));
    for (;;) {
      const request = await client.during(job.next());
      if (request === null) break;
      request.answer(await client.heads(request.messages));
    }
    await sayGoodbye(client, parts.clock);
  });
}
