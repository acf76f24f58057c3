/**
 * What stands in for a unique-id where the server has none: a hash of the header, or of the whole message. What servers
 * add to a message, or say differently of it from one session to the next, must not count. Pure.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { uidl } from '../model/ids.ts';
import type { Uidl } from '../model/ids.ts';
import { bytesFromLatin1, latin1FromBytes } from '../wire/ascii.ts';
import { base64FromBytes } from '../wire/base64.ts';

const LF = 10;
const CR = 13;

/** GNU mailutils adds X-UIDL, UW ipop3d Status and X-Status; all of them while a client looks on. */
const VOLATILE = /^(?:x-uidl|status|x-status|x-keywords|x-imap|x-imapbase|x-mozilla-status2?):/i;
/** Before the header: FTGate says `+OK` twice, mbox servers leave the separator in. */
const PREAMBLE = /^(?:\+OK\b|>?From )/;

/** From a header, with or without what follows it (the reply to TOP). Line ends do not matter. */
export function headerIdentity(message: Uint8Array): Uidl {
  return identity(sha256(header(message).bytes));
}

/** From a whole message. Line ends do not matter, nor how many of them are at its end. */
export function contentIdentity(message: Uint8Array): Uidl {
  const { bytes, end } = header(message);
  return identity(
    sha256
      .create()
      .update(bytes)
      .update(bareLines(message.subarray(end)))
      .digest(),
  );
}

/** Octets of what does not count in the header, with CRLF: a message may be larger by so much than it was before. */
export function volatileOctets(message: Uint8Array): number {
  return header(message).droppedOctets;
}

/** No server can say a unique-id with a line feed in it, so that the two are never taken for each other. */
function identity(digest: Uint8Array): Uidl {
  return uidl(`\n${base64FromBytes(digest)}`);
}

function header(message: Uint8Array): { bytes: Uint8Array; droppedOctets: number; end: number } {
  const end = headerEnd(message);
  const lines = latin1FromBytes(message.subarray(0, end)).split(/\r?\n/);
  let [kept, droppedOctets] = ['', 0];
  let drops = false;
  let isFirst = true;
  for (const line of lines) {
    if (line === '') continue;
    // Folded lines share the fate of the field they belong to.
    if (!/^[ \t]/.test(line)) drops = isFirst && PREAMBLE.test(line) ? true : VOLATILE.test(line);
    isFirst &&= drops;
    if (drops) droppedOctets += line.length + 2;
    else kept += `${line}\n`;
  }
  return { bytes: bytesFromLatin1(kept), droppedOctets, end };
}

/** Index behind the empty line that ends the header, or the length. */
function headerEnd(message: Uint8Array): number {
  let start = 0;
  for (let lf = message.indexOf(LF); lf >= 0; lf = message.indexOf(LF, start)) {
    const length = lf > start && message[lf - 1] === CR ? lf - 1 - start : lf - start;
    if (length === 0) return lf + 1;
    start = lf + 1;
  }
  return message.length;
}

/** The octets with LF for CRLF, and without line ends at the end. */
function bareLines(bytes: Uint8Array): Uint8Array {
  const kept = new Uint8Array(bytes.length);
  let length = 0;
  bytes.forEach((octet, at) => {
    if (octet !== CR || bytes[at + 1] !== LF) kept[length++] = octet;
  });
  while (length > 0 && kept[length - 1] === LF) length--;
  return kept.subarray(0, length);
}
