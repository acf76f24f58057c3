/**
 * Numbers with the units people use. Pure; must not know what the numbers belong to.
 * Octets are shown in powers of ten (1 MB = 1,000,000), as providers and browsers do.
 */

const wholeNumbers = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const octetUnits = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** `12,345`. */
export function formatNumber(value: number): string {
  return wholeNumbers.format(value);
}

/** `1 message`, `12,345 messages`. The plural defaults to the singular with an s. */
export function formatCount(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(count)} ${count === 1 ? singular : plural}`;
}

/** `48 MB`, `1.2 GB`, `0 bytes`. Anything that is not a size gives an empty string. */
export function formatOctets(octets: number): string {
  if (!Number.isFinite(octets) || octets < 0) return '';
  let value = octets;
  let unit = 0;
  while (value >= 999.5 && unit < octetUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  if (unit === 0 && value === 1) return '1 byte';
  const digits = value < 10 && unit > 0 ? oneDecimal : wholeNumbers;
  return `${digits.format(value)} ${octetUnits[unit] ?? ''}`;
}

/** `8 s`, `3 min`, `2 h`, rounded up so that a wait is never shown shorter than it is. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(1, Math.ceil(durationMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.ceil(minutes / 60)} h`;
}

const fullDate = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });

/** `3 November 2026`. An impossible date gives an empty string. */
export function formatDay(atMs: number): string {
  return Number.isNaN(new Date(atMs).getTime()) ? '' : fullDate.format(atMs);
}

/** `just now`, `5 min ago`, `3 h ago`, then the day. */
export function formatAgo(atMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - atMs) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return formatDay(atMs);
}
