/** Something goes wrong at each command of a fetch that takes of large messages the beginning alone, or those since a day. */
import { afterEach, describe, expect, it } from 'vitest';
import type { MaildropMessage } from '../../proxy/demo/maildrop.ts';
import type { Faults } from '../../proxy/demo/pop3-faults.ts';
import type { Account } from '../../web/model/account.ts';
import { makeMail, SyncRig, USER } from '../integration/sync/rig.ts';
import { impatiently } from './impatience.ts';
import { tried } from './points.ts';

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2026, 0, 1);
const COUNT = 24;
const WANTED_FROM = 10;

/** Message n came on day n; every third is large. */
const MAIL: readonly MaildropMessage[] = Array.from({ length: COUNT }, (_, index) => {
  const number = index + 1;
  const came = new Date(FIRST_DAY + number * DAY_MS).toUTCString().replace('GMT', '+0000');
  const received = new TextEncoder().encode(`Received: from a by b; ${came}\r\n`);
  const raw = Buffer.concat([received, makeMail(number, number % 3 === 0 ? 6_000 : 300)]);
  return { uidl: `uid-${number}`, raw: new Uint8Array(raw) };
});

const FAULTS: readonly { name: string; at: (command: string) => Faults }[] = [
  { name: 'a cut', at: (command) => ({ dropAt: [command] }) },
  ...['', '[SYS/TEMP] disk is full', '[SYS/PERM] mailbox is damaged'].map((text) => ({
    name: `-ERR ${text}`,
    at: (command: string): Faults => ({ refuse: { [command]: text } }),
  })),
  ...['garbage\r\n', '+OK\r\n', '+OK half an answer\r\nSubject: ', '+OK\r\n.\r\n'].map((octets) => ({
    name: JSON.stringify(octets),
    at: (command: string): Faults => ({ instead: { [command]: octets } }),
  })),
];

const CHOICES: readonly { what: string; given: Partial<Account> }[] = [
  // Smaller than anybody may choose, so that a thousand fetches stay small.
  { what: 'beginnings', given: { headsAbove: 2_000 as 100_000 } },
  { what: 'those since a day', given: { fetch: { what: 'since', from: FIRST_DAY + WANTED_FROM * DAY_MS } } },
  {
    what: 'beginnings of those since a day, one command at a time',
    given: {
      headsAbove: 2_000 as 100_000,
      fetch: { what: 'since', from: FIRST_DAY + WANTED_FROM * DAY_MS },
    },
  },
];

const rigs: SyncRig[] = [];
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.stop()));
});

async function start(given: Partial<Account>, faults: Faults, onCommand?: (command: string) => void) {
  const rig = await SyncRig.start([...MAIL], faults, USER, onCommand);
  rigs.push(rig);
  Object.assign(rig.account, given);
  return rig;
}

/** What is here is here once, as it was sent, a beginning by its beginning; and of what is wanted nothing is missing. */
async function expectWhole(rig: SyncRig, { fetch }: Partial<Account>): Promise<void> {
  const rows = await rig.store.summaries();
  const names = rows.map(({ uidl }): string => uidl);
  expect(new Set(names).size).toBe(names.length);
  const wanted = MAIL.slice(fetch === undefined ? 0 : WANTED_FROM - 1).map(({ uidl }) => uidl);
  expect(names).toEqual(expect.arrayContaining(wanted));
  for (const { id, uidl, partial } of rows) {
    const raw = Buffer.from((await rig.store.raw(id)) ?? []);
    const sent = Buffer.from(MAIL.find((message) => message.uidl === uidl)?.raw ?? []);
    expect(raw.equals(sent.subarray(0, raw.length))).toBe(true);
    expect(raw.includes('\r\n\r\n')).toBe(true);
    if (partial === undefined) expect(raw.length).toBe(sent.length);
  }
}

describe.each(CHOICES)('$what,', async ({ what, given }) => {
  const base: Faults = what.includes('one command') ? { punishPipelining: true } : {};
  const quiet = await SyncRig.start([...MAIL], { ...base });
  Object.assign(quiet.account, given);
  await quiet.fetch();
  await quiet.stop();
  const points = quiet.commands.flatMap((command, nth) =>
    FAULTS.map(({ name, at }) => ({ command, nth, name, fault: at(command) })),
  );

  it.each(tried(points))('$name at command $nth, $command, and a fetch after it', async ({ nth, fault }) => {
    let heard = 0;
    const faults: Faults = { ...base };
    const rig = await start(given, faults, () => {
      if (heard === nth) Object.assign(rig.faults, fault);
      if (heard === nth + 1) lift(rig, fault);
      heard += 1;
    });
    await impatiently(rig.fetch(), rig.clock, () => rig.commands.length);
    expect(heard).toBeGreaterThan(nth);
    lift(rig, fault);
    while (rig.server.connections > 0) await new Promise((resolve) => setImmediate(resolve));
    expect((await rig.fetch()).error).toBeNull();
    await expectWhole(rig, given);
    rig.commands.length = 0;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0, skipped: [] });
    expect(rig.retrieved).toEqual([]);
  });
});

function lift(rig: SyncRig, fault: Faults): void {
  for (const name of Object.keys(fault) as (keyof Faults)[]) delete rig.faults[name];
}
