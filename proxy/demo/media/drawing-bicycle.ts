/** A bicycle in crayon, as a six-year-old draws it: 360 × 260, for the letter that shows it inside the text. */
import { Canvas, clamp, everywhere, hex, stroke, type Colour } from './canvas.ts';
import { cloud, hash } from './noise.ts';
import { once } from './once.ts';

const WHEELS = [
  { x: 98, y: 172, radius: 52 },
  { x: 262, y: 174, radius: 49 },
] as const;

const FRAME: readonly (readonly [number, number, number, number])[] = [
  [98, 172, 150, 108],
  [150, 108, 232, 106],
  [232, 106, 176, 176],
  [176, 176, 98, 172],
  [150, 108, 176, 176],
  [262, 174, 226, 82],
  [150, 108, 144, 90],
];

/** The drawing as a PNG file. */
export const drawingBicycle = once((): Uint8Array => {
  const canvas = new Canvas(360, 260);
  canvas.paint(canvas.box, everywhere, (x, y) => {
    const paper = 0.965 + (cloud(x / 3, y / 3, 4, 2) - 0.5) * 0.03;
    return [paper, paper * 0.985, paper * 0.94];
  });
  for (const wheel of WHEELS) scribbleWheel(canvas, wheel.x, wheel.y, wheel.radius);
  for (const [x1, y1, x2, y2] of FRAME) crayon(canvas, x1, y1, x2, y2, 6, hex('d2452f'));
  crayon(canvas, 126, 88, 164, 90, 8, hex('4a3728'));
  crayon(canvas, 226, 82, 206, 74, 6, hex('3a5fa8'));
  crayon(canvas, 226, 82, 246, 78, 6, hex('3a5fa8'));
  scribbleSun(canvas);
  for (let blade = 0; blade < 60; blade += 1) {
    const x = 8 + blade * 5.8;
    crayon(canvas, x, 236 + hash(blade, 1, 2) * 8, x + 4 - hash(blade, 2, 2) * 8, 220, 3, hex('4f9a46'));
  }
  return canvas.toPng();
});

/** A line that breaks up where the paper is rough. */
function crayon(
  canvas: Canvas,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  width: number,
  colour: Colour,
): void {
  const line = stroke(x1, y1, x2, y2, width);
  const box = {
    left: Math.min(x1, x2) - width,
    top: Math.min(y1, y2) - width,
    right: Math.max(x1, x2) + width,
    bottom: Math.max(y1, y2) + width,
  };
  canvas.paint(box, (x, y) => line(x, y) * clamp(cloud(x / 2.2, y / 2.2, 8, 2) * 2.6 - 0.35), colour);
}

function scribbleWheel(canvas: Canvas, x: number, y: number, radius: number): void {
  for (let step = 0; step < 76; step += 1) {
    const [from, to] = [step / 36, (step + 1.2) / 36].map((turn) => turn * Math.PI * 2) as [number, number];
    const [near, far] = [radius + 3 * Math.sin(step / 5), radius + 3 * Math.sin((step + 1) / 5)];
    crayon(
      canvas,
      x + Math.cos(from) * near,
      y + Math.sin(from) * near,
      x + Math.cos(to) * far,
      y + Math.sin(to) * far,
      4.5,
      hex('2e3138'),
    );
  }
  for (let spoke = 0; spoke < 7; spoke += 1) {
    const turn = (spoke / 7) * Math.PI * 2 + x;
    crayon(canvas, x, y, x + Math.cos(turn) * radius, y + Math.sin(turn) * radius, 2.4, hex('7b8087'));
  }
}

function scribbleSun(canvas: Canvas): void {
  for (let ray = 0; ray < 12; ray += 1) {
    const turn = (ray / 12) * Math.PI * 2;
    const [near, far] = [28, 40 + 6 * hash(ray, 3, 1)];
    const at = (distance: number): [number, number] => [
      314 + Math.cos(turn) * distance,
      46 + Math.sin(turn) * distance,
    ];
    crayon(canvas, ...at(near), ...at(far), 4, hex('f0b429'));
  }
  for (let row = -18; row <= 18; row += 4) {
    const half = Math.sqrt(Math.max(0, 400 - row * row));
    crayon(canvas, 314 - half, 46 + row, 314 + half, 46 + row + 2, 5, hex('f6c844'));
  }
}
