/** The figures of all rounds as tables, as ratios to ours, and against the aims. Pure but for the printing. */
import type { SlowReaderFigures } from './measure.ts';

export type Quantity =
  | 'downloadMbPerS'
  | 'downloadCpuMsPerMb'
  | 'uploadMbPerS'
  | 'uploadCpuMsPerMb'
  | 'echoP50Us'
  | 'echoP99Us'
  | 'setupsPerS'
  | 'baseMb'
  | 'idleKbAt1000'
  | 'idleKbAt5000'
  | 'collectedKbAt1000'
  | 'collectedKbAt5000'
  | 'tlsDownloadMbPerS'
  | 'tlsCpuMsPerMb';

/** Medians of one server; what was not measured is absent. */
export type Row = { server: string } & Partial<Record<Quantity, number>>;

export interface Aim {
  aim: string;
  reached: number | null;
  /** The least, or with `isLimit` the most that counts as reached. */
  bound: number;
  isLimit: boolean;
  met: boolean | null;
}

export interface SlowRow extends SlowReaderFigures {
  server: string;
}

const COLUMNS: readonly [Quantity, string, number][] = [
  ['downloadMbPerS', 'down MB/s', 0],
  ['downloadCpuMsPerMb', 'CPU ms/MB', 2],
  ['uploadMbPerS', 'up MB/s', 0],
  ['uploadCpuMsPerMb', 'CPU ms/MB', 2],
  ['echoP50Us', 'echo p50 µs', 0],
  ['echoP99Us', 'p99 µs', 0],
  ['setupsPerS', 'set-ups/s', 0],
  ['baseMb', 'base MB', 0],
  ['idleKbAt1000', 'idle KB@1000', 1],
  ['idleKbAt5000', 'KB@5000', 1],
  ['collectedKbAt1000', 'GCed KB@1000', 1],
  ['collectedKbAt5000', 'KB@5000', 1],
];
const TLS_COLUMNS: readonly [Quantity, string, number][] = [
  ['tlsDownloadMbPerS', 'down MB/s', 0],
  ['tlsCpuMsPerMb', 'CPU ms/MB', 2],
];

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function aimsOf(rows: readonly Row[]): Aim[] {
  const figure = (server: string, quantity: Quantity): number | undefined =>
    rows.find((row) => row.server === server)?.[quantity];
  const ratio = (quantity: Quantity, to: string): number | undefined => {
    const [ours, theirs] = [figure('Poplar', quantity), figure(to, quantity)];
    return ours === undefined || theirs === undefined ? undefined : ours / theirs;
  };
  return [
    atLeast('download, × websockify', ratio('downloadMbPerS', 'websockify'), 1.5),
    atLeast('download, × plain ws bridge', ratio('downloadMbPerS', 'ws bridge'), 2),
    atLeast('upload, × websockify', ratio('uploadMbPerS', 'websockify'), 2),
    atMost('KB an idle tunnel, of 1,000', figure('Poplar', 'collectedKbAt1000'), 12),
    atMost('KB an idle tunnel, of 5,000', figure('Poplar', 'collectedKbAt5000'), 12),
    atLeast('set-ups, × websockify', ratio('setupsPerS', 'websockify'), 5),
    atMost('echo p99, × net.pipe', ratio('echoP99Us', 'net.pipe'), 1.5),
  ];
}

function atLeast(aim: string, reached: number | undefined, bound: number): Aim {
  return {
    aim,
    reached: reached ?? null,
    bound,
    isLimit: false,
    met: reached === undefined ? null : reached >= bound,
  };
}

function atMost(aim: string, reached: number | undefined, bound: number): Aim {
  return {
    aim,
    reached: reached ?? null,
    bound,
    isLimit: true,
    met: reached === undefined ? null : reached <= bound,
  };
}

export function print(rows: readonly Row[], tlsRows: readonly Row[], aims: readonly Aim[]): void {
  printTable("Medians; CPU is the server's alone", rows, COLUMNS, (value, _row, digits) =>
    value.toFixed(digits),
  );
  const ours = rows.find((row) => row.server === 'Poplar');
  if (ours !== undefined) {
    printTable('Theirs, in units of ours', rows, COLUMNS, (value, quantity) =>
      ratioText(value, ours[quantity]),
    );
  }
  printTable('Download from a target under TLS', tlsRows, TLS_COLUMNS, (value, _row, digits) =>
    value.toFixed(digits),
  );
  const [floor, bridge] = ['C relay', 'ws bridge'].map((name) => rows.find(({ server }) => server === name));
  if (floor?.downloadMbPerS !== undefined && bridge?.downloadMbPerS !== undefined) {
    const ratio = ratioText(floor.downloadMbPerS, bridge.downloadMbPerS);
    console.log(
      `\nReceiving and sending alone, in C, downloads at ${ratio} the speed of the plain ws bridge`,
    );
  }
  console.log('\nAims');
  for (const { aim, reached, bound, isLimit, met } of aims) {
    const verdict = met === null ? 'not measured' : met ? 'yes' : 'NO';
    const text = reached === null ? '–' : reached.toFixed(2);
    console.log(
      `  ${aim.padEnd(30)} ${text.padStart(8)}  aim ${isLimit ? '≤' : '≥'} ${String(bound).padEnd(4)} ${verdict}`,
    );
  }
}

export function printSlowReaders(rows: readonly SlowRow[]): void {
  console.log(
    '\nSlow reader: a target that sends without end, clients that take nothing; how much the server grows',
  );
  for (const { server, tunnels, grownMb } of rows) {
    const each = `${(grownMb / tunnels).toFixed(2)} MB each`;
    console.log(
      `  ${server.padEnd(16)} ${String(tunnels).padStart(4)} tunnels ${grownMb.toFixed(1).padStart(8)} MB  ${each}`,
    );
  }
}

function ratioText(theirs: number, ours: number | undefined): string {
  return ours === undefined ? '' : `${(theirs / ours).toFixed(2)}×`;
}

function printTable(
  title: string,
  rows: readonly Row[],
  columns: readonly [Quantity, string, number][],
  format: (value: number, quantity: Quantity, digits: number) => string,
): void {
  console.log(`\n${title}`);
  console.log(`  ${''.padEnd(16)}${columns.map(([, head]) => head.padStart(13)).join('')}`);
  for (const row of rows) {
    const cells = columns.map(([quantity, , digits]) => {
      const value = row[quantity];
      return (value === undefined ? '' : format(value, quantity, digits)).padStart(13);
    });
    console.log(`  ${row.server.padEnd(16)}${cells.join('')}`);
  }
}
