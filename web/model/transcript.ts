/** What was said in one session with a mail server, for people to read and to pass on. Holds no secret; see sync/redact. */
import type { ErrorCode } from '../errors.ts';
import type { Security } from './account.ts';

export interface SessionTranscript {
  startedAt: number;
  endedAt: number;
  host: string;
  port: number;
  security: Security;
  /** Why it ended; null when it did in order. */
  error: ErrorCode | null;
  /** `C: ` is what Poplar said, `S: ` what the server said, `-- ` a remark. Of message text only how many octets it had. */
  lines: string[];
}
