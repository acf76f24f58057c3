/**
 * A message's row as it is stored: a flat array. Structured clone names every field of every object, so 100,000 rows
 * as objects take twice as long to read as these. Pure; new fields go to the end and are optional when read.
 */
import type { Uidl } from '../model/ids.ts';
import type { MessageDigest, PartialMark } from '../model/message.ts';

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
  unterminated?: true | null,
  partial?: [octets: number, lines: number],
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
  partial?: PartialMark;
}

export function encodeRow(row: Row): StoredRow {
  const { uidl, octets, receivedAt, pack, offset, digest, unterminated, partial } = row;
  const { from, to, subject, sentAt, preview, hasAttachment } = digest;
  const flatTo = to.flatMap(({ name, address }) => [name, address]);
  const stored: StoredRow = [
    ...([uidl, octets, receivedAt, pack, offset] as const),
    ...([from.name, from.address, flatTo, subject, sentAt, preview, hasAttachment] as const),
  ];
  // Most messages have neither, and then nothing is stored of it.
  if (partial) stored.push(unterminated ?? null, [partial.octets, partial.lines]);
  else if (unterminated) stored.push(unterminated);
  return stored;
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
    partial,
  ] = stored;
  const to = [];
  for (let index = 0; index + 1 < flatTo.length; index += 2) {
    to.push({ name: flatTo[index] ?? '', address: flatTo[index + 1] ?? '' });
  }
  const digest = { from: { name, address }, to, subject, sentAt, preview, hasAttachment };
  return {
    ...{ uidl, octets, receivedAt, pack, offset, digest },
    ...(unterminated && { unterminated }),
    ...(partial && { partial: { octets: partial[0], lines: partial[1] } }),
  };
}
