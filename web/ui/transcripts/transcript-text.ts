/** Transcripts as text to be read and passed on. Pure. */
import type { Security } from '../../model/account.ts';
import type { SessionTranscript } from '../../model/transcript.ts';
import { errorText } from '../error-text.ts';

const securityWords: Readonly<Record<Security, string>> = {
  tls: 'TLS',
  starttls: 'STARTTLS',
  none: 'in clear',
};

/** How a session ended, in words. */
export function endWords({ error, host, port, security }: SessionTranscript): string {
  if (error === null) return 'ended in order';
  return error === 'cancelled'
    ? 'was stopped'
    : errorText({ code: error, detail: { host, port, security } }).title;
}

/** One session with a head that says when, where and how it ended. Times are UTC, so that servers' logs can be compared. */
export function transcriptText(session: SessionTranscript): string {
  const { startedAt, endedAt, host, port, security, error, lines } = session;
  const took = ((endedAt - startedAt) / 1000).toFixed(1);
  const head = [
    `Poplar with ${host}, port ${port}, ${securityWords[security]}`,
    `${new Date(startedAt).toISOString()}, ${took} s, ${error ?? 'ended in order'}`,
  ];
  return [...head, '', ...lines, ''].join('\n');
}
