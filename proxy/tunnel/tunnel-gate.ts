/**
 * The way into a tunnel: WebSocket handshake, the cap on tunnels, and the list of those that stand. It trusts that
 * Host and Origin were checked before.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { ClientLimits } from '../limits/client-limits.ts';
import type { DialContext } from '../dial/dial.ts';
import type { Reports } from '../report/reports.ts';
import { badFrame } from './control-frame.ts';
import { watchEarlyOctets } from './early-octets.ts';
import { PageSocket } from './page-socket.ts';
import { MAX_DATA_FRAME_OCTETS, SUBPROTOCOL } from '../protocol.ts';
import { TunnelFailure } from '../tunnel-failure.ts';
import type { TokenGuard } from './token-guard.ts';
import { Tunnel } from './tunnel.ts';
import type { TunnelSummary } from './tunnel-options.ts';

export interface GateOptions {
  dial: DialContext;
  /** Null asks no page for a token. */
  guard: TokenGuard | null;
  maxTunnels: number;
  firstFrameTimeoutMs: number;
  idleTimeoutMs: number;
  lifetimeMs: number;
  /** How long a page that was told to go may keep its WebSocket. */
  closingTimeoutMs: number;
  maxOctets: number | null;
  limits: ClientLimits;
  reports: Reports;
}

/**
 * Pieces that one message may come in (options of ws that its types do not list yet). Each may keep a whole read alive,
 * so ws's own limits add up to a gigabyte. Chromium sends a megabyte in ten to twenty fragments.
 */
const PIECES = { maxFragments: 128, maxBufferedChunks: 8192 };

export class TunnelGate {
  readonly #options: GateOptions;
  readonly #tunnels = new Set<Tunnel>();
  #isDraining = false;
  #onEmpty = (): void => undefined;
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_DATA_FRAME_OCTETS,
    autoPong: false,
    ...PIECES,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });

  constructor(options: GateOptions) {
    this.#options = options;
  }

  get tunnelCount(): number {
    return this.#tunnels.size;
  }

  /** Octets held by all tunnels together. */
  get heldOctets(): number {
    return [...this.#tunnels].reduce((sum, tunnel) => sum + tunnel.heldOctets, 0);
  }

  /**
   * Takes over the socket of an upgrade request whose Host, Origin and sub-protocol were found right. `client` is the
   * address that limits are counted by.
   */
  async enter(request: IncomingMessage, socket: Duplex, head: Buffer, client: string): Promise<void> {
    const refusal = await this.#options.limits.enter(client);
    let isLeft = refusal !== null;
    const leave = (outcome: string): void => {
      if (!isLeft) this.#options.limits.leave(client, outcome);
      isLeft = true;
    };
    // When the handshake fails, or the page is turned away; a tunnel knows better how it ended.
    const onClose = (): void => leave('page-left');
    socket.once('close', onClose);
    if (socket.destroyed) return leave('page-left');
    this.#server.handleUpgrade(request, socket, head, (page) => {
      const failure = refusal ?? this.#refusal();
      if (failure !== null) return this.#turnAway(page, socket, client, failure);
      socket.off('close', onClose);
      this.#carry(page, socket, client, leave);
    });
  }

  /** False once the proxy is on its way out: new tunnels are turned away. */
  get isOpen(): boolean {
    return !this.#isDraining;
  }

  /** Takes no more tunnels and tells the pages; resolves when all are over, after `limitMs` at the latest. */
  async drain(limitMs: number): Promise<void> {
    this.#isDraining = true;
    for (const tunnel of this.#tunnels) tunnel.announceEnd(limitMs);
    if (this.#tunnels.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Tells every page that the proxy is closing; cuts those that have not gone after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#isDraining = true;
    for (const tunnel of [...this.#tunnels]) tunnel.fail(shuttingDown());
    const timer = setTimeout(() => this.#server.clients.forEach((page) => page.terminate()), graceMs);
    await Promise.all(
      [...this.#server.clients].map(
        (page) => new Promise<void>((resolve) => page.once('close', () => resolve())),
      ),
    );
    clearTimeout(timer);
  }

  /** Why there is no room for one more tunnel, whoever it is for; null when there is. */
  #refusal(): TunnelFailure | null {
    if (this.#isDraining) return shuttingDown();
    return this.#tunnels.size >= this.#options.maxTunnels ? tooManyTunnels() : null;
  }

  #carry(page: WebSocket, socket: Duplex, client: string, leave: (outcome: string) => void): void {
    const startedAt = performance.now();
    const { dial, guard, firstFrameTimeoutMs, idleTimeoutMs, lifetimeMs, closingTimeoutMs, maxOctets } =
      this.#options;
    const { metrics } = this.#options.reports;
    metrics.tunnelBegun();
    let isDialled = false;
    const tunnel: Tunnel = new Tunnel(page, {
      dial,
      admit: guard && ((token) => guard.admit(token, client)),
      firstFrameTimeoutMs,
      idleTimeoutMs,
      lifetimeMs,
      closingTimeoutMs,
      maxOctets,
      traffic: metrics.traffic,
      onDialled: (result, durationMs) => {
        isDialled = true;
        if (result === 'connected') stopWatch();
        metrics.dialled(result, durationMs);
      },
      onOver: (summary) => {
        // Or whoever scans ports would hang up a moment before the answer, and never fail.
        leave(summary.port !== null && !isDialled ? 'given-up' : summary.outcome);
        this.#tunnels.delete(tunnel);
        if (this.#tunnels.size === 0) this.#onEmpty();
        this.#report(summary, client, performance.now() - startedAt);
      },
    });
    this.#tunnels.add(tunnel);
    const stopWatch = watchEarlyOctets(socket, () => {
      tunnel.fail(badFrame('Too much was said before a connection stood.'));
      // What is not read is not held.
      page.pause();
    });
  }

  /** A browser does not show a page why a handshake was refused, so the reason comes as a frame. */
  #turnAway(page: WebSocket, socket: Duplex, client: string, failure: TunnelFailure): void {
    const ignore = (): void => undefined;
    const events = { onFrame: ignore, onBytes: ignore, onFault: ignore, onGone: ignore };
    watchEarlyOctets(socket, () => page.pause());
    new PageSocket(page, this.#options.closingTimeoutMs, events).closeFailed(failure);
    const { log, metrics, writeAddress } = this.#options.reports;
    metrics.refused(failure.code);
    log.warn('tunnel refused', { reason: failure.code, client: writeAddress(client) });
  }

  #report(summary: TunnelSummary, client: string, durationMs: number): void {
    const { error, ...facts } = summary;
    const { log, metrics, writeAddress } = this.#options.reports;
    metrics.tunnelOver(summary.outcome, durationMs);
    const line = { ...facts, client: writeAddress(client), durationMs: Math.round(durationMs) };
    if (summary.outcome === 'token-wrong') log.warn('access token refused', line);
    else if (error === null) log.info('tunnel over', line);
    else log.error('tunnel failed by a fault of the proxy', line, error);
  }
}

function tooManyTunnels(): TunnelFailure {
  return new TunnelFailure('too-many-tunnels', 'This proxy carries as many connections as it may.');
}

function shuttingDown(): TunnelFailure {
  return new TunnelFailure('shutting-down', 'The proxy is being shut down.');
}
