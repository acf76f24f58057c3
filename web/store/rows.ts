/**
 * A message's row as it is stored: a flat array. Structured clone names every field of every object, so 100,000 rows
 * as objects take twice as long to read as these. Pure; new fields go to the end and are optional when read.
 */
import type { Uidl } from '../model/ids.ts';
import type { MessageDigest } from '../model/message.ts';

export type StoredRow = [
  uidl: Uidl,
  octets: number,
  receivedAt: number,
  pack: number,
  offset: number,
  fromName: string,
  fromAddress: string,
  /** Name, address, name, address … */
  to: string[],
  subject: string,
  sentAt: number | null,
  preview: string,
  hasAttachment: boolean,
  unterminated?: true,
];

/** What never changes about a message, with the place of its raw bytes: octets from `offset` of the pack. */
export interface Row {
  uidl: Uidl;
  octets: number;
  receivedAt: number;
  pack: number;
  offset: number;
  digest: MessageDigest;
  unterminated?: true;
}

export function encodeRow({ uidl, octets, receivedAt, pack, offset, digest, unterminated }: Row): StoredRow {
  const { from, to, subject, sentAt, preview, hasAttachment } = digest;
  const flatTo = to.flatMap(({ name, address }) => [name, address]);
  const row: StoredRow = [
    ...([uidl, octets, receivedAt, pack, offset] as const),
    ...([from.name, from.address, flatTo, subject, sentAt, preview, hasAttachment] as const),
  ];
  if (unterminated) row.push(unterminated);
  return row;
}

export function decodeRow(stored: StoredRow): Row {
  const [
    uidl,
    octets,
    receivedAt,
    pack,
    offset,
    name,
    address,
    flatTo,
    subject,
    sentAt,
    preview,
    hasAttachment,
    unterminated,
  ] = stored;
  const to = [];
  for (let index = 0; index + 1 < flatTo.length; index += 2) {
    to.push({ name: flatTo[index] ?? '', address: flatTo[index + 1] ?? '' });
  }
  const digest = { from: { name, address }, to, subject, sentAt, preview, hasAttachment };
  return { uidl, octets, receivedAt, pack, offset, digest, ...(unterminated && { unterminated }) };
}
