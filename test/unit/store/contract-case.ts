/** What a case of the MailStore contract is, and what the cases share. */
import type { MailStore } from '../../../web/store/mail-store.ts';
import { account } from './mail-fixtures.ts';

/** A fresh device. Every store that `open` returns works on the same data, as another tab would. */
export interface Device {
  open(): Promise<MailStore>;
}

export interface ContractCase {
  name: string;
  run(device: Device): Promise<void>;
}

export const anna = account('anna');
export const bert = account('bert');

/** A store that knows the account `anna` and no mail. */
export async function storeWithAnna(device: Device): Promise<MailStore> {
  const store = await device.open();
  await store.putAccount(anna, null);
  return store;
}

/** The ids in rising order: summaries come in no promised one. */
export function sortedIds(rows: readonly { id: number }[]): number[] {
  return rows.map((row) => row.id).sort((a, b) => a - b);
}

/** Like assertEqual, for megabytes. */
export function sameBytes(left: Uint8Array | null, right: Uint8Array): boolean {
  return (
    left !== null && left.length === right.length && left.every((octet, index) => octet === right[index])
  );
}
