/**
 * Dates as a mail list writes them, and names of people. Pure; the present and the time zone are handed in. Sizes and
 * counts are in units.ts.
 */
import type { Mailbox } from '../model/message.ts';

export interface DateFormat {
  /** Time today, weekday in the week before, `3 Nov` this year, `3 Nov 2024` before. */
  short(atMs: number, nowMs: number): string;
  /** Time today, else day and time; with the year when it is another one. */
  medium(atMs: number, nowMs: number): string;
  /** `Tuesday, 3 November 2026 at 14:05`. */
  full(atMs: number): string;
}

/** Formats of one time zone; the browser's when none is given. 12 or 24 hours as the browser's language has it. */
export function dateFormat(timeZone?: string, hourCycle: 'h12' | 'h23' = localHourCycle()): DateFormat {
  const zone = timeZone === undefined ? {} : { timeZone };
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { ...zone, ...options });
  const time = format({ hour: hourCycle === 'h23' ? '2-digit' : 'numeric', minute: '2-digit', hourCycle });
  const weekday = format({ weekday: 'short' });
  const day = format({ day: 'numeric', month: 'short' });
  const dayAndYear = format({ day: 'numeric', month: 'short', year: 'numeric' });
  const longWeekday = format({ weekday: 'long' });
  const longDay = format({ day: 'numeric', month: 'long', year: 'numeric' });
  const digits = format({ year: 'numeric', month: 'numeric', day: 'numeric' });

  /** Days since 1970 of the calendar date there, so that days can be counted across a change of clocks. */
  const dayNumber = (atMs: number): number => {
    const part = Object.fromEntries(
      digits.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]),
    );
    return Date.UTC(part['year'] ?? 0, (part['month'] ?? 1) - 1, part['day'] ?? 1) / 86_400_000;
  };

  const dayOf = (atMs: number, nowMs: number): string =>
    (yearOf(dayNumber(atMs)) === yearOf(dayNumber(nowMs)) ? day : dayAndYear).format(atMs);

  return {
    short(atMs, nowMs) {
      if (!isDate(atMs)) return '';
      const ago = dayNumber(nowMs) - dayNumber(atMs);
      if (ago === 0) return time.format(atMs);
      if (ago > 0 && ago < 7) return weekday.format(atMs);
      return dayOf(atMs, nowMs);
    },
    medium(atMs, nowMs) {
      if (!isDate(atMs)) return '';
      if (dayNumber(nowMs) === dayNumber(atMs)) return time.format(atMs);
      return `${weekday.format(atMs)} ${dayOf(atMs, nowMs)}, ${time.format(atMs)}`;
    },
    full: (atMs) =>
      isDate(atMs) ? `${longWeekday.format(atMs)}, ${longDay.format(atMs)} at ${time.format(atMs)}` : '',
  };
}

function yearOf(dayNumber: number): number {
  return new Date(dayNumber * 86_400_000).getUTCFullYear();
}

/** Mail claims any date; Intl throws on those that no calendar has. */
function isDate(atMs: number): boolean {
  return !Number.isNaN(new Date(atMs).getTime());
}

function localHourCycle(): 'h12' | 'h23' {
  const cycle = new Intl.DateTimeFormat(undefined, { hour: 'numeric' }).resolvedOptions().hourCycle;
  return cycle === 'h11' || cycle === 'h12' ? 'h12' : 'h23';
}

/** The date a message is listed under: its own, else when it came here. */
export function listDate(message: { sentAt: number | null; receivedAt: number }): number {
  return message.sentAt ?? message.receivedAt;
}

/** A person's name, else the address, else a word for nobody. */
export function nameOf(mailbox: Mailbox): string {
  return mailbox.name.trim() || mailbox.address || 'Unknown sender';
}

/** A name that looks like another address may be meant to deceive: then the true address must stand beside it. */
export function nameHidesAddress(mailbox: Mailbox): boolean {
  return mailbox.name.includes('@') && !mailbox.name.toLowerCase().includes(mailbox.address.toLowerCase());
}

/** One or two letters for an avatar: of the first and last word, one only where words are not written apart. */
export function initials(mailbox: Mailbox): string {
  const name = mailbox.name.trim() || mailbox.address;
  const words = name.split(/[\s._-]+/u).flatMap((word) => /[\p{L}\p{N}]/u.exec(word)?.[0] ?? []);
  const first = words[0] ?? '?';
  const last = words.length > 1 ? words.at(-1) : '';
  const apart = /\p{Script=Latin}|\p{Script=Greek}|\p{Script=Cyrillic}|\p{N}/u.test(first);
  return (apart ? first + (last ?? '') : first).toUpperCase();
}

/** 0–359, always the same for an address. */
export function hueOf(address: string): number {
  let hash = 2_166_136_261;
  for (const char of address.toLowerCase()) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 16_777_619);
  return (hash >>> 0) % 360;
}
