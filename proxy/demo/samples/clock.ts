/**
 * Dates of the sample mail, counted back from the moment the demo starts, so that the mailbox looks lived in.
 * Pure: the moment is handed in. English words only; the samples are written in several languages but dated in one.
 */

/**
 * When a letter was sent: some minutes ago; a day counted back, at a time of that day in the sender's zone; or the last
 * such day of the year (`12-31`) that is at least `SEASON_DAYS` ago, for letters that belong to a date.
 */
export type When =
  { minutesAgo: number } | { daysAgo: number; at: string } | { lastTime: string; at: string };

const SEASON_DAYS = 60;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;

const two = (value: number): string => String(value).padStart(2, '0');

export class SampleClock {
  readonly nowMs: number;

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  /**
   * Milliseconds since 1970; `zone` is `+hhmm`. Days are counted in UTC for everybody, so that letters from two zones
   * stand in the same order whatever the hour of the start.
   */
  moment(when: When, zone: string): number {
    if ('minutesAgo' in when) return this.nowMs - when.minutesAgo * MINUTE_MS;
    const day = 'daysAgo' in when ? this.#midnight(when.daysAgo) : this.#lastTime(when.lastTime);
    return day + timeMs(when.at) - zoneMs(zone);
  }

  #midnight(daysAgo: number): number {
    return (Math.floor(this.nowMs / DAY_MS) - daysAgo) * DAY_MS;
  }

  #lastTime(monthAndDay: string): number {
    const latest = this.#midnight(SEASON_DAYS);
    const year = new Date(latest).getUTCFullYear();
    const inYear = (which: number): number => Date.parse(`${which}-${monthAndDay}T00:00:00Z`);
    return inYear(year) <= latest ? inYear(year) : inYear(year - 1);
  }

  /** Such as `Saturday 28 November`; days may lie ahead. Counted in UTC. */
  day(daysAhead: number): string {
    const date = this.#date(daysAhead);
    return `${WEEKDAYS[date.getUTCDay()] ?? ''} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''}`;
  }

  /** Such as `28 November 2026`. */
  fullDate(daysAhead: number): string {
    const date = this.#date(daysAhead);
    return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`;
  }

  /** Such as `Saturday`. */
  weekday(daysAhead: number): string {
    return WEEKDAYS[this.#date(daysAhead).getUTCDay()] ?? '';
  }

  /** Days from today to the next such weekday (0 is Sunday), at least `from` days ahead. */
  daysUntil(weekday: number, from = 1): number {
    return from + ((weekday - this.#date(from).getUTCDay() + 7) % 7);
  }

  /** A UTC stamp as calendars write it, `20261128T180000Z`. */
  calendarStamp(daysAhead: number, at: string): string {
    const date = this.#date(daysAhead);
    const day = `${date.getUTCFullYear()}${two(date.getUTCMonth() + 1)}${two(date.getUTCDate())}`;
    return `${day}T${at.replace(':', '')}00Z`;
  }

  #date(daysAhead: number): Date {
    return new Date(this.nowMs + daysAhead * DAY_MS);
  }
}

/** A date as RFC 5322 §3.3 writes it, the day always with two digits so that sizes do not change from day to day. */
export function mailDate(ms: number, zone: string): string {
  const date = new Date(ms + zoneMs(zone));
  const day = WEEKDAYS[date.getUTCDay()]?.slice(0, 3) ?? '';
  const month = MONTHS[date.getUTCMonth()]?.slice(0, 3) ?? '';
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${day}, ${two(date.getUTCDate())} ${month} ${date.getUTCFullYear()} ${time} ${zone}`;
}

function zoneMs(zone: string): number {
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5))) * MINUTE_MS;
}

function timeMs(at: string): number {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  return (hours * 60 + minutes) * MINUTE_MS;
}
