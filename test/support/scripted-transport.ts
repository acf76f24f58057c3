/**
 * A Transport without a network: a transcript says what the server says and what the client must say. Server lines up
 * to the next client line are ready to be read; a read beyond them waits for the client to write.
 *
 *   S: +OK ready            a line from the server, CRLF added
 *   S! "no line end\n"      exact bytes from the server, as a JSON string, one octet a char
 *   C: CAPA                 a line the client must write next
 *   -- TLS                  the client must call startTls here
 *   -- end                  the server finishes writing
 *   # words                 for people
 */
import { PoplarError } from '../../web/errors.ts';
import type { Transport, TransportSecurity } from '../../web/wire/transport.ts';
import { bytes, latin1 } from './octets.ts';
import { whole } from './cuts.ts';
import type { Cut } from './cuts.ts';

export type Step =
  { kind: 'server'; text: string } | { kind: 'client'; line: string } | { kind: 'tls' } | { kind: 'end' };

export interface ScriptOptions {
  /** How server bytes that are ready are cut into chunks. */
  cut?: Cut;
  /** TLS runs from the first byte. */
  secure?: boolean;
}

export const TLS_FACTS: TransportSecurity = {
  endsIn: 'proxy',
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  subject: 'CN=pop.example.test',
  issuer: 'CN=Test CA',
  names: ['pop.example.test'],
  validToMs: 0,
  sha256: 'AA',
};

export class ScriptedTransport implements Transport {
  security: TransportSecurity | null;
  closed = false;
  /** Each write as it came, one char an octet. */
  readonly writes: string[] = [];
  /** How often read was called. */
  reads = 0;
  readonly #steps: Step[];
  /** Steps that are over: taking the first of very many off an array can cost all the others. */
  #past = 0;
  readonly #cut: Cut;
  /** Newest first, so that taking one of very many costs nothing. */
  #chunks: Uint8Array[] = [];
  #waiting: ((chunk: Uint8Array | null) => void) | null = null;
  #failWaiting: (error: Error) => void = () => undefined;
  /** Lines the client wrote that the script has not come to. */
  readonly #lines: string[] = [];
  #unfinishedLine = '';
  #finished = false;

  constructor(script: string, options: ScriptOptions = {}) {
    this.#steps = parseScript(script);
    this.#cut = options.cut ?? whole;
    this.security = options.secure === true ? TLS_FACTS : null;
  }

  /** What of the script has not happened; empty when the conversation went to its end. */
  get remaining(): string[] {
    return this.#steps.slice(this.#past).map((step) => JSON.stringify(step));
  }

  read(): Promise<Uint8Array | null> {
    this.reads++;
    return new Promise((resolve, reject) => {
      this.#waiting = resolve;
      this.#failWaiting = reject;
      this.#serve();
    });
  }

  write(octets: Uint8Array): Promise<void> {
    if (this.closed) return Promise.reject(new PoplarError('connection-lost', 'connection'));
    const text = latin1(octets);
    this.writes.push(text);
    const lines = (this.#unfinishedLine + text).split('\r\n');
    this.#unfinishedLine = lines.pop() ?? '';
    this.#lines.push(...lines);
    this.#serve();
    return Promise.resolve();
  }

  startTls(): Promise<void> {
    this.#gather();
    if (this.#chunks.length > 0) return Promise.reject(new PoplarError('tls-injection', 'tls'));
    if (this.#steps[this.#past++]?.kind !== 'tls')
      return Promise.reject(new Error('startTls is not in the script here'));
    this.security = TLS_FACTS;
    return Promise.resolve();
  }

  /** The read that waits fails, as when the network resets the connection. */
  fail(error: Error): void {
    this.#failWaiting(error);
  }

  close(): void {
    this.closed = true;
    this.#waiting?.(null);
    this.#waiting = null;
  }

  /** Moves on in the script as far as what the client wrote allows, gathering what the server says meanwhile. */
  #gather(): void {
    let text = '';
    for (let step = this.#steps[this.#past]; step !== undefined; step = this.#steps[this.#past]) {
      if (step.kind === 'server') text += step.text;
      else if (step.kind === 'client') {
        const line = this.#lines.shift();
        if (line === undefined) break;
        if (line !== step.line) throw new Error(`the client said ${line} and should have said ${step.line}`);
      } else break;
      this.#past += 1;
    }
    if (text !== '') this.#chunks = [...this.#cut(bytes(text)).reverse(), ...this.#chunks];
  }

  #serve(): void {
    this.#gather();
    if (this.#waiting === null) return;
    const resolve = this.#waiting;
    const chunk = this.#chunks.pop();
    if (chunk === undefined && this.#steps[this.#past]?.kind === 'end') {
      this.#past += 1;
      this.#finished = true;
    }
    if (chunk === undefined && !this.closed && !this.#finished) return;
    this.#waiting = null;
    resolve(chunk ?? null);
  }
}

/** The steps of a script, in order. */
export function parseScript(script: string): Step[] {
  const steps: Step[] = [];
  for (const line of script.split('\n')) {
    const step = parseStep(line);
    if (step !== null) steps.push(step);
  }
  return steps;
}

function parseStep(line: string): Step | null {
  const text = line.trimStart();
  if (text === '' || text.startsWith('#')) return null;
  if (text.startsWith('S! ')) return { kind: 'server', text: JSON.parse(text.slice(3)) as string };
  if (/^S:( |$)/.test(text)) return { kind: 'server', text: `${text.slice(3)}\r\n` };
  if (/^C:( |$)/.test(text)) return { kind: 'client', line: text.slice(3) };
  if (text === '-- TLS') return { kind: 'tls' };
  if (text === '-- end') return { kind: 'end' };
  throw new Error(`not a line of a script: ${line}`);
}
