/** Hostile streams through the POP3 session, and every tenth through the client or a whole fetch as well. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fuzzClient, fuzzFetch, fuzzSession } from '../support/pop3-fuzz.ts';

/** However short the time, so many streams are tried. */
const MIN_STREAMS = 1_000_000;
const ROUND = 50_000;
/** Nothing of a stream may be kept: between rounds the memory in use must not grow by more than this. */
const SLACK_MEBIBYTES = 16;

/** True when all ended as they may, and nothing was kept. The seed of a stream that did harm is printed. */
export async function fuzz({ seconds, seed }: { seconds: number; seed: number }): Promise<boolean> {
  const until = performance.now() + seconds * 1000;
  let streams = 0;
  let usedAtFirst = 0;
  let mostUsed = 0;
  while (streams < MIN_STREAMS || performance.now() < until) {
    for (let left = ROUND; left > 0; left--, streams++) {
      if (!(await holds(seed + streams))) return false;
    }
    const used = usedMebibytes();
    if (streams === ROUND) usedAtFirst = used;
    mostUsed = Math.max(mostUsed, used);
    if (used <= usedAtFirst + SLACK_MEBIBYTES) continue;
    console.error(
      `${used} MiB are in use after ${streams} streams from seed ${seed}; at first it was ${usedAtFirst}`,
    );
    return false;
  }
  console.log(
    `${streams} streams from seed ${seed}: ${mostUsed} MiB in use at most, ${usedAtFirst} at first`,
  );
  return true;
}

async function holds(seed: number): Promise<boolean> {
  try {
    fuzzSession(seed);
    if (seed % 10 === 0) await fuzzClient(seed);
    if (seed % 100 === 0) await fuzzFetch(seed);
    return true;
  } catch (error) {
    console.error(
      `npm run fuzz -- pop3 --seed ${seed}\n${error instanceof Error ? error.stack : String(error)}`,
    );
    return false;
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function usedMebibytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return Math.round((heapUsed + arrayBuffers) / 2 ** 20);
}
