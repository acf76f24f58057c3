/** "From the hill": poplars at dusk over three ridges, 800 × 600. */
import {
  below,
  Canvas,
  clamp,
  disc,
  distance,
  ellipse,
  everywhere,
  hex,
  mixed,
  gradient,
  stroke,
  type Colour,
} from './canvas.ts';
import { cloud, hash, noise1, ridge } from './noise.ts';
import { once } from './once.ts';

const HORIZON = 372;
const SUN = { x: 560, y: 338 };

const CLOUD_SHADE = hex('7b527f');
const CLOUD_LIGHT = hex('ffb68a');
const MEADOW = hex('3a3a4c');
const NEAR_MEADOW = hex('151a26');
const FURROW = hex('26303a');
const LAST_LIGHT = hex('d98f6a');
const LEAF_SHADE = hex('14161f');
const LEAF = hex('2a2b38');
const LEAF_LIGHT = hex('a8675c');

const SKY = gradient(HORIZON, [
  [0, hex('1f2a4f')],
  [0.3, hex('4b4a7c')],
  [0.55, hex('a9678a')],
  [0.78, hex('ec9a76')],
  [0.95, hex('ffcf8a')],
  [1, hex('ffdf9f')],
]);

/** The photo as a PNG file. */
export const photoDusk = once((): Uint8Array => {
  const canvas = new Canvas(800, 600);
  paintSky(canvas);
  paintRidges(canvas);
  paintField(canvas);
  for (const [x, foot, height] of POPLARS) paintPoplar(canvas, x, foot, height);
  paintBirds(canvas);
  return canvas.toPng();
});

function paintSky(canvas: Canvas): void {
  canvas.paint({ ...canvas.box, bottom: HORIZON + 60 }, everywhere, SKY);
  for (let star = 0; star < 70; star += 1) {
    const [x, y] = [hash(star, 1, 5) * 800, hash(star, 2, 5) * 150];
    const strength = (1 - y / 170) * (0.25 + 0.6 * hash(star, 3, 5));
    const dot = disc(x, y, 0.7);
    const around = { left: x - 2, top: y - 2, right: x + 3, bottom: y + 3 };
    canvas.paint(around, (px, py) => dot(px, py) * strength, hex('fff6e0'));
  }
  canvas.paint(
    { ...canvas.box, bottom: HORIZON },
    (x, y) => Math.exp(-distance((x - SUN.x) / 1.5, y - SUN.y) / 95) * 0.75,
    hex('ffe2a8'),
  );
  canvas.paint({ left: 520, top: 300, right: 600, bottom: 380 }, disc(SUN.x, SUN.y, 27, 2), hex('fff1c9'));
  canvas.paint(
    { ...canvas.box, top: 90, bottom: 330 },
    (x, y) => {
      const streak = cloud(x / 210 + 3, y / 26, 21);
      const band = Math.exp(-(((y - 215) / 85) ** 2));
      return clamp((streak - 0.52) * 3.2) * band * 0.6;
    },
    (_x, y) => mixed(CLOUD_SHADE, CLOUD_LIGHT, clamp((y - 120) / 190)),
  );
}

function paintRidges(canvas: Canvas): void {
  const layers: [base: number, swing: number, scale: number, seed: number, top: Colour, foot: Colour][] = [
    [352, 70, 260, 3, hex('b9788a'), hex('e0a08a')],
    [392, 74, 200, 11, hex('7d5578'), hex('b27a80')],
    [436, 66, 170, 29, hex('4b3b62'), hex('78577a')],
  ];
  for (const [base, swing, scale, seed, top, foot] of layers) {
    const heightAt = (x: number): number => base - (ridge(x / scale, seed) - 0.35) * swing * 1.6;
    const crest = Float32Array.from({ length: 800 }, (_, x) => heightAt(x));
    canvas.paint(
      { ...canvas.box, top: base - swing * 1.2, bottom: 520 },
      below((x) => crest[x] ?? base),
      (x, y) => mixed(top, foot, clamp((y - (crest[x] ?? base)) / 90)),
    );
  }
}

