/** The figures of the store benchmark as a table, and against their aims. Pure but for the printing. */
import { printAims, type Aim } from '../fetch-aims.ts';

/** Medians of all starts with so many messages; milliseconds unless the name says otherwise. */
export interface Growth {
  messages: number;
  firstRows: number;
  switch: number;
  /** The slowest of them. */
  worstSwitch: number;
  /** While the rest of the mailbox is still being read. */
  firstSwitch: number;
  mark: number;
  longestTask: number;
  sync: number;
  bare: number;
  heldMb: number;
  residentMb: number;
}

const COLUMNS: readonly [keyof Growth, string][] = [
  ['messages', 'messages'],
  ['firstRows', 'first rows'],
  ['firstSwitch', 'switch 1'],
  ['switch', 'switch'],
  ['worstSwitch', 'slowest'],
  ['mark', 'mark'],
  ['longestTask', 'page task'],
  ['sync', 'sync'],
  ['bare', 'bare'],
  ['heldMb', 'held MB'],
  ['residentMb', 'process MB'],
];

export function printGrowth(rows: readonly Growth[]): void {
  console.log(`\n${COLUMNS.map(([, name]) => name.padStart(11)).join('')}`);
  for (const row of rows) console.log(COLUMNS.map(([key]) => row[key].toFixed(0).padStart(11)).join(''));
}

/** Of the mailbox of that size; messages a second of a first fetch beside it. */
export function aimsOf(row: Growth, firstFetch: number): Aim[] {
  const atMost = (aim: string, reached: number, bound: number): Aim => ({
    aim,
    reached,
    bound,
    isLimit: true,
  });
  return [
    atMost('first rows, ms', row.firstRows, 300),
    atMost('change of the list, ms', row.switch, 50),
    atMost('10,000 marked read, ms', row.mark, 1_000),
    atMost('longest task of the page meanwhile, ms', row.longestTask, 50),
    atMost('sync with nothing new, × bare listing', row.sync / row.bare, 1.5),
    { aim: 'first fetch of A, messages/s', reached: firstFetch, bound: 3_000, isLimit: false },
    atMost('held by page and workers, MB', row.heldMb, 150),
  ];
}

export { printAims };
