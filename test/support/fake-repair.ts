/** A repair for FakeMailApi: half of it is done when it is asked for, and the rest when its answer is let go. */
import { PoplarError } from '../../web/errors.ts';
import type { MessageSummary } from '../../web/model/message.ts';
import type { RepairProgress, RepairReport } from '../../web/model/repair.ts';
import { GENERATED_NOW } from './generated-mail.ts';

export const NOTHING_DAMAGED: RepairReport = {
  messages: 0,
  octets: 0,
  unproven: 0,
  mended: 0,
  rebuilt: 0,
  damagedCount: 0,
  damaged: [],
  durationMs: 2_000,
};

const octetsOf = (rows: readonly MessageSummary[]): number => rows.reduce((sum, row) => sum + row.octets, 0);

/** Tells how far it is by then. */
export function readHalf(
  rows: readonly MessageSummary[],
  onProgress: (progress: RepairProgress) => void,
): void {
  const [messagesTotal, octetsTotal] = [rows.length, octetsOf(rows)];
  const step = { messagesTotal, octetsTotal, startedAt: GENERATED_NOW };
  onProgress({ ...step, phase: 'waiting', messagesDone: 0, octetsDone: 0 });
  const [messagesDone, octetsDone] = [Math.floor(messagesTotal / 2), Math.floor(octetsTotal / 2)];
  onProgress({ ...step, phase: 'reading', messagesDone, octetsDone });
}

/** What it found. Throws `cancelled` when it was stopped. */
export function readAll(
  rows: readonly MessageSummary[],
  report: RepairReport,
  signal: AbortSignal,
): RepairReport {
  if (signal.aborted) throw new PoplarError('cancelled', 'page');
  return { ...report, messages: rows.length, octets: octetsOf(rows) };
}
