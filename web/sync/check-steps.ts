/**
 * The steps of a check on their way down the road: each is told once as running and once as what became of it.
 * A step is passed only when something said so; what lies beyond a failure was never reached and is never told.
 */
import { toErrorRecord, type PoplarError } from '../errors.ts';
import type { CheckStep } from '../model/event.ts';
import type { TransportSecurity } from '../wire/transport.ts';

type CheckHop = CheckStep['hop'];

const ROAD: readonly CheckHop[] = ['proxy', 'name', 'connection', 'tls', 'login', 'maildrop'];

export class CheckSteps {
  readonly #withTls: boolean;
  readonly #emit: (step: CheckStep) => void;
  /** Index of the step that is running. */
  #at = 0;

  /** `withTls` is false on the way in clear: then the TLS step is skipped. */
  constructor(withTls: boolean, emit: (step: CheckStep) => void) {
    this.#withTls = withTls;
    this.#emit = emit;
    this.#enter(0);
  }

  /** What is told while dialling. TLS waits for the transport, which has all its facts. */
  reached(hop: CheckHop, fact: string): void {
    if (hop !== 'tls') this.pass(hop, [fact]);
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
  fail(error: PoplarError): void {
    const index = ROAD.findIndex((hop) => hop === error.hop);
    if (index > this.#at) this.#skipTo(index);
    const hop = ROAD[this.#at];
    if (hop !== undefined) this.#emit({ hop, state: 'failed', facts: [], error: toErrorRecord(error) });
  }

  #skipTo(index: number): void {
    while (this.#at < index) {
      const hop = ROAD[this.#at];
      if (hop !== undefined) this.#emit({ hop, state: 'skipped', facts: [] });
      this.#at += 1;
    }
  }

  #enter(index: number): void {
    this.#at = index;
    if (ROAD[index] === 'tls' && !this.#withTls) this.#skipTo(index + 1);
    const hop = ROAD[this.#at];
    if (hop !== undefined) this.#emit({ hop, state: 'running', facts: [] });
  }
}
