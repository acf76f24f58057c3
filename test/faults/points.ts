/** How many of the fault points are tried: about every tenth in `npm test`, all in `npm run test:faults`. */
import { seeded } from '../support/seeded.ts';

/** Where chance begins; `npm run test:faults` sets and prints it. */
export const SEED = Number(process.env['POPLAR_FAULTS_SEED'] ?? 1);

const SHARE = process.env['POPLAR_FAULTS'] === 'all' ? 1 : 0.1;

/** Those of the fault points that are tried in this run, by chance; the first one always is. */
export function tried<Point>(points: readonly Point[]): Point[] {
  const random = seeded(SEED);
  return points.filter((_, index) => random() < SHARE || index === 0);
}

/** So many, from 0: `few` in `npm test`. */
export function some(few: number, all: number): number[] {
  return Array.from({ length: SHARE === 1 ? all : few }, (_, nth) => nth);
}
