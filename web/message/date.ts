/**
 * Dates in mail headers (RFC 5322 §3.3 and §4.3, and the common broken forms) as milliseconds since 1970. Words are
 * told apart by their shape, not their place. No clock and no Date.parse: the same text gives the same moment anywhere.
 */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Minutes east of UTC. RFC 5322 §4.3 defines the American ones; the rest is what mailers write. */
const ZONES: Readonly<Record<string, number>> = {
  ut: 0,
  utc: 0,
  gmt: 0,
  z: 0,
  wet: 0,
  west: 60,
  bst: 60,
  cet: 60,
  met: 60,
  mez: 60,
  cest: 120,
  mest: 120,
  mesz: 120,
  eet: 120,
  eest: 180,
  msk: 180,
  ist: 330,
  sgt: 480,
  hkt: 480,
  awst: 480,
  jst: 540,
  kst: 540,
  aest: 600,
  aedt: 660,
  nzst: 720,
  nzdt: 780,
  ast: -240,
  adt: -180,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  akst: -540,
  akdt: -480,
  hst: -600,
};

const MAX_DATE_CHARS = 200;

interface Parts {
  year: number | null;
  month: number | null;
  day: number | null;
  /** Milliseconds since midnight. */
  timeMs: number | null;
  afternoon: boolean | null;
  /** Minutes east of UTC. */
  zone: number | null;
}

/** What RFC 5322 §3.3 asks for and nearly all mail has: read at one look instead of several at each word. */
const USUAL =
  /^ ?(?:(?:mon|tue|wed|thu|fri|sat|sun), *)?(\d\d?) ([a-z]{3}) (\d{4}) ([01]\d|2[0-4]):([0-5]\d):([0-5]\d|60) ([+-]\d{4})(?: \([^()]*\)?)?$/i;

/** Milliseconds since 1970, or null when no date can be read. A missing zone means UTC. */
export function parseDate(value: string): number | null {
  const text = value.slice(0, MAX_DATE_CHARS);
  const usual = USUAL.exec(text);
  return toMs(usual === null ? partsOf(text) : usualParts(usual));
}

function usualParts([, day, month = '', year, hours, minutes, seconds, zone = '']: RegExpExecArray): Parts {
  return {
    year: Number(year),
    month: MONTHS.indexOf(month.toLowerCase()),
    day: Number(day),
    timeMs: (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000,
    afternoon: null,
    zone: offset(zone),
  };
}

function partsOf(text: string): Parts {
  const parts: Parts = { year: null, month: null, day: null, timeMs: null, afternoon: null, zone: null };
  const words = text
    .replace(/\([^()]*\)?/g, ' ')
    .replace(/"/g, ' ')
    .split(/[\s,]+/);
  for (const word of words) if (word !== '') takeWord(parts, word.toLowerCase());
  return parts;
}

function takeWord(parts: Parts, word: string): void {
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:t(.+))?$/.exec(word);
  if (iso !== null) {
    setDate(parts, Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]));
    if (iso[4] !== undefined) takeTime(parts, iso[4]);
    return;
  }
  const dashed = /^(\d{1,2})[-/.]([a-z]{3})[a-z]*\.?[-/.](\d{2,4})$/.exec(word);
  if (dashed !== null) {
    setDate(parts, fullYear(dashed[3] ?? ''), MONTHS.indexOf(dashed[2] ?? ''), Number(dashed[1]));
    return;
  }
  if (takeTime(parts, word)) return;
  if (/^\d+$/.test(word)) takeNumber(parts, word);
  else if (/^[a-z]/.test(word)) takeName(parts, word);
  else if (/^[+-]/.test(word)) parts.zone ??= offset(word);
}

function setDate(parts: Parts, year: number, month: number, day: number): void {
  parts.year ??= year;
  parts.month ??= month;
  parts.day ??= day;
}

/** `10:00`, `10:00:30.5`, `10.00.30`, with a zone or am/pm glued on. */
function takeTime(parts: Parts, word: string): boolean {
  const match =
    /^(\d{1,2})([:.])(\d{1,2})(?:\2(\d{1,2})(?:[.,](\d{1,9}))?)?(z|am|pm|[+-]\d{1,2}:?\d{2})?$/.exec(word);
  if (match === null || parts.timeMs !== null) return false;
  const [, hours, , minutes, seconds = '0', fraction = '0', tail = ''] = match;
  if (Number(hours) > 24 || Number(minutes) > 59 || Number(seconds) > 60) return false;
  const wholeSeconds = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  parts.timeMs = wholeSeconds * 1000 + Math.trunc(Number(`0.${fraction}`) * 1000);
  if (tail === 'am' || tail === 'pm') parts.afternoon = tail === 'pm';
  else if (tail !== '') parts.zone ??= tail === 'z' ? 0 : offset(tail);
  return true;
}

function takeNumber(parts: Parts, word: string): void {
  const number = Number(word);
  if (parts.day === null && word.length <= 2 && number >= 1 && number <= 31) parts.day = number;
  else if (parts.year === null && (word.length === 2 || word.length === 3 || word.length === 4)) {
    parts.year = fullYear(word);
  } else if (parts.timeMs !== null && word.length === 4) parts.zone ??= offset(`+${word}`);
}

function takeName(parts: Parts, word: string): void {
  const month = MONTHS.indexOf(word.slice(0, 3));
  if (month >= 0 && parts.month === null) parts.month = month;
  else if (word === 'am' || word === 'pm') parts.afternoon = word === 'pm';
  else if (parts.timeMs !== null && parts.zone === null) parts.zone = zoneByName(word);
}

/** `GMT+0100` is one hour east; an unknown name says nothing (RFC 5322 §4.3: as good as -0000). */
function zoneByName(word: string): number | null {
  const match = /^([a-z]+)([+-]\d{1,2}:?\d{0,2})?$/.exec(word);
  if (match === null) return null;
  return match[2] === undefined ? (ZONES[match[1] ?? ''] ?? null) : offset(match[2]);
}

function offset(text: string): number | null {
  const match = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(text);
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? '0');
  // Nobody lives more than 14 hours from Greenwich; what claims so is noise.
  return minutes > 14 * 60 ? null : match[1] === '-' ? -minutes : minutes;
}

/** RFC 5322 §4.3: two digits below 50 are 2000 on, other two and three digits are 1900 on. */
function fullYear(digits: string): number {
  const number = Number(digits);
  if (digits.length > 3) return number;
  return number + (digits.length === 2 && number < 50 ? 2000 : 1900);
}

function toMs(parts: Parts): number | null {
  const { year, month, day, timeMs, afternoon, zone } = parts;
  if (year === null || month === null || day === null || month < 0) return null;
  if (year < 1900 || year > 9999 || day < 1 || month > 11) return null;
  if (day > 28 && day > new Date(Date.UTC(year, month + 1, 0)).getUTCDate()) return null;
  let sinceMidnightMs = timeMs ?? 0;
  const halfDayMs = 12 * 3_600_000;
  if (afternoon === true && sinceMidnightMs < halfDayMs) sinceMidnightMs += halfDayMs;
  if (afternoon === false && sinceMidnightMs >= halfDayMs) sinceMidnightMs -= halfDayMs;
  return Date.UTC(year, month, day) + sinceMidnightMs - (zone ?? 0) * 60_000;
}
