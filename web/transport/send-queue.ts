/**
 * Bytes on their way out, in order, as far as the proxy's credit goes. What the WebSocket has buffered is part of what
 * is under way, so that credit bounds its buffer too (`bufferedAmount` has no event to wait for). Must not know the
 * WebSocket.
 */
import type { PoplarError } from '../errors.ts';

interface Write {
  bytes: Uint8Array;
  resolve(): void;
  reject(error: PoplarError): void;
}

export class SendQueue {
  readonly #maxFrameOctets: number;
  readonly #send: (bytes: Uint8Array) => void;
  #writes: Write[] = [];
  #windowOctets = 0;
  #credit = 0;
  #failure: PoplarError | null = null;

  constructor(maxFrameOctets: number, send: (bytes: Uint8Array) => void) {
    this.#maxFrameOctets = maxFrameOctets;
    this.#send = send;
  }

  /** Something waits for credit. */
  get isWaiting(): boolean {
    return this.#writes.length > 0;
  }

  /** The way is open, with so many octets allowed under way. */
  open(windowOctets: number): void {
    this.#windowOctets = windowOctets;
    this.#credit = windowOctets;
    this.#flush();
  }

  /** Takes credit. False when it is more than what is under way. */
  refill(octets: number): boolean {
    if (octets > this.#windowOctets - this.#credit) return false;
    this.#credit += octets;
    this.#flush();
    return true;
  }

  /** Resolves when all of the bytes are sent; they must not be changed before. Rejects with what `fail` is told. */
  write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#writes.push({ bytes, resolve, reject });
      this.#flush();
    });
  }

  /** Ends the queue: writes that wait and all later ones reject with this error. The first error counts. */
  fail(error: PoplarError): void {
    if (this.#failure !== null) return;
    this.#failure = error;
    const writes = this.#writes;
    this.#writes = [];
    for (const write of writes) write.reject(error);
  }

  #flush(): void {
    for (let write = this.#writes[0]; write !== undefined; write = this.#writes[0]) {
      while (write.bytes.length > 0) {
        if (this.#credit === 0) return;
        const octets = Math.min(write.bytes.length, this.#credit, this.#maxFrameOctets);
        this.#credit -= octets;
        const frame = write.bytes.subarray(0, octets);
        write.bytes = write.bytes.subarray(octets);
        this.#send(frame);
      }
      this.#writes.shift();
      write.resolve();
    }
  }
}
