/** Assertions that need no test runner, so that the contract also runs inside a browser's worker. */

/** Fails unless both are the same plain data (objects, arrays, typed arrays, sets of strings, primitives). */
export function assertEqual(actual: unknown, expected: unknown, what: string): void {
  const left = canonical(actual);
  const right = canonical(expected);
  if (left !== right) throw new Error(`${what}: got ${left.slice(0, 400)}, expected ${right.slice(0, 400)}`);
}

/** Fails unless the promise rejects with this `code` and the hop `storage`. */
export async function assertRejects(promise: Promise<unknown>, code: string, what: string): Promise<void> {
  const outcome = await promise.then(
    () => 'resolved',
    (error: unknown) => {
      const { code: actual, hop } = error as { code?: string; hop?: string };
      return `${String(actual)} at ${String(hop)}`;
    },
  );
  assertEqual(outcome, `${code} at storage`, what);
}

/** The entry at `index`, which must be there. */
export function at<Entry>(list: readonly Entry[], index: number): Entry {
  return must(list[index]);
}

/** The value, which must be there. */
export function must<Value>(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new Error('expected something, got nothing');
  return value;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner instanceof Uint8Array) return { octets: Array.from(inner) };
    if (inner instanceof Set) return { set: Array.from(inner as Set<string>).sort() };
    if (inner === undefined) return 'undefined';
    if (inner !== null && typeof inner === 'object' && !Array.isArray(inner)) {
      return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
    }
    return inner;
  });
}
