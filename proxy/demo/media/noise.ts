/**
 * Smooth pseudo-random lines and fields for hills, mist and clouds. Pure: a seed and a place give one value.
 */

/** A value from 0 to 1 for two whole numbers and a seed. */
export function hash(x: number, y: number, seed: number): number {
  let value = Math.imul(x, 374761393) ^ Math.imul(y, 668265263) ^ Math.imul(seed, 2147483647);
  value = Math.imul(value ^ (value >>> 13), 1274126177);
  return ((value ^ (value >>> 16)) >>> 0) / 4294967296;
}

/** Smooth noise over a line, 0 to 1, one swing about every unit. */
export function noise1(x: number, seed: number): number {
  const cell = Math.floor(x);
  return blend(hash(cell, 0, seed), hash(cell + 1, 0, seed), x - cell);
}

/** Smooth noise over a plane, 0 to 1. */
export function noise2(x: number, y: number, seed: number): number {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const upper = blend(hash(column, row, seed), hash(column + 1, row, seed), x - column);
  const lower = blend(hash(column, row + 1, seed), hash(column + 1, row + 1, seed), x - column);
  return blend(upper, lower, y - row);
}

/** Octaves of line noise, each twice as fine and half as strong; about 0 to 1. */
export function ridge(x: number, seed: number, octaves = 5): number {
  let [sum, weight, total] = [0, 1, 0];
  for (let octave = 0; octave < octaves; octave += 1) {
    sum += noise1(x * 2 ** octave, seed + octave) * weight;
    total += weight;
    weight /= 2;
  }
  return sum / total;
}

/** Octaves of plane noise; about 0 to 1. */
export function cloud(x: number, y: number, seed: number, octaves = 4): number {
  let [sum, weight, total] = [0, 1, 0];
  for (let octave = 0; octave < octaves; octave += 1) {
    sum += noise2(x * 2 ** octave, y * 2 ** octave, seed + octave) * weight;
    total += weight;
    weight /= 2;
  }
  return sum / total;
}

function blend(from: number, to: number, share: number): number {
  return from + (to - from) * share * share * (3 - 2 * share);
}
