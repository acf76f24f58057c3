/** Puts the place into errors: the rooms below know what went wrong, this one knows with which server and user. */
import { PoplarError, toErrorRecord } from '../errors.ts';
import { bridgeName } from '../model/bridge.ts';
import type { ServerAddress } from '../model/account.ts';

/** Whose maildrop, and where. */
export interface MaildropAddress {
  incoming: ServerAddress;
  user: string;
}

/**
 * The error with host, port, security, user and bridge added where it does not name them itself. When the work was cancelled
 * every error is `cancelled`: closing a connection under a conversation makes all kinds of noise.
 */
export function locate(error: unknown, maildrop: MaildropAddress, signal: AbortSignal): PoplarError {
  if (signal.aborted) return new PoplarError('cancelled', 'page');
  const { code, hop, retryable, detail } = toErrorRecord(error);
  const { host, port, security, bridge } = maildrop.incoming;
  const way = bridge === undefined ? {} : { bridge: bridgeName(bridge) };
  return new PoplarError(code, hop, {
    retryable,
    detail: { host, port, security, user: maildrop.user, ...way, ...detail },
    cause: error,
  });
}
