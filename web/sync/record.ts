/** Keeps the transcript of a session, however it ends. Must not know what the session is for. */
import { toErrorRecord } from '../errors.ts';
import type { Account } from '../model/account.ts';
import type { SessionTranscript } from '../model/transcript.ts';
import { Transcript } from '../wire/transcript.ts';
import type { TransportSecurity } from '../wire/transport.ts';
import { createRedactor } from './redact.ts';

export interface RecordParts {
  /** Keeps it with the account. */
  keep: (session: SessionTranscript) => Promise<void>;
  /** Milliseconds since 1970. */
  now: () => number;
}

export interface RecordedSession {
  account: Account;
  password: string;
  /** Of the connection as it was dialled. */
  security: TransportSecurity | null;
}

/**
 * Runs the session with a listener for its lines. Throws what the session throws; a store that fails is only heard of
 * when nothing else went wrong.
 */
export async function recorded<Result>(
  parts: RecordParts,
  { account, password, security }: RecordedSession,
  session: (onTranscript: (line: string) => void) => Promise<Result>,
): Promise<Result> {
  const transcript = new Transcript();
  const redact = createRedactor({ names: [account.user, account.address], secrets: [password] });
  const startedAt = parts.now();
  if (security !== null) transcript.add(`-- TLS ${security.protocol} ${security.cipher}`);
  const keep = (error: SessionTranscript['error']): Promise<void> => {
    const { host, port, security } = account.incoming;
    const lines = transcript.lines().map(redact);
    return parts.keep({ startedAt, endedAt: parts.now(), host, port, security, error, lines });
  };
  let result: Result;
  try {
    result = await session((line) => transcript.add(line));
  } catch (error) {
    const { code } = toErrorRecord(error);
    // What went wrong first is what people must hear.
    await keep(code).catch(() => undefined);
    throw error;
  }
  await keep(null);
  return result;
}
