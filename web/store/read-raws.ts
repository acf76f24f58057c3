/** Raw bytes of several messages: MailStore.raws, one transaction, each page and pack read once. */
import { PoplarError } from '../errors.ts';
import type { MessageId } from '../model/ids.ts';
import type { Connection } from './connection.ts';
import { placeOf } from './keys.ts';
import { unpack } from './packs.ts';
import { decodeRow, type Row } from './rows.ts';
import type { PageRecord } from './schema.ts';

export function readRaws(
  connection: Connection,
  ids: readonly MessageId[],
): Promise<(Uint8Array<ArrayBuffer> | null)[]> {
  return connection.read(['pages', 'packs'], async (transaction) => {
    const [pageStore, packStore] = [transaction.objectStore('pages'), transaction.objectStore('packs')];
    const pages = await readOnce(
      ids.flatMap((id) => placeOf(id)?.page ?? []),
      (page) => pageStore.get(page),
    );
    const rows = ids.map((id) => rowAt(id, pages));
    const packs = await readOnce(
      rows.flatMap((row) => row?.pack ?? []),
      (pack) => packStore.get(pack),
    );
    return rows.map((row) => (row === null ? null : unpackOrNull(packs.get(row.pack), row)));
  });
}

async function readOnce<Value>(
  keys: readonly number[],
  read: (key: number) => Promise<Value>,
): Promise<Map<number, Value>> {
  return new Map(await Promise.all([...new Set(keys)].map(async (key) => [key, await read(key)] as const)));
}

function rowAt(id: MessageId, pages: ReadonlyMap<number, PageRecord | undefined>): Row | null {
  const place = placeOf(id);
  const stored = place === null ? null : (pages.get(place.page)?.rows[place.slot] ?? null);
  return stored === null ? null : decodeRow(stored);
}

/** One damaged record must not keep the others from being read. */
function unpackOrNull(record: ArrayBuffer | undefined, row: Row): Uint8Array<ArrayBuffer> | null {
  try {
    return unpack(record, row, row.octets);
  } catch (error) {
    if (error instanceof PoplarError && error.detail['reason'] === 'damaged') return null;
    throw error;
  }
}
