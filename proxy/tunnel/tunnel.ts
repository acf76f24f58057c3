/**
 * One WebSocket and one mail connection, as an explicit state machine (its states are in tunnel-order.ts).
 *
 * Back-pressure is credit in both directions (tunnel-flow.ts): what a tunnel holds is bounded whatever its two sides
 * do. Knows nothing of HTTP, origins, or how many tunnels there are.
 */
import type { WebSocket } from 'ws';
import { parseHost } from '../address/host-port.ts';
import { badFrame } from './control-frame.ts';
import { dial, lookUp, lookUpOn, upgrade } from '../dial/dial.ts';
import type { Destination, DialContext, Dialled } from '../dial/dial.ts';
import type { PeerIdentity } from '../dial/secure.ts';
import { PageSocket } from './page-socket.ts';
import { WINDOW_OCTETS } from '../protocol.ts';
import type { PageFrame, ProxyFrame } from '../protocol.ts';
import { TunnelFailure, toTunnelFailure } from '../tunnel-failure.ts';
import { TunnelFlow } from './tunnel-flow.ts';
import type { TunnelOptions, TunnelSummary } from './tunnel-options.ts';
import { requireOrder, type State } from './tunnel-order.ts';

/** How long a mail server may take to finish after a page that has left in order. */
const LEAVING_MS = 2_000;

