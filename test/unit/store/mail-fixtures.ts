/** Accounts and messages for store tests: small, deterministic, and recognisable by their bytes. */
import { accountId, uidl } from '../../../web/model/ids.ts';
import type { Account } from '../../../web/model/account.ts';
import type { NewMessage } from '../../../web/store/mail-store.ts';

export const ADDED_AT = 1_700_000_000_000;

export function account(id: string): Account {
  return {
    id: accountId(id),
    address: `${id}@example.org`,
    displayName: `Person ${id}`,
    incoming: { host: 'pop.example.org', port: 995, security: 'tls' },
    user: id,
    demo: false,
    addedAt: ADDED_AT,
  };
}

/** A message whose `octets` bytes all depend on its name, so that a wrong slice shows. */
export function message(name: string, octets = 120): NewMessage {
  return {
    uidl: uidl(name),
    raw: bytesOf(name, octets),
    digest: {
      from: { name: `From ${name}`, address: 'from@example.org' },
      to: [{ name: '', address: 'to@example.org' }],
      subject: `Subject ${name} – Përshëndetje`,
      sentAt: name.endsWith('0') ? null : ADDED_AT,
      preview: 'x'.repeat(20),
      hasAttachment: name.endsWith('1'),
    },
    receivedAt: ADDED_AT + 1,
    folder: 'inbox',
  };
}

export function messages(prefix: string, count: number, octets?: number): NewMessage[] {
  return Array.from({ length: count }, (_, index) => message(`${prefix}${index}`, octets));
}

function bytesOf(name: string, octets: number): Uint8Array {
  let state = 1;
  for (let index = 0; index < name.length; index++) state = (state * 31 + name.charCodeAt(index)) >>> 0;
  const bytes = new Uint8Array(octets);
  for (let index = 0; index < octets; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}
