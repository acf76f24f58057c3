/**
 * One POP3 connection: moves octets between a stream and a session, honours back-pressure and the fault switches.
 * Must not know what commands mean. The session hears when the connection is lost, whoever ended it.
 */
import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { OutgoingFaults, names, type Faults } from './pop3-faults.ts';
import { LineReader } from './pop3-lines.ts';
import { CHUNK_OCTETS } from './pop3-reply.ts';
import type { Pop3Reply, Pop3Session } from './pop3-session.ts';
import { coalesced, readChunk, writeChunk } from './stream-io.ts';

export interface ConnectionHooks {
  /** Puts TLS on the connection after STLS; the returned stream takes the first one's place. */
  startTls(): Duplex;
  /** Hears every command as it is answered, secrets left out. */
  onCommand(command: string): void;
}

/** How the conversation goes on after an answer. */
type Course = 'continue' | 'start-tls' | 'close' | 'cut' | 'silence';

export class Pop3Connection {
  readonly #session: Pop3Session;
  readonly #faults: Faults;
  readonly #hooks: ConnectionHooks;
  readonly #outgoing: OutgoingFaults;
  readonly #lines = new LineReader();
  #stream: Duplex;

  constructor(stream: Duplex, session: Pop3Session, faults: Faults, hooks: ConnectionHooks) {
    this.#stream = stream;
    this.#session = session;
    this.#faults = faults;
    this.#hooks = hooks;
    this.#outgoing = new OutgoingFaults(faults);
    this.#watch(stream);
  }

  /** Greets and answers until the connection ends; resolves then, never rejects. */
  async run(): Promise<void> {
    try {
      let course = await this.#send(this.#session.greeting());
      while (course === 'continue' || course === 'start-tls') {
        if (course === 'start-tls' && !this.#upgrade()) break;
        course = await this.#answerNext();
      }
      this.#finish(course);
    } catch {
      // The client went away in mid-answer. Nobody is left to be told; the stream's `close` ends the session.
      this.#stream.destroy();
    }
  }

  /** Cuts the connection now. */
  destroy(): void {
    this.#stream.destroy();
  }

  #watch(stream: Duplex): void {
    stream.on('error', () => stream.destroy());
    stream.on('close', () => this.#session.lost());
  }

  async #answerNext(): Promise<Course> {
    for (;;) {
      const line = this.#lines.next();
      if (line !== undefined) {
        if (this.#faults.punishPipelining === true && (await this.#moreIsWaiting())) return 'cut';
        return this.#send(this.#session.receive(line));
      }
      const chunk = await readChunk(this.#stream);
      if (chunk === null) return 'cut';
      this.#lines.push(chunk);
    }
  }

  /** Has the client sent more before this answer? One turn of the event loop lets waiting octets arrive. */
  async #moreIsWaiting(): Promise<boolean> {
    await nextTurn();
    this.#stream.read(0);
    return this.#lines.pendingOctets > 0 || this.#stream.readableLength > 0;
  }

  async #send(reply: Pop3Reply): Promise<Course> {
    this.#hooks.onCommand(reply.command);
    if (names(this.#faults.stallAt, reply.command)) return 'silence';
    if (names(this.#faults.dropAt, reply.command)) return 'cut';
    const shaped = this.#outgoing.apply(reply.command, reply.chunks);
    const dripping = this.#faults.dripOctets !== undefined;
    const writes = dripping ? shaped : coalesced(shaped, CHUNK_OCTETS);
    for (let step = writes.next(); ; step = writes.next()) {
      if (step.done === true) return step.value === 'sent' ? reply.after : step.value;
      await writeChunk(this.#stream, step.value);
      if (dripping) await nextTurn();
    }
  }

  /** False when octets came in clear behind STLS: an honest client waits (RFC 2595 §4), so this is an injection. */
  #upgrade(): boolean {
    if (this.#lines.pendingOctets > 0) return false;
    this.#stream = this.#hooks.startTls();
    this.#watch(this.#stream);
    this.#session.secured();
    return true;
  }

  #finish(course: Course): void {
    if (course === 'close') this.#stream.end();
    else if (course === 'silence') this.#fallSilent();
    else this.#stream.destroy();
  }

  /** Reads on and answers nothing, so that the client's own end of the connection is still noticed. */
  #fallSilent(): void {
    this.#stream.on('end', () => this.#stream.destroy());
    this.#stream.resume();
  }
}
