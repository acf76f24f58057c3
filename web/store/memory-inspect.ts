/** Mail of a MemoryDisk as a repair reads it, and what it has found. Must not know why somebody looks. */
import type { AccountId, MessageId } from '../model/ids.ts';
import type { MessageDigest } from '../model/message.ts';
import type { Finding, Inspection } from '../model/repair.ts';
import type { MemoryDisk } from './memory-disk.ts';

/** See MailStore.inspect. */
export function inspect(disk: MemoryDisk, account: AccountId, from: MessageId, octets: number): Inspection {
  const own = [...disk.messages.values()].filter(
    ({ summary }) => summary.account === account && summary.id >= from,
  );
  let room = octets;
  const end = own.findIndex(({ raw }, index) => (room -= raw.length) < 0 && index > 0);
  const messages = own.slice(0, end === -1 ? own.length : end).map(({ summary, raw, receipt }) => {
    const { id, uidl, octets, partial, damaged = false, ...rest } = summary;
    const isCut = partial !== undefined;
    return structuredClone({ id, uidl, octets, digest: digestOf(rest), receipt, isCut, damaged, raw });
  });
  return { messages, next: own[messages.length]?.summary.id ?? null };
}

/** See MailStore.applyFindings. */
export function applyFindings(disk: MemoryDisk, findings: readonly Finding[]): MessageId[] {
  return findings.flatMap(({ id, digest, damaged }) => {
    const kept = disk.messages.get(id);
    if (kept === undefined || (digest === null && damaged === (kept.summary.damaged ?? false))) return [];
    const { damaged: _before, ...summary } = { ...kept.summary, ...structuredClone(digest) };
    kept.summary = damaged ? { ...summary, damaged } : summary;
    return [id];
  });
}

function digestOf({ from, to, subject, sentAt, preview, hasAttachment }: MessageDigest): MessageDigest {
  return { from, to, subject, sentAt, preview, hasAttachment };
}
