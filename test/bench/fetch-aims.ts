/** The figures of the fetch benchmark against its aims. Pure but for the printing. */
import { BARE, type Newest, type NothingNew, type Row } from './fetch.ts';

export interface Aim {
  aim: string;
  /** Null where a figure is missing: a peer is not installed, or failed. */
  reached: number | null;
  bound: number;
  /** The bound is the most, not the least, that counts as reached. */
  isLimit: boolean;
}

const OURS = 'Poplar (';
const MPOP_RAM = 'mpop → Maildir in RAM';

/** Peers that wait for each answer. */
const WAITING = ['fetchmail', 'curl', 'Python poplib', 'node-pop3', 'yapople'];

export function aimsOf(
  rows: readonly Row[],
  newest: readonly Newest[],
  { syncMs, bareMs, sessionMs }: NothingNew,
): Aim[] {
  const wholeMs = (mailbox: string, client: string, roundTripMs: number): number | null =>
    rows.find(
      (row) => row.mailbox === mailbox && row.roundTripMs === roundTripMs && row.client.startsWith(client),
    )?.wholeMs ?? null;
  /** How many times as long as ours. */
  const times = (mailbox: string, client: string, roundTripMs: number): number | null =>
    ratio(wholeMs(mailbox, client, roundTripMs), wholeMs(mailbox, OURS, roundTripMs));
  const atLeast = (mailbox: string, client: string, roundTripMs: number, bound: number): Aim => ({
    aim: `${mailbox} at ${roundTripMs} ms, × ${client}`,
    reached: times(mailbox, client, roundTripMs),
    bound,
    isLimit: false,
  });
  return [
    atLeast('A', MPOP_RAM, 80, 4),
    ...WAITING.map((client) => atLeast('A', client, 80, 20)),
    atLeast('A', MPOP_RAM, 20, 2),
    ...WAITING.map((client) => atLeast('A', client, 0, client === 'fetchmail' ? 2 : 1)),
    {
      aim: 'A, time at 80 ms, × time at 0 ms',
      reached: ratio(wholeMs('A', OURS, 80), wholeMs('A', OURS, 0)),
      bound: 1.25,
      isLimit: true,
    },
    {
      aim: 'A at 0 ms, with store × without',
      reached: ratio(wholeMs('A', OURS, 0), wholeMs('A', BARE, 0)),
      bound: 1.3,
      isLimit: true,
    },
    atLeast('B', MPOP_RAM, 80, 1),
    { aim: 'C with nothing new, × UIDL and LIST', reached: syncMs / bareMs, bound: 1.5, isLimit: true },
    { aim: 'C with nothing new, × such a session', reached: syncMs / sessionMs, bound: 1.5, isLimit: true },
    ...newest.map(({ roundTripMs, medianMs }) => ({
      aim: `C at ${roundTripMs} ms, s to the 50 newest`,
      reached: medianMs / 1000,
      bound: 1.5 + (8 * roundTripMs) / 1000,
      isLimit: true,
    })),
  ];
}

function ratio(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a / b;
}

export function printAims(aims: readonly Aim[]): void {
  console.log('\nAims');
  for (const { aim, reached, bound, isLimit } of aims) {
    const isMet = reached !== null && (isLimit ? reached <= bound : reached >= bound);
    const verdict = reached === null ? 'not measured' : isMet ? 'yes' : 'NO';
    const figure = reached === null ? '–' : reached.toFixed(2);
    console.log(
      `  ${aim.padEnd(42)} ${figure.padStart(8)}  aim ${isLimit ? '≤' : '≥'} ${bound.toFixed(2).padEnd(6)} ${verdict}`,
    );
  }
}
