/** Which of the encodings that a file lies ready in does the browser want (RFC 9110 §12.5.3)? Pure. */

/** Made while building; smallest first. */
export const ENCODINGS = ['br', 'gzip'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** The first of `ready` that the header takes at its highest weight, or null for the file as it is. */
export function chooseEncoding(header: string | undefined, ready: readonly Encoding[]): Encoding | null {
  const weights = readWeights(header ?? '');
  const weightOf = (name: string): number => weights.get(name) ?? weights.get('*') ?? 0;
  // §12.5.3: identity is acceptable unless it is ruled out by name, or by a star of weight zero.
  const identity = weights.get('identity') ?? 0;
  let [best, highest]: [Encoding | null, number] = [null, identity];
  for (const encoding of ready) {
    const weight = weightOf(encoding);
    // Of equal weights the earlier one, and either before the file as it is.
    if (weight > 0 && (weight > highest || (best === null && weight >= highest))) {
      [best, highest] = [encoding, weight];
    }
  }
  return best;
}

function readWeights(header: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const part of header.split(',')) {
    const [name = '', ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    const weight = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q) ? Number(q) : 0;
    // RFC 9110 §8.4.1.3: the old name of the same encoding.
    if (name !== '') weights.set(name === 'x-gzip' ? 'gzip' : name, weight);
  }
  return weights;
}
