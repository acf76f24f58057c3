/**
 * The live check of an account: the whole road to the maildrop, nothing stored. Must not know who shows the steps.
 */
import type { CheckStep } from '../model/event.ts';
import type { SessionTranscript } from '../model/transcript.ts';
import { Pop3Client } from '../pop3/client.ts';
import type { MaildropTotals } from '../pop3/listing.ts';
import type { VisitNotes } from '../pop3/visit-notes.ts';
import type { Clock } from '../wire/clock.ts';
import type { Dial, Transport } from '../wire/transport.ts';
import { CheckSteps } from './check-steps.ts';
import { recorded } from './record.ts';
import { locate, type MaildropAddress } from './locate.ts';
import { sumOctets } from './plan.ts';
import { saslContext, sayGoodbye, withTransport } from './session.ts';

export interface CheckParts {
  dial: Dial;
  clock: Clock;
  /** Milliseconds since 1970. */
  now: () => number;
  /** The person's (RFC 5646), for what servers say. */
  language?: string;
}

/** What is checked: where, as whom, with which password. */
export interface CheckJob extends MaildropAddress {
  password: string;
  onStep: (step: CheckStep) => void;
  signal: AbortSignal;
}

/**
 * Runs the check. Throws PoplarError that names the hop; the step that was under way is reported as failed before.
 * An aborted signal throws `cancelled` and reports nothing more.
 */
export async function checkMaildrop(parts: CheckParts, job: CheckJob): Promise<MaildropTotals> {
  const { incoming, signal } = job;
  const way = { withTls: incoming.security !== 'none', bridged: incoming.bridge !== undefined };
  const steps = new CheckSteps(way, (step) => {
    if (!signal.aborted) job.onStep(step);
  });
  const observer = { onReached: (hop: CheckStep['hop'], fact: string) => steps.reached(hop, fact) };
  let last: SessionTranscript | null = null;
  const keep = async (session: SessionTranscript) => void (last = session);
  const recording = { keep, now: parts.now };
  try {
    return await withTransport({ dial: parts.dial, to: incoming, observer, signal }, (transport, notes) => {
      const session = { account: job, password: job.password, security: transport.security };
      return recorded(recording, session, (onTranscript) =>
        visit({ ...parts, transport, steps, notes, onTranscript }, job),
      );
    });
  } catch (error) {
    const located = locate(error, job, signal);
    steps.fail(located, last);
    throw located;
  }
}

interface VisitParts extends CheckParts {
  transport: Transport;
  steps: CheckSteps;
  notes: VisitNotes;
  onTranscript: (line: string) => void;
}

async function visit(parts: VisitParts, job: CheckJob): Promise<MaildropTotals> {
  const { transport, clock, steps, notes, onTranscript, language } = parts;
  steps.dialled();
  try {
    steps.secured(transport.security);
    const client = await Pop3Client.open(transport, {
      security: job.incoming.security,
      clock,
      sasl: saslContext(job.incoming),
      notes,
      onTranscript,
      ...(language !== undefined && { language }),
    });
    steps.secured(transport.security);
    steps.greeted();
    await client.login({ user: job.user, password: job.password });
    steps.pass('login', [client.capabilities.argumentsOf('IMPLEMENTATION').join(' ')]);
    const listed = await client.list();
    steps.pass('maildrop', []);
    await sayGoodbye(client, clock);
    return { messages: listed.length, octets: sumOctets(listed) };
  } catch (error) {
    // STLS may have gone well before the rest did not.
    steps.secured(transport.security);
    throw error;
  }
}
