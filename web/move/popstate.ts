/**
 * Thunderbird's popstate.dat: which messages it has fetched of which mailbox. Pure. The form, as Netscape made it and
 * nsPop3Protocol.cpp and Pop3Client.jsm read and write it:
 *
 *     # POP3 State File
 *     # This is a generated file!  Do not edit.
 *
 *     *pop.example.org ann
 *     k 000123abc 1262304000
 *
 * After the line of a host and a user, one line a message: a flag, its unique-id and, since 2007, when it was fetched in
 * seconds since 1970. `k`: kept on the server; `d`: to be deleted there with the next visit; `b`: too big, so that only its
 * header was fetched; `f`: its body is to be fetched next time. Old files hold several mailboxes.
 */
import { PoplarError } from '../errors.ts';
import { uidl, type Uidl } from '../model/ids.ts';
import { MAX_MOVE_OCTETS } from '../model/move.ts';
import { displayText, latin1FromBytes } from '../wire/ascii.ts';

/** As in a move file. */
const MAX_UIDL_LENGTH = 2_000;
/** In seconds: beyond it a time is none. The year 6429. */
const MAX_SECONDS = 2 ** 37;

export interface PopstateEntry {
  /** Whole: `k` and `d`. Of the others only the header is there, so they are no reason not to fetch. */
  isWhole: boolean;
  /** Milliseconds since 1970, or null. */
  fetchedAt: number | null;
}

export interface PopstateMailbox {
  host: string;
  user: string;
  /**
   * One a unique-id: Thunderbird has no two, so that a line that comes again is a copy and never another message. The
   * last one counts, as it does there.
   */
  entries: Map<Uidl, PopstateEntry>;
}

export interface Popstate {
  /** In the order of the file. */
  mailboxes: PopstateMailbox[];
  /** Numbers of lines that could not be read, from 1. */
  oddLines: number[];
}

/**
 * Reads what can be read. Throws PoplarError `file-too-large`; `file-unknown` when no line names a mailbox; `file-damaged`
 * with the first line that is wrong when none of its lines can be read.
 */
export function readPopstate(file: Uint8Array): Popstate {
  if (file.length > MAX_MOVE_OCTETS) {
    const detail = { octets: file.length, limitOctets: MAX_MOVE_OCTETS };
    throw new PoplarError('file-too-large', 'page', { detail });
  }
  const mailboxes = new Map<string, PopstateMailbox>();
  const oddLines: number[] = [];
  let mailbox: PopstateMailbox | null = null;
  let [number, readable] = [0, 0];
  for (const line of latin1FromBytes(file).split(/\r\n|\n|\r/)) {
    number += 1;
    const text = number === 1 ? line.replace(/^\xef\xbb\xbf/, '') : line;
    if (text.trim() === '' || text.startsWith('#')) continue;
    if (text.startsWith('*')) {
      mailbox = mailboxOf(text, mailboxes);
      if (mailbox === null) oddLines.push(number);
      continue;
    }
    const entry = mailbox === null ? null : entryOf(text);
    if (mailbox === null || entry === null) oddLines.push(number);
    else {
      readable += 1;
      mailbox.entries.set(entry.uidl, entry.entry);
    }
  }
  if (mailboxes.size === 0)
    throw new PoplarError('file-unknown', 'page', { detail: { what: 'popstate.dat' } });
  const [line] = oddLines;
  if (readable === 0 && line !== undefined) {
    throw new PoplarError('file-damaged', 'page', { detail: { what: 'popstate.dat', line } });
  }
  return { mailboxes: [...mailboxes.values()], oddLines };
}

/** Those that Thunderbird has whole. */
export function fetchedWhole({ entries }: PopstateMailbox): Uidl[] {
  return Array.from(entries, ([identity, { isWhole }]) => (isWhole ? [identity] : [])).flat();
}

function mailboxOf(line: string, mailboxes: Map<string, PopstateMailbox>): PopstateMailbox | null {
  const [, name = '', rest = ''] = /^\*\s*(\S+)\s+(.+)$/.exec(line) ?? [];
  const [host, user] = [displayText(name), displayText(rest)];
  if (host === '' || user === '') return null;
  const key = `${host}\n${user}`;
  const mailbox = mailboxes.get(key) ?? { host, user, entries: new Map<Uidl, PopstateEntry>() };
  mailboxes.set(key, mailbox);
  return mailbox;
}

function entryOf(line: string): { uidl: Uidl; entry: PopstateEntry } | null {
  const [flag = '', identity = '', seconds = ''] = line.trim().split(/[ \t]+/);
  if (!/^[kdbf]$/.test(flag) || identity.length > MAX_UIDL_LENGTH) return null;
  // RFC 1939 §7: 0x21 to 0x7E; there are servers that go beyond.
  if (!/^[\x21-\x7e\x80-\xff]+$/.test(identity)) return null;
  const at = /^\d+$/.test(seconds) ? Number(seconds) : 0;
  const fetchedAt = at > 0 && at < MAX_SECONDS ? at * 1000 : null;
  return { uidl: uidl(identity), entry: { isWhole: flag === 'k' || flag === 'd', fetchedAt } };
}
