/**
 * What becomes of the octets of deleted messages. A pack that nobody needs any more goes at once; one of which more than
 * half is dead is written anew, so that an octet is copied at most once for each that was freed. Pure; must not know the
 * database.
 */
import { holds, unpack } from './packs.ts';
import { decodeRow, encodeRow, type StoredRow } from './rows.ts';
import type { PageRecord } from './schema.ts';

/** Takes messages out of the page, in place; returns their rows. */
export function buryRows(page: PageRecord, slots: readonly number[]): StoredRow[] {
  const buried: StoredRow[] = [];
  for (const slot of slots) {
    const row = page.rows[slot];
    if (!row) continue;
    const { pack, octets } = decodeRow(row);
    markDead(page, pack, octets);
    page.rows[slot] = null;
    buried.push(row);
  }
  return buried;
}

/** So many octets of the pack are needed no more. */
export function markDead(page: PageRecord, pack: number, octets: number): void {
  const dead = page.dead ?? new Map<number, number>();
  page.dead = dead.set(pack, (dead.get(pack) ?? 0) + octets);
}

/** Packs of the page with dead octets: those that no message needs, and those worth writing anew. */
export function reclaimable(page: PageRecord): { unused: number[]; sparse: number[] } {
  const live = new Map<number, number>();
  for (const row of page.rows) {
    if (row === null) continue;
    const { pack, octets } = decodeRow(row);
    live.set(pack, (live.get(pack) ?? 0) + octets);
  }
  const packs = [...(page.dead ?? [])];
  return {
    unused: packs.flatMap(([pack]) => (live.has(pack) ? [] : pack)),
    sparse: packs.flatMap(([pack, dead]) => (dead > (live.get(pack) ?? dead) ? pack : [])),
  };
}

/** The pack is no more. */
export function dropPack(page: PageRecord, pack: number): void {
  page.dead?.delete(pack);
  if (page.dead?.size === 0) delete page.dead;
}

/**
 * The record of a pack with the octets of its messages alone; the page's rows say from now on where they are in it. Null
 * when the record is damaged: then it stays as it is.
 */
export function squeezePack(
  page: PageRecord,
  pack: number,
  record: ArrayBuffer | undefined,
): ArrayBuffer | null {
  const own = page.rows.flatMap((stored, slot) => {
    const row = stored && decodeRow(stored);
    return row?.pack === pack ? { slot, row } : [];
  });
  if (own.some(({ row }) => !holds(record, row, row.octets))) return null;
  const survivors = own.map(({ slot, row }) => ({ slot, row, raw: unpack(record, row, row.octets) }));
  const bytes = new Uint8Array(survivors.reduce((sum, { raw }) => sum + raw.length, 0));
  let offset = 0;
  for (const { slot, row, raw } of survivors) {
    bytes.set(raw, offset);
    page.rows[slot] = encodeRow({ ...row, offset });
    offset += raw.length;
  }
  dropPack(page, pack);
  return bytes.buffer;
}
