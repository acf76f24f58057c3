/** "Before breakfast": a lake in morning mist with its mirror image and one rowing boat, 800 × 600. */
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

const SHORE = 330;

const HAZE = hex('e9e4d2');
const WATER = hex('4f7c80');
const GLINT = hex('fff8e6');

const SKY = gradient(SHORE, [
  [0, hex('8fb7c9')],
  [0.45, hex('c5d9d6')],
  [0.8, hex('f3e6cf')],
  [1, hex('f9ecd6')],
]);

/** The photo as a PNG file. */
export const photoLake = once((): Uint8Array => {
  const land = new Canvas(800, 600);
  paintLand(land);
  const canvas = new Canvas(800, 600);
  canvas.paint(canvas.box, everywhere, (x, y) => (y < SHORE ? land.at(x, y) : mirrored(land, x, y)));
  paintMist(canvas);
  paintReeds(canvas);
  paintBoat(canvas);
  return canvas.toPng();
});

function paintLand(land: Canvas): void {
  const sky = { ...land.box, bottom: SHORE };
  land.paint(sky, everywhere, SKY);
  land.paint(sky, (x, y) => Math.exp(-distance(x - 250, y - 205) / 80) * 0.8, hex('fffaf0'));
  land.paint({ left: 220, top: 175, right: 280, bottom: 235 }, disc(250, 205, 22, 3), hex('fffdf6'));
  const layers: [base: number, swing: number, scale: number, seed: number, colour: Colour][] = [
    [262, 120, 300, 7, hex('b7cccb')],
    [292, 100, 220, 17, hex('8fb0ae')],
    [318, 74, 160, 31, hex('5f8a86')],
  ];
  for (const [base, swing, scale, seed, colour] of layers) {
    const crest = Float32Array.from(
      { length: 800 },
      (_, x) => base - (ridge(x / scale, seed) - 0.4) * swing * 1.5,
    );
    const heightAt = (x: number): number => crest[x] ?? base;
    land.paint({ ...sky, top: base - swing }, below(heightAt), (x, y) =>
      mixed(colour, HAZE, clamp((y - heightAt(x)) / 75) * 0.7),
    );
  }
  paintForest(land);
}

/** Firs along the shore, dense on both sides and open in the middle. */
function paintForest(land: Canvas): void {
  for (let tree = 0; tree < 150; tree += 1) {
    const place = hash(tree, 1, 3);
    const x = place < 0.5 ? place * 560 : 800 - (1 - place) * 470;
    const height = 26 + 46 * hash(tree, 2, 3) * (0.4 + Math.abs(x - 400) / 400);
    const foot = SHORE + 2;
    const box = { left: x - 16, top: foot - height - 2, right: x + 16, bottom: foot };
    const fir = (px: number, py: number): number => {
      const along = (py - (foot - height)) / height;
      const tier = 0.72 + 0.28 * ((along * 7) % 1);
      return clamp(along * height * 0.19 * tier - Math.abs(px - x) + 0.5);
    };
    land.paint(box, fir, mixed(hex('2f5a55'), hex('4b7a70'), hash(tree, 4, 3)));
  }
}

/** What the water shows: the land upside down, shaken by ripples that grow towards us. */
function mirrored(land: Canvas, x: number, y: number): Colour {
  const depth = (y - SHORE) / (600 - SHORE);
  const ripple = (cloud(x / (60 + depth * 90), y / (2.5 + depth * 7), 51, 3) - 0.5) * (4 + depth * 30);
  const [fromX, fromY] = [x + ripple * 1.4, SHORE - (y - SHORE) * 0.92 + ripple * 0.6];
  const glint =
    clamp((noise1(y / (2 + depth * 5) + x / 260, 61) - 0.62) * 2) * Math.exp(-Math.abs(x - 250) / 110);
  const water = mixed(land.at(fromX, fromY), WATER, 0.16 + depth * 0.3);
  return mixed(water, GLINT, glint * 0.6);
}

function paintMist(canvas: Canvas): void {
  canvas.paint(
    { ...canvas.box, top: 250, bottom: 430 },
    (x, y) => {
      const band = Math.exp(-(((y - SHORE - 2) / 34) ** 2));
      return clamp(cloud(x / 190, y / 30, 71) * 1.5 - 0.25) * band * 0.85;
    },
    hex('f6f1e4'),
  );
}

function paintReeds(canvas: Canvas): void {
  for (let reed = 0; reed < 90; reed += 1) {
    const x = reed < 60 ? 620 + hash(reed, 1, 9) * 200 : hash(reed, 1, 9) * 110 - 10;
    const tall = 60 + hash(reed, 2, 9) * 120;
    const lean = (hash(reed, 3, 9) - 0.35) * 34;
    const box = { left: x - 40, top: 596 - tall, right: x + 40, bottom: 600 };
    const dark = mixed(hex('23443f'), hex('3d6a55'), hash(reed, 4, 9));
    canvas.paint(box, stroke(x, 606, x + lean, 600 - tall, 1.8), dark);
    if (hash(reed, 5, 9) > 0.55)
      canvas.paint(box, stroke(x + lean, 602 - tall, x + lean * 0.93, 616 - tall, 4.4), hex('5a4030'));
  }
}

function paintBoat(canvas: Canvas): void {
  const [x, y] = [470, 432];
  const box = { left: x - 90, top: y - 40, right: x + 90, bottom: y + 60 };
  canvas.paint(box, ellipse(x, y + 15, 66, 7, 5), hex('2c4a4c'));
  const hull = (px: number, py: number): number => {
    const depth = (py - (y - 6 + ((px - x) / 60) ** 4 * -7)) / 18;
    const half = 60 - depth * 16;
    return Math.min(
      clamp(half - Math.abs(px - x) + 0.5),
      clamp(depth * 18 + 0.5),
      clamp((1 - depth) * 18 + 0.5),
    );
  };
  canvas.paint(box, hull, (_px, py) => mixed(hex('a5593c'), hex('5d2f25'), clamp((py - y + 8) / 20)));
  canvas.paint(box, stroke(x - 20, y - 9, x + 62, y + 17, 2), hex('e9d6b0'));
  canvas.paint(box, stroke(x + 6, y - 9, x - 58, y + 18, 2), hex('d8c29a'));
}
