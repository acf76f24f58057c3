/** Who greets? What stays the same in the greetings of one server, or of the many that answer by one name. Pure. */

/** Days and months, as dates have them. */
const CALENDAR =
  /^(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6},?$/i;
const MAX_CHARS = 120;

/**
 * The text of a greeting without what changes: the timestamp of APOP, dates, numbers, and long tokens such as Exchange's
 * base64 name of the machine. An update of the server mostly shows, because its version is left.
 */
export function fingerprintOf(greeting: string): string {
  return greeting
    .replace(/<[^>]*>/g, '')
    .replace(/\[[^\]]{16,}\]/g, '')
    .split(/\s+/)
    .filter((word) => word !== '' && !isPassing(word))
    .join(' ')
    .slice(0, MAX_CHARS);
}

function isPassing(word: string): boolean {
  if (CALENDAR.test(word) || word.length > 40) return true;
  // A version (`4.0.5`, `v1.2`) stays; times, dates, process numbers and machines of a cluster go.
  return /\d/.test(word) && !/^\(?v?\d+(?:\.\d+){1,2}\w*\)?$/i.test(word);
}
