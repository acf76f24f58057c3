/** A slice of `npm run soak`: some seconds of tunnels with faults of every kind, held to the same verdict. */
import { expect, it } from 'vitest';
import { soak } from '../../soak/soak.ts';

it('tunnels with faults of every kind on both sides leave nothing, and lose nothing', async () => {
  const { isGood, lines } = await soak({ seconds: 5, tunnels: 60, seed: 1, say: () => undefined });
  expect(isGood, lines.join('\n')).toBe(true);
}, 120_000);
