/**
 * A visit that lists a maildrop for the ledger, and stays for a while to look at headers. It cannot delete. Must not know
 * what the ledger makes of it.
 */
import type { Pop3Client } from '../pop3/client.ts';
import type { ListedMessage } from '../pop3/listing.ts';
import { locate } from './locate.ts';
import type { SyncJob, SyncParts } from './maildrop-sync.ts';
import { loginName } from './provider-ways.ts';
import { sayGoodbye } from './session.ts';
import { visitMaildrop } from './visit.ts';

/** Messages of the listing whose headers are wanted. */
export interface HeadRequest {
  messages: readonly ListedMessage[];
  /** In the same order, null where one cannot be had; null altogether where the server has no TOP. */
  answer(heads: (Uint8Array | null)[] | null): void;
}

export interface LedgerVisitJob extends Pick<SyncJob, 'account' | 'password' | 'signal'> {
  /** Those without a unique-id are named by their header. Numbers are of this session, until the next call. */
  onListed: (listed: readonly ListedMessage[]) => void;
  /** The request that is to be answered next, the same one until it is; null ends the visit. */
  next: () => Promise<HeadRequest | null>;
}

/** Throws PoplarError that names host and user; `cancelled` when the signal was aborted. */
export async function visitLedger(parts: SyncParts, job: LedgerVisitJob): Promise<void> {
  const { account, password, signal, onListed, next } = job;
  try {
    await visitMaildrop(parts, { account, password, signal }, async (client) => {
      await client.login({ user: loginName(account), password });
      onListed(await client.identify(await client.list()));
      for (;;) {
        const request = await client.during(next());
        if (request === null) break;
        request.answer(await headersOf(client, request.messages));
      }
      await sayGoodbye(client, parts.clock);
    });
  } catch (error) {
    throw locate(error, account, signal);
  }
}

async function headersOf(
  client: Pop3Client,
  messages: readonly ListedMessage[],
): Promise<(Uint8Array | null)[] | null> {
  const heads: (Uint8Array | null)[] = [];
  const hasTop = await client.headers(messages, (_message, head) => void heads.push(head?.slice() ?? null));
  return hasTop ? heads : null;
}
