/** What to fetch: the newest, or since a day. What is left out stays on the server and can be had later. */
import { afterEach, describe, expect, it } from 'vitest';
import type { MaildropMessage } from '../../../proxy/demo/maildrop.ts';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import type { FetchChoice } from '../../../web/model/fetch-choice.ts';
import { SyncRig } from './rig.ts';
import { ServiceRig } from './service-rig.ts';

const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(2026, 0, 1);
const dayOf = (number: number): number => FIRST_DAY + number * DAY_MS;

/** Message n came on day n of the year; its sender's clock is years off. */
const mail = (number: number): MaildropMessage => ({
  uidl: `uid-${number}`,
  raw: new TextEncoder().encode(
    `Received: from a by b; ${new Date(dayOf(number)).toUTCString().replace('GMT', '+0000')}\r\n` +
      `From: Sender ${number} <s${number}@example.org>\r\nSubject: Message ${number}\r\n` +
      `Date: Mon, 2 Nov 2009 10:00:00 +0000\r\n\r\nText ${number}\r\n`,
  ),
});
const maildrop = (count: number): MaildropMessage[] =>
  Array.from({ length: count }, (_, index) => mail(index + 1));

const rigs: SyncRig[] = [];
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.stop()));
});

async function start(
  messages: MaildropMessage[],
  choice: FetchChoice,
  faults: Faults = {},
): Promise<SyncRig> {
  const rig = await SyncRig.start(messages, faults);
  rigs.push(rig);
  rig.account.fetch = choice;
  return rig;
}

async function fetched(rig: SyncRig): Promise<number | undefined> {
  rig.commands.length = 0;
  const { result, error } = await rig.fetch();
  expect(error).toBeNull();
  return result?.fetched;
}
const asked = (rig: SyncRig, verb: string): number =>
  rig.commands.filter((command) => command.startsWith(`${verb} `)).length;
const numbers = async (rig: SyncRig): Promise<number[]> =>
  (await rig.stored()).map((name) => Number(name.slice(4))).sort((a, b) => a - b);
const from = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('the newest', () => {
  const newest: FetchChoice = { what: 'newest', count: 100 };

  it('are fetched, and all that comes from then on', async () => {
    const rig = await start(maildrop(130), newest);
    expect(await fetched(rig)).toBe(100);
    expect(await numbers(rig)).toEqual(from(31, 130));
    expect((await rig.store.status(rig.account.id)).leftOut).toMatchObject({ messages: 30 });
    expect((await rig.store.knownUidls(rig.account.id)).size).toBe(100);
    for (const number of from(131, 250)) rig.maildrop.deliver(mail(number));
    expect(await fetched(rig)).toBe(120);
    expect(await numbers(rig)).toEqual(from(31, 250));
    expect([await fetched(rig), asked(rig, 'RETR'), asked(rig, 'TOP')]).toEqual([0, 0, 0]);
  });

  it('bring up no older ones in place of those that are deleted on the server', async () => {
    const rig = await start(maildrop(130), newest);
    await fetched(rig);
    const session = rig.maildrop.open();
    for (const number of from(31, 130)) session?.markDeleted(number);
    session?.commit();
    expect(await fetched(rig)).toBe(0);
    expect((await rig.store.summaries()).length).toBe(100);
  });

  it('are all that comes, also when what was left out is gone on the server meanwhile', async () => {
    const rig = await start(maildrop(130), newest);
    await fetched(rig);
    const session = rig.maildrop.open();
    for (const number of from(1, 30)) session?.markDeleted(number);
    session?.commit();
    for (const number of from(131, 250)) rig.maildrop.deliver(mail(number));
    expect(await fetched(rig)).toBe(120);
    expect(await numbers(rig)).toEqual(from(31, 250));
  });

  it('are so also when only the newest of it has come before', async () => {
    const rig = await start(maildrop(130), newest);
    await fetched(rig);
    for (const number of from(131, 250)) rig.maildrop.deliver(mail(number));
    rig.faults.refuse = Object.fromEntries(from(131, 245).map((number) => [`RETR ${number}`, 'not now']));
    expect(await fetched(rig)).toBe(5);
    rig.faults.refuse = {};
    const session = rig.maildrop.open();
    for (const number of from(1, 30)) session?.markDeleted(number);
    session?.commit();
    expect(await fetched(rig)).toBe(115);
    expect(await numbers(rig)).toEqual(from(31, 250));
  });

  it('are the same for the first visit and the next, where the newest that is left out has the name of another', async () => {
    const rig = await start(maildrop(130).with(29, { ...mail(30), uidl: 'uid-1' }), newest);
    expect([await fetched(rig), await fetched(rig)]).toEqual([101, 0]);
    expect((await rig.store.status(rig.account.id)).leftOut).toMatchObject({ messages: 29 });
  });

  it('become all once that is wanted, and nothing here is lost when less is', async () => {
    const rig = await start(maildrop(130), newest);
    await fetched(rig);
    rig.account.fetch = { what: 'all' };
    expect(await fetched(rig)).toBe(30);
    expect(asked(rig, 'RETR')).toBe(30);
    expect(await numbers(rig)).toEqual(from(1, 130));
    expect((await rig.store.status(rig.account.id)).leftOut).toEqual({ messages: 0, octets: 0 });
    rig.account.fetch = newest;
    expect(await fetched(rig)).toBe(0);
    expect(await numbers(rig)).toEqual(from(1, 130));
    expect(await rig.damaged()).toEqual([]);
  });

  it('are recognised under other unique-ids, and no older one is looked at', async () => {
    const rig = await start(maildrop(130), newest);
    await fetched(rig);
    rig.faults.uidlOf = (_number, uid) => `renamed-${uid}`;
    expect([await fetched(rig), asked(rig, 'RETR')]).toEqual([0, 0]);
    expect(asked(rig, 'TOP')).toBeLessThanOrEqual(102);
    expect((await rig.store.summaries()).length).toBe(100);
  });

  it('are everything where a provider hands its mail out part by part', async () => {
    const rig = await start(maildrop(130), newest);
    rig.account.incoming = { ...rig.account.incoming, host: 'pop.gmail.com' };
    const { server } = rig;
    const fetch = rig.fetch.bind(rig, {
      parts: { dial: (target, ...rest) => rig.dial({ ...target, host: server.host }, ...rest) },
    });
    expect((await fetch()).result).toMatchObject({ fetched: 130 });
  });
});

