/** What real servers do, a row a quirk: the list is A7 of the matrix of servers and clients. */
import { describe, expect, it } from 'vitest';
import { CUTS } from '../../../support/cuts.ts';
import { LOGIN_QUIRKS } from './login.ts';
import { MAILDROP_QUIRKS } from './maildrop.ts';
import { show } from './rig.ts';

const QUIRKS = [...LOGIN_QUIRKS, ...MAILDROP_QUIRKS].toSorted((a, b) => a.row - b.row);

it('every row of the list is shown', () => {
  expect([...new Set(QUIRKS.map(({ row }) => row))]).toEqual(
    Array.from({ length: 34 }, (_, index) => index + 1),
  );
});

describe('quirk', () => {
  it.each(QUIRKS)('$row, $server: $quirk', (quirk) => show(quirk));
});

describe.each(Object.entries(CUTS))('however the network cuts, %s', (_, cut) => {
  const fetches = QUIRKS.filter(({ shown }) => typeof shown !== 'function');
  it.each(fetches)('$row, $server: $quirk', (quirk) => show(quirk, cut));
});
