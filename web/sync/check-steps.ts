/**
 * The steps of a check on their way down the road: each is told once as running and once as what became of it.
 * A step is passed only when something said so; what lies beyond a failure was never reached and is never told.
 */
import { toErrorRecord, type PoplarError } from '../errors.ts';
import type { CheckStep } from '../model/event.ts';
import type { SessionTranscript } from '../model/transcript.ts';
import type { TransportSecurity } from '../wire/transport.ts';

type CheckHop = CheckStep['hop'];

const ROAD: readonly CheckHop[] = ['proxy', 'name', 'connection', 'tls', 'login', 'maildrop'];

/** What of the way is known to differ from the whole road. */
export interface Way {
  /** False on the way in clear: then the TLS step is skipped. */
  withTls: boolean;
  /** Name, connection and TLS are the bridge's business, and it says nothing of them. */
  bridged: boolean;
}

/** The fact of a step that is the bridge's. */
const BY_THE_BRIDGE = 'by the bridge';

export class CheckSteps {
  readonly #way: Way;
  readonly #emit: (step: CheckStep) => void;
  /** Index of the step that is running. */
  #at = 0;

  constructor(way: Way, emit: (step: CheckStep) => void) {
    this.#way = way;
    this.#emit = emit;
    this.#enter(0);
  }

  /** What is told while dialling. TLS waits for the transport, which has all its facts. */
  reached(hop: CheckHop, fact: string): void {
    if (hop !== 'tls') this.pass(hop, [fact]);
  }

  /** The transport stands. Behind a bridge that says nothing of the mail server, which has yet to speak. */
  dialled(): void {
    if (!this.#way.bridged) this.pass('connection', []);
  }

  /** The mail server has spoken, so that every hop on the way to it must have been passed by somebody. */
  greeted(): void {
    if (this.#at < ROAD.indexOf('login')) this.#goTo('login');
  }

  /** Tells TLS as passed if it runs, with its facts; a second time does nothing. */
  secured(security: TransportSecurity | null): void {
    if (security === null) return;
    const { protocol, cipher, subject, issuer } = security;
    this.pass('tls', [protocol, cipher, subject, issuer]);
  }

  /** The hop was passed, if that was not told before. Hops on the way to it that nobody spoke of are skipped. */
  pass(hop: CheckHop, facts: readonly string[]): void {
    const index = ROAD.indexOf(hop);
    if (index < this.#at) return;
    this.#skipTo(index);
    this.#emit({ hop, state: 'passed', facts: facts.filter((fact) => fact !== '') });
    this.#enter(index + 1);
  }

  /** The step that fails is the one the error names, but never one that was passed: then it is the running one. */
  fail(error: PoplarError, transcript: SessionTranscript | null): void {
    const index = ROAD.findIndex((hop) => hop === error.hop);
    if (index > this.#at) this.#skipTo(index);
    const hop = ROAD[this.#at];
    if (hop === undefined) return;
    const step: CheckStep = { hop, state: 'failed', facts: [], error: toErrorRecord(error) };
    this.#emit(transcript === null ? step : { ...step, transcript });
  }

  #skipTo(index: number): void {
    while (this.#at < index) {
      const hop = ROAD[this.#at];
      const facts = this.#way.bridged && hop !== 'proxy' ? [BY_THE_BRIDGE] : [];
      if (hop !== undefined) this.#emit({ hop, state: 'skipped', facts });
      this.#at += 1;
    }
  }

  #goTo(hop: CheckHop): void {
    const index = ROAD.indexOf(hop);
    this.#skipTo(index);
    this.#enter(index);
  }

  #enter(index: number): void {
    this.#at = index;
    if (this.#isNotOurs(ROAD[index])) this.#skipTo(index + 1);
    const hop = ROAD[this.#at];
    if (hop !== undefined) this.#emit({ hop, state: 'running', facts: [] });
  }

  /** A connection through a bridge is waited for all the same: it may fail. */
  #isNotOurs(hop: CheckHop | undefined): boolean {
    return (hop === 'tls' && !this.#way.withTls) || (hop === 'name' && this.#way.bridged);
  }
}
