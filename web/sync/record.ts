/** Keeps the transcript of a session, however it ends. Must not know what the session is for. */
import { toErrorRecord } from '../errors.ts';
import type { Account } from '../model/account.ts';
import type { SessionTranscript } from '../model/transcript.ts';
import { utf8FromText } from '../wire/ascii.ts';
import { base64FromBytes } from '../wire/base64.ts';
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
  account: Pick<Account, 'incoming' | 'user'> & { address?: string };
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
  const { user, address = '' } = account;
  const redact = createRedactor({ names: [user, address], secrets: secretForms(user, password) });
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
    const { code, detail } = toErrorRecord(error);
    transcript.add(endLine(code, String(detail['said'] ?? ''), transcript.lines()));
    // What went wrong first is what people must hear.
    await keep(code).catch(() => undefined);
    throw error;
  }
  await keep(null);
  return result;
}

/**
 * What broke the session before the login, such as a refused greeting, was made nothing of and stands here. What comes
 * later might repeat something secret that is no longer known as such.
 */
function endLine(code: string, said: string, lines: readonly string[]): string {
  const isLate = lines.some((line) => /^C: (?:AUTH|USER|APOP)/.test(line));
  return said === '' || isLate ? `-- ${code}` : `-- ${code}: ${said}`;
}

/** The password as it is, and in the two forms in which mechanisms send it in clear. */
function secretForms(user: string, password: string): string[] {
  if (password === '') return [];
  const forms = [password, `\0${user}\0${password}`].map((text) => base64FromBytes(utf8FromText(text)));
  return [password, ...forms];
}
