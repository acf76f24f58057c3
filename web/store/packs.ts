/**
 * Packs: the raw bytes of messages that came together, end to end in one record. Pure; must not know the database.
 * One record a message stores 1,800 messages a second, a hundred in one record more than 9,000 (PERFORMANCE).
 */
import type { MessageId } from '../model/ids.ts';
import { damagedError } from './storage-error.ts';

/** A pack is closed before it grows beyond this: reading one message reads its whole pack. */
export const PACK_OCTETS = 4 * 1024 * 1024;
/** A message above this has a pack of its own. */
export const LONE_OCTETS = 1024 * 1024;

export interface Packable {
  id: MessageId;
  raw: Uint8Array;
}

export interface Pack {
  key: number;
  octets: number;
  parts: Packable[];
}

/** Where a message's octets begin. */
export interface PackPlace {
  pack: number;
  offset: number;
}

/** A message and where its octets will be. */
export interface Placed<Message extends Packable> {
  message: Message;
  place: PackPlace;
}

/** Puts messages into as few packs as the limits allow, in order; a pack's key is the id of its first message. */
export function planPacks<Message extends Packable>(
  messages: readonly Message[],
): { packs: Pack[]; placed: Placed<Message>[] } {
  const packs: Pack[] = [];
  let open: Pack | null = null;
  const placed = messages.map((message): Placed<Message> => {
    const octets = message.raw.length;
    const alone = octets > LONE_OCTETS;
    let pack: Pack | null = alone ? null : open;
    if (pack === null || pack.octets + octets > PACK_OCTETS) {
      pack = { key: message.id, octets: 0, parts: [] };
      packs.push(pack);
      if (!alone) open = pack;
    }
    const offset = pack.octets;
    pack.parts.push(message);
    pack.octets += octets;
    return { message, place: { pack: pack.key, offset } };
  });
  return { packs, placed };
}

/** The record of a pack: a copy of exactly its octets. */
export function packBytes(pack: Pack): ArrayBuffer {
  const bytes = new Uint8Array(pack.octets);
  let offset = 0;
  for (const { raw } of pack.parts) {
    bytes.set(raw, offset);
    offset += raw.length;
  }
  return bytes.buffer;
}

/** Whether a pack's record is there and long enough for the message. */
export function holds(
  record: ArrayBuffer | undefined,
  { offset }: PackPlace,
  octets: number,
): record is ArrayBuffer {
  return record !== undefined && offset + octets <= record.byteLength;
}

/** One message out of its pack's record. Throws `storage-failed` when the record cannot hold it. */
export function unpack(
  record: ArrayBuffer | undefined,
  place: PackPlace,
  octets: number,
): Uint8Array<ArrayBuffer> {
  if (!holds(record, place, octets)) throw damagedError('pack', place.pack);
  const view = new Uint8Array(record, place.offset, octets);
  // A copy, so that holding one small message does not hold four megabytes.
  return octets === record.byteLength ? view : view.slice();
}
