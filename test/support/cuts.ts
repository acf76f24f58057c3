/** Ways in which a network may cut a stream into chunks. A parser must not be able to tell them apart. */

export type Cut = (bytes: Uint8Array) => Uint8Array[];

export const whole: Cut = (bytes) => [bytes];

export const perByte: Cut = (bytes) => Array.from(bytes, (_, at) => bytes.slice(at, at + 1));

export const perLine: Cut = (bytes) => {
  const chunks: Uint8Array[] = [];
  let from = 0;
  while (from < bytes.length) {
    const lf = bytes.indexOf(10, from);
    const end = lf < 0 ? bytes.length : lf + 1;
    chunks.push(bytes.slice(from, end));
    from = end;
  }
  return chunks;
};

/** Between CR and LF, and before each dot: where sloppy parsers break. */
export const inLineEnds: Cut = (bytes) => {
  const chunks: Uint8Array[] = [];
  let from = 0;
  bytes.forEach((octet, at) => {
    if ((octet !== 10 && octet !== 46) || at === from) return;
    chunks.push(bytes.slice(from, at));
    from = at;
  });
  chunks.push(bytes.slice(from));
  return chunks;
};

/** In two, at one offset. */
export const at =
  (offset: number): Cut =>
  (bytes) =>
    offset <= 0 || offset >= bytes.length ? [bytes] : [bytes.slice(0, offset), bytes.slice(offset)];

export const CUTS: Readonly<Record<string, Cut>> = { whole, perLine, perByte, inLineEnds };

/** Every way above and every single split. For short inputs. */
export function allCuts(length: number): [string, Cut][] {
  const splits = Array.from({ length: Math.max(0, length - 1) }, (_, index): [string, Cut] => [
    `split at ${index + 1}`,
    at(index + 1),
  ]);
  return [...Object.entries(CUTS), ...splits];
}