describe('a new account', () => {
  it('begins with what was chosen for it, and with no choice that is none', async () => {
    const mail = await SyncRig.start(maildrop(130));
    const service = new ServiceRig(mail);
    try {
      const { api } = service.tab();
      const wrong = service.draft({ fetch: { what: 'newest', count: 7 as 100 } });
      await expect(api.addAccount(wrong)).rejects.toMatchObject({ code: 'bad-input' });
      const { id } = await api.addAccount(service.draft({ fetch: { what: 'newest', count: 100 } }));
      await api.sync(id);
      expect((await api.counts()).map(({ total }) => total)).toEqual([100]);
    } finally {
      await service.stop();
    }
  });

  it('stops what runs when less is wanted', async () => {
    const mail = await SyncRig.start(maildrop(130), { stallInRetr: { nth: 5, afterOctets: 10 } });
    const service = new ServiceRig(mail);
    try {
      const tab = service.tab();
      const { id } = await tab.api.addAccount(service.draft());
      const failed = tab.next('sync-failed');
      const running = tab.api.sync(id);
      while (mail.retrieved.length < 5) await new Promise((resolve) => setImmediate(resolve));
      await tab.api.setAccountOptions(id, { fetch: { what: 'newest', count: 100 } });
      expect((await failed).error.code).toBe('cancelled');
      await running;
      delete mail.faults.stallInRetr;
      await tab.api.sync(id);
      expect((await tab.store.summaries()).length).toBe(100);
    } finally {
      await service.stop();
    }
  });
});

describe('since a day', () => {
  const since: FetchChoice = { what: 'since', from: dayOf(200) };

  it('is fetched what came then, by the servers on the way and not by its sender', async () => {
    const rig = await start(maildrop(300), since);
    expect(await fetched(rig)).toBe(101);
    expect(await numbers(rig)).toEqual(from(200, 300));
    expect(asked(rig, 'TOP')).toBeLessThan(160);
    expect((await rig.store.status(rig.account.id)).leftOut).toMatchObject({ messages: 199 });
  });

  it('is not looked for again, whatever comes', async () => {
    const rig = await start(maildrop(300), since);
    await fetched(rig);
    expect([await fetched(rig), asked(rig, 'TOP')]).toEqual([0, 0]);
    rig.maildrop.deliver(mail(301));
    expect([await fetched(rig), asked(rig, 'TOP')]).toEqual([1, 0]);
  });

  it('may begin earlier or later', async () => {
    const rig = await start(maildrop(300), since);
    await fetched(rig);
    rig.account.fetch = { what: 'since', from: dayOf(150) };
    expect([await fetched(rig), asked(rig, 'RETR')]).toEqual([50, 50]);
    rig.account.fetch = { what: 'since', from: dayOf(290) };
    expect(await fetched(rig)).toBe(0);
    expect(await numbers(rig)).toEqual(from(150, 300));
    rig.account.fetch = { what: 'all' };
    expect(await fetched(rig)).toBe(149);
  });

  it.each<{ name: string; faults: Faults }>([
    { name: 'has no TOP', faults: { refuse: { TOP: 'what' } } },
    { name: 'hangs up at TOP', faults: { dropAt: ['TOP'] } },
    { name: 'answers TOP with garbage', faults: { instead: { TOP: 'hello\r\n' } } },
  ])('is everything where the server $name, and that is known', async ({ faults }) => {
    const rig = await start(maildrop(30), since, faults);
    // A listing that is garbled will not be better at once.
    const result = (await rig.fetch()).result ?? (await rig.fetch()).result;
    expect(result).toMatchObject({ fetched: 30 });
    expect((await rig.store.status(rig.account.id)).mark).toMatchObject({ isBlind: true });
    expect([await fetched(rig), asked(rig, 'TOP')]).toEqual([0, 0]);
  });

  it('survives a cut while it is looked for', async () => {
    const rig = await start(maildrop(300), since, { dropAt: ['TOP 151 0'] });
    const cut = rig.fetch();
    const { result } = await cut;
    expect(result?.fetched ?? 0).toBeGreaterThanOrEqual(101);
    delete rig.faults.dropAt;
    await fetched(rig);
    expect(await numbers(rig)).toEqual(expect.arrayContaining(from(200, 300)));
    expect(await rig.damaged()).toEqual([]);
  });
});
