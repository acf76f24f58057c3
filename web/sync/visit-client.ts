/**
 * The frame of a visit that only looks: dialled, logged in, with its transcript kept. It says no goodbye. Must not know what
 * is looked at.
 */
import { Pop3Client } from '../pop3/client.ts';
import { locate } from './locate.ts';
import type { SyncJob, SyncParts } from './maildrop-sync.ts';
import { loginName } from './provider-ways.ts';
import { recorded } from './record.ts';
import { ServerMemory } from './server-memory.ts';
import { saslContext, withTransport } from './session.ts';

export type VisitJob = Pick<SyncJob, 'account' | 'password' | 'signal'>;

/**
 * Runs `visit` in the transaction state. Throws PoplarError that names host and user; `cancelled` when the signal was
 * aborted.
 */
export async function visitClient<Result>(
  { store, dial, clock, now }: Pick<SyncParts, 'store' | 'dial' | 'clock' | 'now'>,
  { account, password, signal }: VisitJob,
  visit: (client: Pop3Client) => Promise<Result>,
): Promise<Result> {
  try {
    const remembered = await new ServerMemory(store, account.id, now).recall();
    const call = { dial, to: account.incoming, observer: {}, signal, remembered };
    return await withTransport(call, (transport, notes) => {
      const keep = store.addTranscript.bind(store, account.id);
      const session = { account, password, security: transport.security };
      return recorded({ keep, now }, session, async (onTranscript) => {
        const { security } = account.incoming;
        const options = { security, clock, sasl: saslContext(account.incoming), notes, onTranscript };
        const client = await Pop3Client.open(transport, options);
        await client.login({ user: loginName(account), password });
        return visit(client);
      });
    });
  } catch (error) {
    throw locate(error, account, signal);
  }
}
