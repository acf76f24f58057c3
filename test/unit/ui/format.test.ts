import { describe, expect, it } from 'vitest';
import { dateFormat, hueOf, initials, listDate, nameHidesAddress, nameOf } from '../../../web/ui/format.ts';

/** Monday, 23 November 2026, 16:20 UTC. */
const NOW = Date.UTC(2026, 10, 23, 16, 20);
const at = (iso: string): number => Date.parse(iso);

describe('short dates', () => {
  it.each([
    ['a minute ago', '2026-11-23T16:19:00Z', 'UTC', '16:19'],
    ['midnight today', '2026-11-23T00:00:00Z', 'UTC', '00:00'],
    ['a second before midnight', '2026-11-22T23:59:59Z', 'UTC', 'Sun'],
    ['six days ago', '2026-11-17T00:00:00Z', 'UTC', 'Tue'],
    ['a week ago: no weekday that could be taken for today', '2026-11-16T23:59:00Z', 'UTC', '16 Nov'],
    ['this year', '2026-01-01T12:00:00Z', 'UTC', '1 Jan'],
    ['the year before', '2025-12-31T12:00:00Z', 'UTC', '31 Dec 2025'],
    ['today later, by a wrong clock', '2026-11-23T20:00:00Z', 'UTC', '20:00'],
    ['tomorrow, by a wrong clock', '2026-11-24T09:00:00Z', 'UTC', '24 Nov'],
    ['far in the future', '2999-01-01T00:00:00Z', 'UTC', '1 Jan 2999'],
    ['1970', '1970-01-01T00:00:00Z', 'UTC', '1 Jan 1970'],
    ['already tomorrow in Tokyo', '2026-11-23T14:59:00Z', 'Asia/Tokyo', 'Mon'],
    ['still today in Tokyo', '2026-11-23T15:01:00Z', 'Asia/Tokyo', '00:01'],
    ['the day before in Los Angeles', '2026-11-23T07:59:00Z', 'America/Los_Angeles', 'Sun'],
    ['the same day in Los Angeles', '2026-11-23T08:01:00Z', 'America/Los_Angeles', '00:01'],
    ['a zone 45 minutes off', '2026-11-23T16:00:00Z', 'Asia/Kathmandu', '21:45'],
  ])('%s', (_name, iso, zone, expected) => {
    expect(dateFormat(zone, 'h23').short(at(iso), NOW)).toBe(expected);
  });

  it('counts days, not hours, across a change of clocks', () => {
    // Berlin, 25 October 2026: that day has 25 hours.
    const now = at('2026-10-31T22:30:00Z');
    expect(dateFormat('Europe/Berlin', 'h23').short(at('2026-10-24T22:30:00Z'), now)).toBe('Sun');
    expect(dateFormat('Europe/Berlin', 'h23').short(at('2026-10-24T21:30:00Z'), now)).toBe('24 Oct');
  });

  it('has twelve hours where people do', () => {
    expect(dateFormat('UTC', 'h12').short(NOW, NOW)).toBe('4:20 pm');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 9e15, -9e15])('shows nothing for %s', (impossible) => {
    const dates = dateFormat('UTC', 'h23');
    expect(dates.short(impossible, NOW)).toBe('');
    expect(dates.medium(impossible, NOW)).toBe('');
    expect(dates.full(impossible)).toBe('');
  });
});

describe('longer dates', () => {
  const dates = dateFormat('UTC', 'h23');
  it.each([
    ['today', '2026-11-23T09:05:00Z', '09:05'],
    ['this year', '2026-11-03T14:05:00Z', 'Tue 3 Nov, 14:05'],
    ['before', '2024-11-03T14:05:00Z', 'Sun 3 Nov 2024, 14:05'],
  ])('%s', (_name, iso, expected) => {
    expect(dates.medium(at(iso), NOW)).toBe(expected);
  });

  it('says everything as a title', () => {
    expect(dates.full(at('2026-11-03T14:05:00Z'))).toBe('Tuesday, 3 November 2026 at 14:05');
  });

  it('lists a message without a date under the time it came', () => {
    expect(listDate({ sentAt: null, receivedAt: 7 })).toBe(7);
    expect(listDate({ sentAt: 0, receivedAt: 7 })).toBe(0);
  });
});

describe('names', () => {
  it.each([
    ['a name', { name: ' Mara Lindqvist ', address: 'm@x.example' }, 'Mara Lindqvist', 'ML'],
    ['three words', { name: 'Ana de Sousa', address: 'a@x.example' }, 'Ana de Sousa', 'AS'],
    ['only an address', { name: '', address: 'noreply@x.example' }, 'noreply@x.example', 'NE'],
    ['Japanese', { name: '田中 美咲', address: 'm@x.example' }, '田中 美咲', '田'],
    ['Arabic', { name: 'ليلى حداد', address: 'l@x.example' }, 'ليلى حداد', 'ل'],
    ['Greek', { name: 'Ελένη Π.', address: 'e@x.example' }, 'Ελένη Π.', 'ΕΠ'],
    ['quotes and brackets', { name: '"(Bob)" [Team]', address: 'b@x.example' }, '"(Bob)" [Team]', 'BT'],
    ['only signs', { name: '***', address: 'b@x.example' }, '***', '?'],
    ['a letter beyond the basic plane', { name: '𝒵 𝒜', address: 'b@x.example' }, '𝒵 𝒜', '𝒵'],
    ['nothing at all', { name: '', address: '' }, 'Unknown sender', '?'],
  ])('%s', (_name, mailbox, name, letters) => {
    expect(nameOf(mailbox)).toBe(name);
    expect(initials(mailbox)).toBe(letters);
  });

  it.each([
    ['an honest name', 'Your bank', 'x@bank.example', false],
    ['another address as name', 'service@bank.example', 'x@evil.example', true],
    ['the same address as name', 'X@Bank.example', 'x@bank.example', false],
    ['another address inside a name', 'Bank <service@bank.example>', 'x@evil.example', true],
  ])('%s', (_name, name, address, hides) => {
    expect(nameHidesAddress({ name, address })).toBe(hides);
  });

  it('gives one colour to one address, however it is written', () => {
    expect(hueOf('Mara@Lindqvist.example')).toBe(hueOf('mara@lindqvist.example'));
    expect(hueOf('a@b.example')).not.toBe(hueOf('b@a.example'));
    expect(hueOf('')).toBeGreaterThanOrEqual(0);
  });
});
