/** A mailbox that was fetched long ago: small generated messages, put into the store by the product's own code. */
import { digest } from '../../../web/message/digest.ts';
import type { Account } from '../../../web/model/account.ts';
import { uidl } from '../../../web/model/ids.ts';
import { openIdbStore } from '../../../web/store/idb-store.ts';
import type { NewMessage } from '../../../web/store/mail-store.ts';
import { pick, seeded } from '../../support/seeded.ts';

/** An account and how many messages of it. */
export interface Seed {
  account: Account;
  password: string;
  count: number;
}

/** As a fetch stores them (sync/maildrop-sync.ts). */
const BATCH = 512;
const FIRST_DAY = Date.UTC(2016, 0, 1);
const LAST_DAY = Date.UTC(2026, 10, 1);

const words =
  'garden tomorrow meeting poplar river letter invoice photo bicycle window morning answer question paper number city train summer winter bread music teacher doctor village'.split(
    ' ',
  );
const encoder = new TextEncoder();

/** Under this unique-id the server lists the message, too. */
export const uidOf = (index: number): string => `uid-${index}`;

/** Adds the account and its mail, newest first, as a first fetch does. */
export async function seed({ account, password, count }: Seed): Promise<void> {
  const store = await openIdbStore();
  await store.putAccount(account, password);
  for (let end = count; end > 0; end -= BATCH) {
    const batch: NewMessage[] = [];
    for (let index = end - 1; index >= Math.max(0, end - BATCH); index -= 1)
      batch.push(message(index, count));
    await store.addMessages(account.id, batch);
  }
  store.close();
}

/** What the server has of it, octet for octet. */
export function rawOf(index: number, count: number): Uint8Array<ArrayBuffer> {
  const random = seeded(index + 1);
  const some = (number: number): string =>
    Array.from({ length: number }, () => pick(random, words)).join(' ');
  const sentAt = FIRST_DAY + Math.floor(((LAST_DAY - FIRST_DAY) / count) * index);
  const name = some(2);
  return encoder.encode(
    `From: ${name} <${name.replace(' ', '.')}@example.test>\r\nTo: Bob <bob@example.test>\r\n` +
      `Subject: ${some(5)} ${index}\r\nDate: ${new Date(sentAt).toUTCString().replace('GMT', '+0000')}\r\n\r\n${some(40)}\r\n`,
  );
}

function message(index: number, count: number): NewMessage {
  const raw = rawOf(index, count);
  const receipt = { hash: String(index), listedOctets: raw.length, unterminated: false };
  return {
    uidl: uidl(uidOf(index)),
    raw,
    digest: digest(raw),
    receivedAt: LAST_DAY,
    folder: 'inbox',
    receipt,
  };
}
