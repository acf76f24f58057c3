/** Repair: one at a time over all tabs, and every list shows what it led to. Must not know how it is done. */
import type { MailApi } from '../api/mail-api.ts';
import type { RepairProgress, RepairReport } from '../model/repair.ts';
import { repair, type RepairParts } from '../sync/repair.ts';
import type { Mailroom } from './mailroom.ts';

export interface RepairDeskParts extends RepairParts {
  mailroom: Pick<Mailroom, 'rebuilt'>;
}

export class RepairDesk implements Pick<MailApi, 'repair'> {
  readonly #parts: RepairDeskParts;

  constructor(parts: RepairDeskParts) {
    this.#parts = parts;
  }

  async repair(onProgress: (progress: RepairProgress) => void, signal: AbortSignal): Promise<RepairReport> {
    const { exclusive, mailroom } = this.#parts;
    return exclusive('repair', signal, async () => {
      try {
        return await repair(this.#parts, { signal, onProgress });
      } finally {
        // Also when it was stopped: what it had noted by then counts.
        mailroom.rebuilt();
      }
    });
  }
}
