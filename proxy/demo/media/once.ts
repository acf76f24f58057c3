/** Remembers what a costly pure function made. Knows nothing of what is made; nobody may change the octets. */

/** A function that does its work at the first call only. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
