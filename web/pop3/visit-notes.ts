/**
 * VisitNotes: what was learnt of a server over the connections of one visit, so that the next connection does better:
 * servers hang up on CAPA, on an initial response, or after a refused login. Part of it holds beyond the visit, because
 * some servers count what they do not know as strikes: WildDuck hangs up at the first, solid-pop3d at the sixth. Pure
 * state; it must not know connections.
 */
import type { PoplarError } from '../errors.ts';
import type { ServerNotes } from '../model/server-notes.ts';
import type { Reveals } from '../sasl/mechanism.ts';
import { fingerprintOf } from './fingerprint.ts';

/** Every further try counts against the account. */
const MAX_TRIES = 3;
/** Whatever a server does, a visit comes to an end. */
const MAX_CONNECTIONS = 5;

/** One way to log in, for the notes. */
export interface WayNote {
  /** As registered, or `USER`, `APOP`. */
  readonly name: string;
  readonly reveals: Reveals;
}

/** What is under way and may be what a server hangs up on. */
type Doing =
  | { what: 'capa'; isBeforeTls: boolean }
  | { what: 'auth-listing' }
  | { what: 'login'; way: WayNote; initial: boolean };

export class VisitNotes {
  /** The server hung up on CAPA. */
  skipCapa = false;
  /** It did so before STLS: anybody may have done it, so that it holds for no longer than this visit, and not behind TLS. */
  skipCapaBeforeTls = false;
  /** The server hung up on, or never answered, AUTH without a mechanism. */
  skipAuthListing = false;
  /** The server hung up on an initial response, as Twisted does. */
  twoSteps = false;
  /** UTF8 is sent though it was not announced. */
  utf8 = false;
  /** Nothing is pipelined, though the server offers it. */
  oneByOne = false;
  #doing: Doing | null = null;
  #connections = 1;
  #tries = 0;
  #wasRefusedHere = false;
  readonly #remembered: ServerNotes | null;
  #fingerprint: string | null = null;
  #capaUnknown = false;
  #authListingUnknown = false;
  /** Ways that failed, now or before. */
  readonly #deadWays = new Set<string>();
  /** Those of them that are not tried. */
  #avoided: ReadonlySet<string> = new Set();
  readonly #tried = new Set<string>();
  readonly #refusedKinds = new Set<Reveals>();
  #refusal: PoplarError | null = null;
  #loss: PoplarError | null = null;

  /** `remembered`: what the last visit has left, unless it is too old. */
  constructor(remembered: ServerNotes | null = null) {
    this.#remembered = remembered;
  }

  /** The server greeted with this text. What is remembered counts only when it is the same server. */
  greeted(text: string): void {
    const isFirst = this.#fingerprint === null;
    this.#fingerprint = fingerprintOf(text);
    const known = this.#remembered;
    if (!isFirst || known?.fingerprint !== this.#fingerprint) return;
    this.skipCapa = known.skipCapa;
    this.skipAuthListing = known.skipAuthListing;
    this.twoSteps = known.twoSteps;
    this.utf8 = known.utf8;
    this.oneByOne = known.oneByOne;
    this.#avoided = new Set(known.deadWays);
    for (const way of known.deadWays) this.#deadWays.add(way);
  }

  /** CAPA was refused: a server from before RFC 2449. Not worth a strike the next time. */
  capaRefused(): void {
    this.#capaUnknown = true;
  }

  /** The same of AUTH without a mechanism. */
  authListingRefused(): void {
    this.#authListingUnknown = true;
  }

  /** None but avoided ways are left: then the server has changed, and each may have its chance. */
  avoidNone(): void {
    this.#avoided = new Set();
  }

  /** This way leads in. */
  entered({ name }: WayNote): void {
    this.#deadWays.delete(name);
  }

  /** The login went well: what holds beyond this visit. */
  lasting(now: number): ServerNotes {
    const isKept = this.#remembered !== null && this.#remembered.fingerprint === this.#fingerprint;
    return {
      fingerprint: this.#fingerprint ?? '',
      // It is looked at anew some time after the first look, not after the last visit.
      learntAt: isKept ? this.#remembered.learntAt : now,
      skipCapa: this.skipCapa || this.#capaUnknown,
      skipAuthListing: this.skipAuthListing || this.#authListingUnknown,
      twoSteps: this.twoSteps,
      utf8: this.utf8,
      oneByOne: this.oneByOne,
      deadWays: [...this.#deadWays],
    };
  }

  /** What people should hear when nothing else works either: how the credentials were refused, or a hang-up. */
  get trouble(): PoplarError | null {
    return this.#refusal ?? this.#loss;
  }

  /** Not tried yet, nothing of its kind refused, and there is a try left. */
  mayTry({ name, reveals }: WayNote): boolean {
    const isOpen = !this.#tried.has(name) && !this.#refusedKinds.has(reveals) && !this.#avoided.has(name);
    return this.#tries < MAX_TRIES && isOpen;
  }

  doing(doing: Doing): void {
    this.#doing = doing;
    if (doing.what !== 'login') return;
    this.#tried.add(doing.way.name);
    this.#tries += 1;
  }

  /** What was under way got its answer. */
  done(): void {
    this.#doing = null;
  }

  /** The way is no way into this server; another may be. */
  notThisWay({ name }: WayNote): void {
    this.#wasRefusedHere = true;
    this.#deadWays.add(name);
  }

  /** The credentials were refused: what reveals as much of them would be refused as well. */
  refused(way: WayNote, refusal: PoplarError): void {
    this.#wasRefusedHere = true;
    this.#refusedKinds.add(way.reveals);
    this.#deadWays.add(way.name);
    this.#refusal ??= refusal;
  }

  /** The same way once more: a fresh token is another credential. */
  again({ name }: WayNote): void {
    this.#tried.delete(name);
    this.#deadWays.delete(name);
  }

  /** A connection ended with this error. True when another one has a chance to do better. */
  learn(error: PoplarError): boolean {
    const { code, hop } = error;
    const doing = this.#doing;
    this.#doing = null;
    // What the proxy lost tells nothing of the server.
    const isLost = (code === 'connection-lost' || code === 'connection-cut') && hop !== 'proxy';
    const isOver = isLost || (code === 'server-silent' && doing?.what === 'auth-listing');
    if (doing === null || !isOver || this.#connections >= MAX_CONNECTIONS) return false;
    this.#connections += 1;
    const wasRefused = this.#wasRefusedHere;
    this.#wasRefusedHere = false;
    switch (doing.what) {
      case 'capa':
        if (doing.isBeforeTls) this.skipCapaBeforeTls = true;
        else this.skipCapa = true;
        return true;
      case 'auth-listing':
        this.skipAuthListing = true;
        return true;
      case 'login':
        this.#loss ??= error;
        return this.#learnFromLogin(doing, wasRefused);
    }
  }

  #learnFromLogin({ way, initial }: { way: WayNote; initial: boolean }, wasRefused: boolean): boolean {
    if (wasRefused || (initial && !this.twoSteps)) {
      // It hung up over the way before, or over the form of this one: this one has not had its chance.
      if (!wasRefused) this.twoSteps = true;
      this.#tried.delete(way.name);
      this.#tries -= 1;
      return true;
    }
    return this.#tries < MAX_TRIES && this.#refusal === null;
  }
}
