/** "The whole harvest": three tomatoes on a table in window light, 800 × 600. */
import { Canvas, clamp, distance, ellipse, everywhere, hex, mixed, stroke, type Colour } from './canvas.ts';
import { cloud, hash, noise1 } from './noise.ts';
import { once } from './once.ts';

const TABLE = 330;

const WALL = hex('4f5a58');
const WINDOW_LIGHT = hex('d9d6c4');
const OAK = hex('8a5f3c');
const PALE_OAK = hex('c99b67');
const SUNLIT_OAK = hex('f6dcae');
const GAP = hex('3e2615');
const TABLE_GLOW = hex('c9824a');
const SHINE = hex('ffd9a0');
const WHITE = hex('fff6e6');

interface Tomato {
  x: number;
  y: number;
  radius: number;
  ripe: Colour;
  dark: Colour;
}

const TOMATOES: readonly Tomato[] = [
  { x: 520, y: 352, radius: 92, ripe: hex('d8472b'), dark: hex('6d150f') },
  { x: 292, y: 372, radius: 118, ripe: hex('e2512d'), dark: hex('701811') },
  { x: 446, y: 446, radius: 74, ripe: hex('e89a35'), dark: hex('7c3d12') },
];

/** The photo as a PNG file. */
export const photoTomatoes = once((): Uint8Array => {
  const canvas = new Canvas(800, 600);
  paintRoom(canvas);
  paintTable(canvas);
  for (const tomato of TOMATOES) paintShadow(canvas, tomato);
  for (const tomato of TOMATOES) paintTomato(canvas, tomato);
  return canvas.toPng();
});

function paintRoom(canvas: Canvas): void {
  canvas.paint(canvas.box, everywhere, (x, y) => {
    const light = clamp(1 - distance((x - 150) / 620, (y - 60) / 480));
    return mixed(WALL, WINDOW_LIGHT, light ** 1.3);
  });
  for (const [left, right] of [
    [60, 172],
    [188, 300],
  ] as const) {
    const pane = (x: number, y: number): number =>
      clamp((x - left - y * 0.06) / 10) * clamp((right - x + y * 0.06) / 10) * clamp((250 - y) / 26) * 0.5;
    canvas.paint({ left: left - 4, top: 0, right: right + 20, bottom: 252 }, pane, hex('fff7de'));
  }
}

function paintTable(canvas: Canvas): void {
  canvas.paint(
    { ...canvas.box, top: TABLE - 2 },
    (_x, y) => clamp(y - TABLE + 0.5),
    (x, y) => {
      const depth = (y - TABLE) / (600 - TABLE);
      const board = Math.floor((x - 400) / (90 + depth * 130) + 20);
      const within = (((x - 400) / (90 + depth * 130) + 20) % 1) * (90 + depth * 130);
      const grain = cloud(x / (9 + depth * 8), y / 150 + board * 9, 5 + board, 4);
      const wood = mixed(OAK, PALE_OAK, grain * 0.8 + hash(board, 1, 2) * 0.25);
      const lit = mixed(wood, SUNLIT_OAK, clamp(0.75 - distance((x - 230) / 560, (y - 380) / 330)) * 0.5);
      return mixed(lit, GAP, clamp(1.6 - within) * 0.7 + clamp(0.12 - depth) * 1.6);
    },
  );
}

function paintShadow(canvas: Canvas, { x, y, radius }: Tomato): void {
  const foot = y + radius * 0.82;
  const box = {
    left: x - radius * 2.2,
    top: foot - radius,
    right: x + radius * 3.8,
    bottom: foot + radius,
  };
  const wide = ellipse(x + radius * 0.72, foot, radius * 1.35, radius * 0.26, 30);
  const close = ellipse(x + radius * 0.1, foot + 2, radius * 0.8, radius * 0.15, 12);
  canvas.paint(box, softly(wide, 0.55), hex('2a160c'));
  canvas.paint(box, softly(close, 0.7), hex('1f0f08'));
}

function softly(shape: (x: number, y: number) => number, share: number): (x: number, y: number) => number {
  return (x, y) => shape(x, y) * share;
}

function paintTomato(canvas: Canvas, tomato: Tomato): void {
  const { x, y, radius, ripe, dark } = tomato;
  const box = {
    left: x - radius * 1.2,
    top: y - radius * 1.3,
    right: x + radius * 1.2,
    bottom: y + radius * 1.1,
  };
  canvas.paint(box, ellipse(x, y, radius * 1.06, radius * 0.9), (px, py) => {
    const [sideways, up] = [(px - x) / (radius * 1.06), (py - y) / (radius * 0.9)];
    const out = Math.sqrt(Math.max(0, 1 - sideways * sideways - up * up));
    // Seven shallow ribs that run from the stem.
    const rib = Math.cos(Math.atan2(sideways, up + 0.95) * 7) * 0.05 * clamp(1 - Math.abs(up + 0.2));
    const light = clamp(-sideways * 0.52 - up * 0.5 + out * 0.66 + rib);
    const bounce = clamp(up * 0.9 - 0.25) * clamp(0.8 - out) * 0.35;
    const skin = mixed(dark, ripe, light ** 0.8);
    const freckle = (cloud(px / 9, py / 9, Math.round(radius), 3) - 0.5) * 0.09;
    return mixed(mixed(skin, TABLE_GLOW, bounce), SHINE, clamp(freckle + (light - 0.82) * 0.5));
  });
  const gloss = { ...box, right: x, bottom: y };
  const large = ellipse(x - radius * 0.42, y - radius * 0.4, radius * 0.2, radius * 0.11, 9);
  const small = ellipse(x - radius * 0.18, y - radius * 0.52, radius * 0.06, radius * 0.035, 4);
  canvas.paint(gloss, softly(large, 0.85), WHITE);
  canvas.paint(gloss, softly(small, 0.7), WHITE);
  paintStem(canvas, tomato);
}

/** A green star of five sepals and a short stalk. */
function paintStem(canvas: Canvas, { x, y, radius }: Tomato): void {
  const top = y - radius * 0.74;
  const box = { left: x - radius, top: top - radius * 0.6, right: x + radius, bottom: top + radius * 0.6 };
  for (let sepal = 0; sepal < 6; sepal += 1) {
    const turn = (sepal / 6) * Math.PI * 2 + radius;
    const long = radius * (0.34 + 0.16 * noise1(sepal, Math.round(radius)));
    const [tipX, tipY] = [x + Math.cos(turn) * long, top + Math.sin(turn) * long * 0.42 + long * 0.1];
    canvas.paint(
      box,
      stroke(x, top, tipX, tipY, radius * 0.085),
      mixed(hex('2f5a22'), hex('6f9a3c'), sepal / 6),
    );
    canvas.paint(box, stroke(x, top, (x + tipX) / 2, (top + tipY) / 2, radius * 0.13), hex('47772c'));
  }
  canvas.paint(box, stroke(x, top, x + radius * 0.1, top - radius * 0.26, radius * 0.085), hex('557f35'));
}