/** The hill in front, from left to right falling gently. */
function hillAt(x: number): number {
  return 468 + 34 * Math.sin(x / 250 - 0.9) + 10 * noise1(x / 90, 41);
}

function paintField(canvas: Canvas): void {
  const hill = Float32Array.from({ length: 800 }, (_, x) => hillAt(x));
  const top = (x: number): number => hill[x] ?? 600;
  canvas.paint({ ...canvas.box, top: 425 }, below(top, 1.4), (x, y) => {
    const depth = clamp((y - top(x)) / 150);
    const furrow = 0.5 + 0.5 * Math.sin((x - 560) / (3 + depth * 26) + depth * 7);
    const meadow = mixed(MEADOW, NEAR_MEADOW, depth);
    const lit = clamp(1 - depth * 5) * clamp(1 - Math.abs(x - SUN.x) / 420);
    return mixed(mixed(meadow, FURROW, furrow * 0.28 * depth), LAST_LIGHT, lit * 0.45);
  });
  for (let blade = 0; blade < 900; blade += 1) {
    const x = hash(blade, 7, 13) * 800;
    const y = hillAt(x) + 30 + hash(blade, 8, 13) ** 2 * 130;
    const tall = 5 + ((y - 440) / 160) * 16 * (0.5 + hash(blade, 9, 13));
    const lean = (hash(blade, 10, 13) - 0.4) * tall * 0.6;
    const box = { left: x - 12, top: y - tall - 3, right: x + 14, bottom: y + 3 };
    canvas.paint(box, stroke(x, y, x + lean, y - tall, 1), hex('10141e'));
  }
}

const POPLARS: readonly (readonly [x: number, foot: number, height: number])[] = [
  [96, 452, 218],
  [142, 450, 262],
  [187, 452, 240],
  [236, 456, 286],
  [284, 462, 250],
  [331, 468, 214],
  [664, 500, 128],
  [692, 502, 150],
  [719, 503, 118],
];

/** A slim crown with a ragged edge, lit on the side of the sun. */
function paintPoplar(canvas: Canvas, x: number, foot: number, height: number): void {
  const radius = height * 0.088;
  const middle = foot - height * 0.53;
  canvas.paint(
    { left: x - 4, top: foot - height * 0.3, right: x + 4, bottom: foot + 14 },
    stroke(x, foot - height * 0.3, x, foot + 10, Math.max(2, height / 60)),
    hex('15131c'),
  );
  const crown = (px: number, py: number): number => {
    const along = clamp((py - (foot - height)) / (height * 0.94));
    const width = radius * Math.sin(Math.PI * along ** 1.05) ** 0.75;
    const ragged = (cloud(px / 5, py / 7, Math.round(x), 3) - 0.5) * radius * 0.55;
    return clamp(width + ragged - Math.abs(px - x) + 0.5);
  };
  const box = { left: x - radius * 2, top: foot - height - 4, right: x + radius * 2, bottom: foot };
  canvas.paint(box, crown, (px, py) => {
    const towardsSun = clamp(0.5 + ((px - x) / radius) * 0.5 * Math.sign(SUN.x - x));
    const leaf = cloud(px / 4, py / 5, 77, 2);
    const shade = mixed(LEAF_SHADE, LEAF, leaf);
    return mixed(shade, LEAF_LIGHT, towardsSun ** 3 * leaf * clamp(1.1 - (middle - py) / height) * 0.55);
  });
}

function paintBirds(canvas: Canvas): void {
  const flock = [
    [402, 168, 9],
    [428, 156, 7],
    [447, 172, 8],
    [471, 150, 6],
    [382, 190, 6],
  ] as const;
  for (const [x, y, size] of flock) {
    const box = { left: x - size * 2, top: y - size * 2, right: x + size * 2, bottom: y + size * 2 };
    canvas.paint(box, stroke(x, y, x - size, y - size * 0.5, 1.4), hex('2d2440'));
    canvas.paint(box, stroke(x, y, x + size, y - size * 0.6, 1.4), hex('2d2440'));
    canvas.paint(box, ellipse(x, y, 1.6, 1.2), hex('2d2440'));
  }
}
