/**
 * A small painter in floating point: shapes are coverage functions, so edges are smooth without drawing twice.
 * Pure and deterministic: the same calls give the same PNG octets. Knows nothing of what it paints.
 */
import { encodePng } from './png.ts';

/** Red, green, blue from 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number];

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** How much of the pixel at (x, y) a shape covers, 0 to 1. */
export type Coverage = (x: number, y: number) => number;
export type Shade = (x: number, y: number) => Colour;

/** Ordered dithering (Bayer, 8 × 8): no bands in a soft sky, and it still packs well. */
const BAYER = Uint8Array.from({ length: 64 }, (_, index) => {
  const x = index & 7;
  const y = index >> 3;
  const mixed = x ^ y;
  return (
    ((mixed & 1) << 5) |
    ((y & 1) << 4) |
    ((mixed & 2) << 2) |
    ((y & 2) << 1) |
    ((mixed & 4) >> 1) |
    ((y & 4) >> 2)
  );
});

export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #values: Float32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#values = new Float32Array(width * height * 3);
  }

  /** The whole picture as a box. */
  get box(): Box {
    return { left: 0, top: 0, right: this.width, bottom: this.height };
  }

  /** The colour at a pixel; positions outside are taken from the nearest edge. */
  at(x: number, y: number): Colour {
    const column = Math.min(this.width - 1, Math.max(0, Math.round(x)));
    const row = Math.min(this.height - 1, Math.max(0, Math.round(y)));
    const index = (row * this.width + column) * 3;
    const values = this.#values;
    return [values[index] ?? 0, values[index + 1] ?? 0, values[index + 2] ?? 0];
  }

  /** Paints within a box: each pixel is mixed with the shade as far as it is covered. */
  paint(box: Box, coverage: Coverage, shade: Colour | Shade): void {
    const fixed = typeof shade === 'function' ? null : shade;
    const colourAt = typeof shade === 'function' ? shade : () => shade;
    const [left, right] = [Math.max(0, Math.floor(box.left)), Math.min(this.width, Math.ceil(box.right))];
    const [top, bottom] = [Math.max(0, Math.floor(box.top)), Math.min(this.height, Math.ceil(box.bottom))];
    for (let y = top; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) {
        const covered = coverage(x, y);
        if (covered > 0) this.#mix((y * this.width + x) * 3, Math.min(1, covered), fixed ?? colourAt(x, y));
      }
    }
  }

  #mix(index: number, share: number, [red, green, blue]: Colour): void {
    const values = this.#values;
    const rest = 1 - share;
    values[index] = (values[index] ?? 0) * rest + red * share;
    values[index + 1] = (values[index + 1] ?? 0) * rest + green * share;
    values[index + 2] = (values[index + 2] ?? 0) * rest + blue * share;
  }

  /** The picture as a PNG file. */
  toPng(): Uint8Array {
    const values = this.#values;
    const pixels = new Uint8ClampedArray(values.length);
    let index = 0;
    for (let y = 0; y < this.height; y += 1) {
      for (let x = 0; x < this.width; x += 1) {
        const threshold = ((BAYER[(y & 7) * 8 + (x & 7)] ?? 0) + 0.5) / 64 - 0.5;
        for (const end = index + 3; index < end; index += 1)
          pixels[index] = (values[index] ?? 0) * 255 + threshold;
      }
    }
    return encodePng(this.width, this.height, pixels);
  }
}

/** Everything in the box is covered. */
export const everywhere: Coverage = () => 1;

/** A disc with an edge that fades over `soft` pixels. */
export function disc(centreX: number, centreY: number, radius: number, soft = 1): Coverage {
  return ellipse(centreX, centreY, radius, radius, soft);
}

/** An upright ellipse with an edge that fades over `soft` pixels. */
export function ellipse(
  centreX: number,
  centreY: number,
  radiusX: number,
  radiusY: number,
  soft = 1,
): Coverage {
  return (x, y) => {
    const away = distance((x - centreX) / radiusX, (y - centreY) / radiusY);
    return clamp(((1 - away) * Math.min(radiusX, radiusY)) / soft + 0.5);
  };
}

/** A line of some width with round ends. */
export function stroke(x1: number, y1: number, x2: number, y2: number, width: number): Coverage {
  const [alongX, alongY] = [x2 - x1, y2 - y1];
  const length = alongX * alongX + alongY * alongY || 1;
  return (x, y) => {
    const part = clamp(((x - x1) * alongX + (y - y1) * alongY) / length);
    return clamp(width / 2 - distance(x - x1 - alongX * part, y - y1 - alongY * part) + 0.5);
  };
}

/** Everything below a line that is given by its height at each x. */
export function below(heightAt: (x: number) => number, soft = 1): Coverage {
  return (x, y) => clamp((y - heightAt(x)) / soft + 0.5);
}

/** The length of (x, y). Math.hypot also guards against overflow, which makes it far slower. */
export function distance(x: number, y: number): number {
  return Math.sqrt(x * x + y * y);
}

export function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/** Between two colours: 0 gives the first, 1 the second. */
export function mixed(from: Colour, to: Colour, share: number): Colour {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/** A vertical gradient, one colour a row, smooth between its stops. Stops are in rising order from 0 to 1. */
export function gradient(rows: number, stops: readonly (readonly [at: number, colour: Colour])[]): Shade {
  const colours = Array.from({ length: rows }, (_, row) => stopAt(row / rows, stops));
  const last = colours.at(-1) ?? [0, 0, 0];
  return (_x, y) => colours[y] ?? last;
}

function stopAt(at: number, stops: readonly (readonly [at: number, colour: Colour])[]): Colour {
  const next = Math.max(
    1,
    stops.findIndex(([stop]) => stop >= at),
  );
  const [fromAt, from] = stops[next - 1] ?? [0, [0, 0, 0]];
  const [toAt, to] = stops[next] ?? [1, from];
  const share = clamp((at - fromAt) / (toAt - fromAt));
  return mixed(from, to, share * share * (3 - 2 * share));
}

/** Six hex digits as a colour. */
export function hex(digits: string): Colour {
  const value = Number.parseInt(digits, 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}
