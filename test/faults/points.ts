/** How many of the fault points are tried: every tenth in `npm test`, all in `npm run test:faults`. */

/** Where chance begins; `npm run test:faults` sets and prints it. */
export const SEED = Number(process.env['POPLAR_FAULTS_SEED'] ?? 1);

const EVERY = process.env['POPLAR_FAULTS'] === 'all' ? 1 : 10;

/** Those of the fault points that are tried in this run; the first one always is. */
export function tried<Point>(points: readonly Point[]): Point[] {
  return points.filter((_, index) => index % EVERY === 0);
}
