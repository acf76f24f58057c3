/**
 * The inside of a move file: accounts with their settings and with the identities of all that was ever fetched, as JSON in
 * UTF-8. Mail is not in it. Whoever wrote it knew the passphrase, but everything is looked at all the same. Pure.
 */
import * as v from 'valibot';
import { PoplarError } from '../errors.ts';
import type { ServerAddress } from '../model/account.ts';
import { uidl, type Uidl } from '../model/ids.ts';
import { utf8FromText } from '../wire/ascii.ts';

/** RFC 1939 §7 allows 70 octets; servers go beyond, and identities made here have something behind (see Uidl). */
const MAX_UIDL_LENGTH = 2_000;
const MAX_UIDLS = 2_000_000;
const MAX_ACCOUNTS = 1_000;

export interface MovedAccount {
  address: string;
  displayName: string;
  incoming: ServerAddress;
  user: string;
  /** AccountOptions of whatever version; to be cleaned. */
  options: Record<string, unknown>;
  /** The rule that was confirmed on the other device, of whatever version; to be cleaned. Null: it keeps everything. */
  rule: unknown;
  /** Null when it is not to be moved. */
  password: string | null;
  known: Uidl[];
}

export interface MoveContents {
  /** Milliseconds since 1970. */
  madeAt: number;
  accounts: MovedAccount[];
}

const text = v.pipe(v.string(), v.maxLength(10_000));
const time = v.pipe(v.number(), v.finite());

const incoming = v.object({
  host: text,
  port: v.number(),
  security: v.picklist(['tls', 'starttls', 'none']),
  bridge: v.exactOptional(v.object({ url: text })),
  pin: v.exactOptional(text),
  pinned: v.exactOptional(
    v.object({ subject: text, issuer: text, names: text, validFromMs: time, validToMs: time }),
  ),
});

/** One char an octet, and not empty: see Uidl. */
const identity = v.pipe(v.string(), v.maxLength(MAX_UIDL_LENGTH), v.regex(/^[\0-\xff]+$/), v.transform(uidl));

const movedAccount = v.object({
  address: text,
  displayName: text,
  incoming,
  user: text,
  options: v.record(v.string(), v.unknown()),
  rule: v.unknown(),
  password: v.nullable(text),
  known: v.pipe(v.array(identity), v.maxLength(MAX_UIDLS)),
});

const moveContents = v.object({
  madeAt: time,
  accounts: v.pipe(v.array(movedAccount), v.maxLength(MAX_ACCOUNTS)),
});

export function writeContents(contents: MoveContents): Uint8Array<ArrayBuffer> {
  return utf8FromText(JSON.stringify(contents));
}

/** Throws PoplarError `file-damaged` for anything that no Poplar has written. */
export function readContents(bytes: Uint8Array): MoveContents {
  try {
    return v.parse(moveContents, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw new PoplarError('file-damaged', 'page', { detail: { what: 'move file' }, cause });
  }
}
