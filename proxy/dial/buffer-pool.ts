/**
 * Memory for what was read and waits to be sent on. Fresh memory costs more than the copying itself (every page of it
 * faults once, and large blocks go back to the system when they are freed), so large copies are used again.
 * Knows nothing of sockets.
 */

/** Smaller ones are cheap to allocate, and the allocator keeps their memory. */
const SMALLEST_OCTETS = 64 * 1024;

export class BufferPool {
  readonly #maxFreeOctets: number;
  /** By size, a power of two each, so that a copy takes up less than twice its length. */
  readonly #free = new Map<number, ArrayBuffer[]>();
  #freeOctets = 0;
  /** Those that may come back; what does not is collected like any other memory. */
  readonly #lent = new WeakSet<ArrayBufferLike>();

  /** `maxFreeOctets` bounds what is kept for nobody. */
  constructor(maxFreeOctets: number) {
    this.#maxFreeOctets = maxFreeOctets;
  }

  get freeOctets(): number {
    return this.#freeOctets;
  }

  /** A copy that belongs to the caller. */
  copy(bytes: Uint8Array): Buffer {
    if (bytes.length < SMALLEST_OCTETS) return Buffer.from(bytes);
    const memory = this.#lend(2 ** Math.ceil(Math.log2(bytes.length)));
    const copy = Buffer.from(memory, 0, bytes.length);
    copy.set(bytes);
    return copy;
  }

  /** Takes a copy back, whole or the last part of it. Nobody may look at it any more. Other memory is left alone. */
  giveBack({ buffer }: Buffer): void {
    if (!(buffer instanceof ArrayBuffer) || !this.#lent.delete(buffer)) return;
    const octets = buffer.byteLength;
    if (this.#freeOctets + octets > this.#maxFreeOctets) return;
    this.#freeOctets += octets;
    const free = this.#free.get(octets);
    if (free === undefined) this.#free.set(octets, [buffer]);
    else free.push(buffer);
  }

  #lend(octets: number): ArrayBuffer {
    const used = this.#free.get(octets)?.pop();
    if (used !== undefined) this.#freeOctets -= octets;
    // Not zeroed, which would touch it all for nothing: only what was copied is ever shown.
    const memory = used ?? Buffer.allocUnsafeSlow(octets).buffer;
    this.#lent.add(memory);
    return memory as ArrayBuffer;
  }
}
