/** One tunnel of the soak as it is meant to go: follows from the seed and its number alone. Pure. */
import { pick, seeded, type Random } from '../support/seeded.ts';
import { FAULTS, type Fault, type Way } from './faults.ts';

export interface Plan {
  id: number;
  fault: Fault;
  way: Way;
  /** Octets from the server and from the page, when nothing comes between. */
  downOctets: number;
  upOctets: number;
  /** Who breaks something breaks it after so many of its own octets. */
  breakAtOctets: number;
  pieceOctets: number;
  /** Between two pieces of who is not fast. */
  pauseMs: number;
  /** Between two reads of who is slow. */
  slowMs: number;
  /** Credit that the page gives at first, in octets. */
  windowOctets: number;
  /** Picks among variants of one deed, 0 up to 1. */
  variant: number;
}

const KIB = 1024;
const USUAL_OCTETS = 640 * KIB;
const BULK_OCTETS = 6 * KIB * KIB;
/** Of one tunnel, both ways together, that ends in order. */
export const MOST_OCTETS = BULK_OCTETS + USUAL_OCTETS;

/** The last of what a page has to say: it is spun out for as long as the tunnel has to stand. */
export const TRICKLE_OCTETS = 256;
/** How often who is slow makes a pause. Everything may be in the kernel by then, and nothing pass through the proxy. */
export const SLOW_READS = 4;
/** The longest of all pauses, as a part of the proxy's patience; that of the slow, taken together, are twice this. */
const LONGEST_PAUSE = 0.3;

/** `patienceMs` is after how long a silence the proxy ends a tunnel. */
export function planOf(seed: number, id: number, patienceMs: number): Plan {
  const random = seeded(seed ^ Math.imul(id + 1, 0x85ebca6b));
  // Each once, however short the soak is.
  const fault = FAULTS[id] ?? pickFault(random);
  const octets = (direction: 'down' | 'up'): number =>
    fault.bulk === direction
      ? Math.floor((0.4 + 0.6 * random()) * BULK_OCTETS)
      : Math.floor(KIB + random() * random() * (USUAL_OCTETS - KIB));
  const [downOctets, upOctets] = [octets('down'), octets('up')];
  const pieces = 2 + Math.floor(random() * 10);
  const pauseMs = Math.floor(patienceMs * LONGEST_PAUSE * (0.05 + 0.95 * random()));
  return {
    id,
    fault,
    way: pick(random, fault.ways),
    downOctets: fault.server === 'pours-without-end' ? Infinity : downOctets,
    upOctets,
    breakAtOctets: TRICKLE_OCTETS + Math.floor(random() * (Math.min(downOctets, upOctets) - TRICKLE_OCTETS)),
    pieceOctets: Math.ceil(Math.max(downOctets, upOctets) / pieces),
    pauseMs,
    slowMs: (2 * pauseMs) / SLOW_READS,
    windowOctets: fault.page === 'keeps-its-credit' ? 997 : pick(random, [9_973, 256 * KIB, 4 * KIB * KIB]),
    variant: random(),
  };
}

const ALL_WEIGHTS = FAULTS.reduce((sum, { weight }) => sum + weight, 0);

function pickFault(random: Random): Fault {
  let left = random() * ALL_WEIGHTS;
  for (const fault of FAULTS) {
    left -= fault.weight;
    if (left < 0) return fault;
  }
  throw new RangeError('weights that do not add up');
}
