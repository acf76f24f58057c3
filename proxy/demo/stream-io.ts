/**
 * Pull-style reading and awaited writing on a Node stream: the two things a conversation needs. Knows no protocol.
 */
import type { Duplex } from 'node:stream';

/** The next chunk, or null when the stream has ended or is destroyed. Nothing is read ahead of the caller's pace. */
export async function readChunk(stream: Duplex): Promise<Uint8Array | null> {
  for (;;) {
    if (stream.destroyed) return null;
    const chunk = stream.read() as Uint8Array | null;
    if (chunk !== null) return chunk;
    if (stream.readableEnded) return null;
    await nextEvent(stream, ['readable', 'end', 'close']);
  }
}

/** Resolves when the stream has taken the chunk; rejects when it is destroyed before. This is the back-pressure. */
export function writeChunk(stream: Duplex, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function nextEvent(stream: Duplex, events: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      for (const event of events) stream.off(event, settle);
      resolve();
    };
    for (const event of events) stream.on(event, settle);
  });
}

/** Gathers small chunks into larger ones of at least `octets` (the last may be smaller); large ones pass uncopied. */
export function* coalesced<End>(
  chunks: Iterator<Uint8Array, End>,
  octets: number,
): Generator<Uint8Array, End> {
  let held: Uint8Array[] = [];
  let heldOctets = 0;
  for (let step = chunks.next(); ; step = chunks.next()) {
    if (step.done === true || heldOctets + step.value.length >= octets) {
      if (step.done !== true) held.push(step.value);
      const [only] = held;
      if (only !== undefined) yield held.length === 1 ? only : Buffer.concat(held);
      if (step.done === true) return step.value;
      held = [];
      heldOctets = 0;
    } else {
      held.push(step.value);
      heldOctets += step.value.length;
    }
  }
}
