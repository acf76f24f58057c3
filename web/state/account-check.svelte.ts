/**
 * One live check of an account draft: its steps as they come, the outcome, cancel. Stores nothing. Must not know what
 * the form looks like.
 */
import type { MailApi, MaildropFacts } from '../api/mail-api.ts';
import type { PoplarError } from '../errors.ts';
import type { AccountDraft } from '../model/account.ts';
import type { CheckStep } from '../model/event.ts';
import type { SessionTranscript } from '../model/transcript.ts';
import { asPoplarError } from './as-poplar-error.ts';

export type CheckHop = CheckStep['hop'];

/** A line of the check; `waiting` until its turn comes. */
export interface CheckLine {
  hop: CheckHop;
  state: CheckStep['state'] | 'waiting';
  facts: readonly string[];
}

const hops: readonly CheckHop[] = ['proxy', 'name', 'connection', 'tls', 'login', 'maildrop'];

export class AccountCheck {
  phase = $state<'idle' | 'running' | 'passed' | 'failed'>('idle');
  lines = $state.raw<readonly CheckLine[]>(waiting());
  /** Why it failed. A check that was cancelled is idle again and has none. */
  error = $state.raw<PoplarError | null>(null);
  /** What was said with the server when it failed; null when it did not come to that. */
  transcript = $state.raw<SessionTranscript | null>(null);
  readonly #api: MailApi;
  #abort: AbortController | null = null;

  constructor(api: MailApi) {
    this.#api = api;
  }

  /** Runs the whole road. Null when it failed or was cancelled; never throws. */
  async run(draft: AccountDraft): Promise<MaildropFacts | null> {
    this.cancel();
    const abort = new AbortController();
    this.#abort = abort;
    this.phase = 'running';
    this.lines = waiting();
    try {
      const facts = await this.#api.checkAccount(draft, (step) => this.#show(step, abort), abort.signal);
      if (abort.signal.aborted) return null;
      this.phase = 'passed';
      return facts;
    } catch (error) {
      if (!abort.signal.aborted) this.fail(asPoplarError(error));
      return null;
    }
  }

  /** Stops a running check and forgets what it showed. */
  cancel(): void {
    this.#abort?.abort();
    this.#abort = null;
    this.phase = 'idle';
    this.error = null;
    this.transcript = null;
    this.lines = waiting();
  }

  /** Also for what comes after the check: the account passed and could not be kept. */
  fail(error: PoplarError): void {
    this.phase = 'failed';
    this.error = error;
    // The step that was under way when the error came is the one that failed, even if nobody said so.
    this.lines = this.lines.map((line) => (line.state === 'running' ? { ...line, state: 'failed' } : line));
    if (/^proxy-(refused|token)-/.test(error.code)) this.#refusedAt(refusalHop(error));
  }

  /** The proxy refused by a rule of its own: no other hop is to blame, though one was announced already. */
  #refusedAt(hop: CheckHop): void {
    const end = hops.indexOf(hop);
    this.lines = this.lines.map((line, index) => {
      if (index < end) return { ...line, state: 'passed' };
      return index === end ? { ...line, state: 'failed' } : { ...line, state: 'waiting', facts: [] };
    });
  }

  #show(step: CheckStep, abort: AbortController): void {
    // A cancelled check may still have steps on their way.
    if (abort.signal.aborted) return;
    this.transcript = step.transcript ?? null;
    // What an earlier line says already, as the address that was found and then connected to, is not news.
    const told = this.lines.filter((line) => line.hop !== step.hop).flatMap((line) => line.facts);
    const facts = step.state === 'skipped' ? step.facts : step.facts.filter((fact) => !told.includes(fact));
    this.lines = this.lines.map((line) =>
      line.hop === step.hop ? { hop: step.hop, state: step.state, facts } : line,
    );
  }
}

/** An address is judged once the name is found, everything else before. */
function refusalHop({ code }: PoplarError): CheckHop {
  return code === 'proxy-refused-address' ? 'connection' : 'proxy';
}

function waiting(): readonly CheckLine[] {
  return hops.map((hop) => ({ hop, state: 'waiting', facts: [] }));
}
