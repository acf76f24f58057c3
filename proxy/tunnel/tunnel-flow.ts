/**
 * The bytes of a tunnel, both ways: moved as credit allows (flow-window.ts), counted, and held against the quota. When
 * they may flow is the tunnel's business; of its states nothing is known here.
 */
import type { MailConnection } from '../dial/mail-connection.ts';
import { WINDOW_OCTETS } from '../protocol.ts';
import { TunnelFailure } from '../tunnel-failure.ts';
import { badFrame } from './control-frame.ts';
import { ReceiveWindow, SendWindow } from './flow-window.ts';
import type { PageSocket } from './page-socket.ts';
import type { TunnelOptions } from './tunnel-options.ts';

export interface FlowEvents {
  /** Bytes went one way or the other. */
  onCarried(): void;
  /** More was sent to the page than a tunnel may carry. */
  onQuotaUsed(failure: TunnelFailure): void;
}

export class TunnelFlow {
  /** Whether bytes go to the page. */
  isOpen = false;
  octetsToPage = 0;
  octetsToServer = 0;
  readonly #page: PageSocket;
  readonly #connection: MailConnection;
  readonly #options: Pick<TunnelOptions, 'maxOctets' | 'traffic'>;
  readonly #events: FlowEvents;
  readonly #fromPage = new ReceiveWindow(WINDOW_OCTETS);
  readonly #toPage: SendWindow;

  /** `window` is what the page lets be under way to it, in octets. */
  constructor(
    page: PageSocket,
    connection: MailConnection,
    window: number,
    options: Pick<TunnelOptions, 'maxOctets' | 'traffic'>,
    events: FlowEvents,
  ) {
    this.#page = page;
    this.#connection = connection;
    this.#options = options;
    this.#events = events;
    this.#toPage = new SendWindow(window);
  }

  /** Octets held for either side, but for those inside the WebSocket. */
  get heldOctets(): number {
    return this.#connection.waitingOctets + this.#fromPage.held;
  }

  /** Bytes of the page. Throws TunnelFailure when it may not send so many. */
  toServer(bytes: Buffer): void {
    if (!this.#fromPage.accept(bytes.length)) {
      throw new TunnelFailure('window-overrun', 'The page sent more than it had credit for.');
    }
    this.octetsToServer += bytes.length;
    this.#options.traffic.octetsToServer += bytes.length;
    if (this.#isOverQuota()) throw quotaUsed();
    this.#events.onCarried();
    this.#connection.write(bytes);
  }

  /** The kernel has so many more octets of the page's. */
  onTaken(octets: number): void {
    const credit = this.#fromPage.release(octets);
    if (credit > 0) this.#page.send({ type: 'credit', octets: credit });
  }

  /** The page has room for so many more. Throws TunnelFailure `bad-frame` when it cannot. */
  addCredit(octets: number): void {
    if (!this.#toPage.refill(octets)) throw badFrame('More credit than was outstanding.');
    this.pump();
  }

  /** Moves what the mail server sent to the page, as far as credit and the WebSocket's backlog allow. */
  pump(): void {
    while (this.isOpen) {
      const room = Math.min(this.#toPage.available, this.#page.roomOctets);
      const bytes = room === 0 ? null : this.#connection.take(room);
      if (bytes === null) return;
      this.#toPage.spend(bytes.length);
      this.octetsToPage += bytes.length;
      this.#options.traffic.octetsToPage += bytes.length;
      this.#events.onCarried();
      this.#page.sendBytes(bytes, (isSent) => {
        if (isSent) this.#connection.giveBack(bytes);
        this.pump();
      });
      if (this.#isOverQuota()) this.#events.onQuotaUsed(quotaUsed());
    }
  }

  /** Throws away what the mail server has sent so far. */
  discard(): void {
    while (this.#connection.take(Infinity) !== null);
  }

  #isOverQuota(): boolean {
    return this.octetsToPage + this.octetsToServer > (this.#options.maxOctets ?? Infinity);
  }
}

function quotaUsed(): TunnelFailure {
  return new TunnelFailure('quota-used', 'The connection carried as much as this proxy lets one carry.');
}