export class Tunnel {
  readonly #page: PageSocket;
  readonly #options: TunnelOptions;
  /** Gives up the dial or handshake under way, if there is one: a standing tunnel needs none, and it weighs. */
  #underWay: AbortController | null = null;
  #state: State = 'waiting';
  #timer: NodeJS.Timeout;
  readonly #lifetime: NodeJS.Timeout;
  /** Set together, when the connection stands. */
  #line: Dialled | null = null;
  #flow: TunnelFlow | null = null;
  #pageEnded = false;
  #serverEnded = false;
  #allWritten = false;
  readonly #summary: TunnelSummary = {
    outcome: 'done',
    host: null,
    port: null,
    octetsToPage: 0,
    octetsToServer: 0,
    error: null,
  };

  constructor(socket: WebSocket, options: TunnelOptions) {
    this.#options = options;
    this.#timer = setTimeout(() => this.#onSilence(), options.firstFrameTimeoutMs);
    this.#lifetime = setTimeout(() => this.fail(lifetimeOver()), options.lifetimeMs);
    this.#page = new PageSocket(socket, options.closingTimeoutMs, {
      onFrame: (frame) => this.#onFrame(frame),
      onBytes: (bytes) => this.#onBytes(bytes),
      onFault: (error) => this.#fault(error),
      onGone: () => this.#onPageGone(),
    });
  }

  /** Octets held for either side: what the back-pressure must bound. */
  get heldOctets(): number {
    return (this.#flow?.heldOctets ?? 0) + this.#page.backlogOctets;
  }

  /** Tells the page that the tunnel will end soon. Nothing else changes. */
  announceEnd(withinMs: number): void {
    if (this.#state !== 'over' && this.#state !== 'leaving') this.#page.send({ type: 'draining', withinMs });
  }

  /** Ends the tunnel with a reason that the page is told. */
  fail(failure: TunnelFailure): void {
    if (this.#state === 'over') return;
    this.#page.closeFailed(failure);
    this.#finish(failure.code);
  }

  #fault(error: unknown): void {
    const failure = toTunnelFailure(error);
    if (failure.code === 'internal') this.#summary.error = error;
    this.fail(failure);
  }

  #onFrame(frame: PageFrame): void {
    if (this.#state === 'over') return;
    requireOrder(this.#state, frame.type, this.#pageEnded);
    if (this.#state === 'waiting' && this.#options.admit !== null) this.#judge(frame, this.#options.admit);
    else this.#obey(frame);
  }

  /** Whatever the first frame asks for, nothing of it is done before its token was found right. */
  #judge(frame: PageFrame, admit: NonNullable<TunnelOptions['admit']>): void {
    this.#state = 'judging';
    admit(('token' in frame ? frame.token : null) ?? null)
      .then(() => this.#state === 'judging' && this.#obey(frame))
      .catch((error: unknown) => this.#fault(error));
  }

  #obey(frame: PageFrame): void {
    switch (frame.type) {
      case 'connect':
        return this.#connect(frame);
      case 'look-up':
        return this.#dial(frame, lookUp, (peer) => this.#show(peer));
      case 'start-tls':
        return this.#startTls(frame.pin ?? null);
      case 'start-look-up':
        return this.#startLookUp();
      case 'credit':
        return this.#standing().flow.addCredit(frame.octets);
      case 'end':
        return this.#endToServer();
    }
  }

  #connect(frame: PageFrame & { type: 'connect' }): void {
    const { security, window, pin = null } = frame;
    this.#dial(
      frame,
      (to, context, signal) => dial({ ...to, security, pin }, context, signal),
      (line) => this.#onDialled(line, window),
    );
  }

  /** Dials in the way given, and reports how that went. */
  #dial<Result>(
    { host, port }: { host: string; port: number },
    dialIn: (to: Destination, context: DialContext, signal: AbortSignal) => Promise<Result>,
    onDialled: (result: Result) => void,
  ): void {
    clearTimeout(this.#timer);
    this.#state = 'dialling';
    // As it will be looked up: what is no host, perhaps a password in the wrong field, has no place in a log.
    this.#summary.host = parseHost(host)?.text ?? null;
    this.#summary.port = port;
    const onReached = (hop: 'name' | 'connection', address: string): void => {
      if (this.#state === 'dialling') this.#page.send({ type: 'reached', hop, address });
    };
    const startedAt = performance.now();
    this.#begin((signal) => dialIn({ host, port, onReached }, this.#options.dial, signal))
      .then(
        (result) => {
          this.#options.onDialled('connected', performance.now() - startedAt);
          onDialled(result);
        },
        (error: unknown) => {
          // Given up because the page has gone is no result.
          if (this.#state !== 'over') {
            this.#options.onDialled(toTunnelFailure(error).code, performance.now() - startedAt);
          }
          throw error;
        },
      )
      .catch((error: unknown) => this.#fault(error));
  }

  /** Does what the end of the tunnel gives up. One thing at a time is under way. */
  async #begin<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const underWay = new AbortController();
    this.#underWay = underWay;
    try {
      return await work(underWay.signal);
    } finally {
      this.#underWay = null;
    }
  }

  #onDialled(line: Dialled, window: number): void {
    if (this.#state === 'over') return line.connection.destroy();
    this.#line = line;
    this.#flow = new TunnelFlow(this.#page, line.connection, window, this.#options, {
      onCarried: () => void this.#timer.refresh(),
      onQuotaUsed: (failure) => this.fail(failure),
    });
    this.#timer = setTimeout(() => this.#onSilence(), this.#options.idleTimeoutMs);
    this.#open(line, { type: 'connected', window: WINDOW_OCTETS, tls: line.tls });
  }

  #startTls(pin: string | null): void {
    const line = this.#lineInClear();
    this.#begin((signal) => upgrade(line, pin, this.#options.dial, signal))
      .then((tls) => this.#state === 'securing' && this.#open(line, { type: 'secured', tls }))
      .catch((error: unknown) => this.#fault(error));
  }

  #startLookUp(): void {
    const line = this.#lineInClear();
    this.#begin((signal) => lookUpOn(line, this.#options.dial, signal))
      .then((peer) => this.#show(peer))
      .catch((error: unknown) => this.#fault(error));
  }

  /** The answer to a look-up, which ends the tunnel. */
  #show({ facts, chain, problem }: PeerIdentity): void {
    if (this.#state === 'over') return;
    this.#page.send({ type: 'certificate', tls: facts, chain, problem: problem?.code ?? null });
    this.#page.closeDone();
    this.#finish('done');
  }

  #open(line: Dialled, frame: ProxyFrame): void {
    const { flow } = this.#standing();
    this.#state = 'open';
    flow.isOpen = true;
    this.#timer.refresh();
    this.#page.send(frame);
    line.connection.attach({
      onReadable: () => (this.#state === 'leaving' ? flow.discard() : flow.pump()),
      onEnd: () => this.#onServerEnd(),
      onTaken: (octets) => flow.onTaken(octets),
      // To a page that has gone in order it makes no difference how the server goes.
      onError: (failure) => (this.#state === 'leaving' ? this.#finish('page-left') : this.fail(failure)),
    });
  }

  #onBytes(bytes: Buffer): void {
    if (this.#state === 'over') return;
    requireOrder(this.#state, 'bytes', this.#pageEnded);
    this.#standing().flow.toServer(bytes);
  }

  #endToServer(): void {
    this.#pageEnded = true;
    this.#standing().line.connection.end(() => {
      this.#allWritten = true;
      this.#finishIfDone();
    });
  }

  #onPageGone(): void {
    if (this.#state !== 'open' || !this.#pageEnded) return this.#finish('page-left');
    // Dropped now, with bytes from the server unread, the connection would be reset and a QUIT before it lost.
    const { flow } = this.#standing();
    this.#state = 'leaving';
    flow.isOpen = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#finish('page-left'), LEAVING_MS);
    flow.discard();
  }

  #onServerEnd(): void {
    this.#serverEnded = true;
    this.#page.send({ type: 'end' });
    this.#finishIfDone();
  }

  #finishIfDone(): void {
    if (this.#state === 'over' || !this.#serverEnded || !this.#allWritten) return;
    this.#page.closeDone();
    this.#finish('done');
  }

  #onSilence(): void {
    const what =
      this.#state === 'waiting' ? 'The page did not say where to connect.' : 'Nothing was said for too long.';
    this.fail(new TunnelFailure('idle-timeout', what));
  }

  #finish(outcome: TunnelSummary['outcome']): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    if (this.#flow !== null) this.#flow.isOpen = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#lifetime);
    this.#underWay?.abort();
    this.#line?.connection.destroy();
    this.#summary.outcome = outcome;
    this.#summary.octetsToPage = this.#flow?.octetsToPage ?? 0;
    this.#summary.octetsToServer = this.#flow?.octetsToServer ?? 0;
    this.#options.onOver(this.#summary);
  }

  /** The line on which a handshake begins now. */
  #lineInClear(): Dialled {
    const { line, flow } = this.#standing();
    if (line.connection.isSecure) throw badFrame('The stream is under TLS already.');
    this.#state = 'securing';
    flow.isOpen = false;
    return line;
  }

  #standing(): { line: Dialled; flow: TunnelFlow } {
    if (this.#line === null || this.#flow === null) throw new Error('no connection in this state');
    return { line: this.#line, flow: this.#flow };
  }
}

function lifetimeOver(): TunnelFailure {
  return new TunnelFailure('lifetime-over', 'The connection stood as long as this proxy lets one stand.');
}
