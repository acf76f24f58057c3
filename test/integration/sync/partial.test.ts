/** Large messages of which the beginning alone is fetched: what it is taken for, and above all what not. */
import { afterEach, describe, expect, it } from 'vitest';
import type { MaildropMessage } from '../../../proxy/demo/maildrop.ts';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import { uidl } from '../../../web/model/ids.ts';
import type { MessageSummary } from '../../../web/model/message.ts';
import { headerIdentity } from '../../../web/pop3/identity-hash.ts';
import { wishing } from '../../../web/sync/wishes.ts';
import { makeMail, makeMaildrop, SyncRig } from './rig.ts';

const LARGE_OCTETS = 150_000;
/** A large message with a text and, far below it, an attachment. */
function largeMail(number: number): MaildropMessage {
  const head =
    `From: Sender ${number} <s${number}@example.org>\r\nSubject: Large ${number}\r\n` +
    `Date: Mon, 2 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n`;
  const text = `--b\r\nContent-Type: text/plain\r\n\r\nWhat it is about.\r\n${'A line of text.\r\n'.repeat(40)}`;
  const file = `--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=a.png\r\nContent-Transfer-Encoding: base64\r\n\r\n`;
  const octets = `${'QUJD'.repeat(18)}\r\n`.repeat(LARGE_OCTETS / 74);
  return {
    uidl: `large-${number}`,
    raw: new TextEncoder().encode(`${head}${text}${file}${octets}--b--\r\n`),
  };
}

/** Small, large, small, large, small … */
const mixed = (): MaildropMessage[] => {
  const small = makeMaildrop(4);
  return [1, 2, 3, 4].flatMap((number, index) => [small[index] as MaildropMessage, largeMail(number)]);
};

const rigs: SyncRig[] = [];
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.stop()));
});

async function start(messages: MaildropMessage[], faults: Faults = {}): Promise<SyncRig> {
  const rig = await SyncRig.start(messages, faults);
  rigs.push(rig);
  rig.account.headsAbove = 100_000;
  return rig;
}
const asked = (rig: SyncRig, verb: string): number =>
  rig.commands.filter((command) => command.startsWith(`${verb} `)).length;
const partials = async (rig: SyncRig): Promise<MessageSummary[]> =>
  (await rig.store.summaries()).filter(({ partial }) => partial !== undefined);

/** All of the maildrop is here once: the large ones in part, with a right beginning. */
async function expectComplete(rig: SyncRig): Promise<void> {
  expect((await rig.stored()).toSorted()).toEqual(rig.maildrop.messages.map(({ uidl }) => uidl).toSorted());
  for (const row of await rig.store.summaries()) {
    const raw = Buffer.from((await rig.store.raw(row.id)) ?? []);
    const sent = rig.maildrop.messages.find(({ uidl }) => uidl === row.uidl)?.raw ?? new Uint8Array();
    expect(row.partial !== undefined).toBe(raw.length < sent.length);
    expect(raw.equals(sent.subarray(0, raw.length))).toBe(true);
    expect(raw.length).toBeGreaterThan(200);
  }
}

describe('a large message', () => {
  it('is fetched by its beginning, with what it is about', async () => {
    const rig = await start(mixed());
    expect((await rig.fetch()).result).toMatchObject({ fetched: 8, skipped: [] });
    await expectComplete(rig);
    expect([asked(rig, 'RETR'), asked(rig, 'TOP')]).toEqual([4, 4]);
    const [row] = await partials(rig);
    expect(row).toMatchObject({ hasAttachment: true, preview: expect.stringContaining('What it is about.') });
    expect(row?.partial?.octets).toBe(largeMail(1).raw.length);
    expect((await rig.store.use(rig.account.id)).octets).toBeLessThan(10_000);
  });

  it('comes whole with a fetch when that is asked for, alone and once', async () => {
    const rig = await start(mixed());
    await rig.fetch();
    const wish = { uidl: uidl('large-2'), wish: 'fetch', octets: LARGE_OCTETS, wishedAt: 1 } as const;
    await rig.store.changeWishes(rig.account.id, wishing([{ uidl: wish.uidl, wish }]));
    rig.faults.refuse = { 'RETR 4': 'later' };
    expect((await rig.fetch()).result?.skipped).toMatchObject([{ uidl: 'large-2' }]);
    expect(await rig.store.wishes(rig.account.id)).toMatchObject([wish]);
    delete rig.faults.refuse;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0, skipped: [] });
    await rig.fetch();
    expect(rig.retrieved.filter((number) => number % 2 === 0)).toEqual([4, 4]);
    expect((await partials(rig)).map((row) => row.uidl)).not.toContain('large-2');
    expect(await partials(rig)).toHaveLength(3);
    await expectComplete(rig);
    expect(await rig.store.wishes(rig.account.id)).toEqual([]);
  });

  it('is not fetched again by itself, also when all is wanted whole later', async () => {
    const rig = await start(mixed());
    await rig.fetch();
    rig.commands.length = 0;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
    delete rig.account.headsAbove;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
    expect([asked(rig, 'RETR'), asked(rig, 'TOP')]).toEqual([0, 0]);
  });

  it.each<{ name: string; faults: Faults }>([
    { name: 'refuses TOP', faults: { refuse: { TOP: 'what' } } },
    { name: 'hangs up at TOP', faults: { dropAt: ['TOP'] } },
    { name: 'answers TOP with garbage', faults: { instead: { TOP: 'hello\r\n' } } },
    { name: 'answers TOP with nothing', faults: { instead: { TOP: '+OK\r\n.\r\n' } } },
  ])('is fetched whole where the server $name', async ({ faults }) => {
    const rig = await start(mixed(), faults);
    expect((await rig.fetch()).result).toMatchObject({ fetched: 8 });
    expect(await rig.damaged()).toEqual([]);
    expect(await partials(rig)).toEqual([]);
  });

  it('is fetched whole where its size is not known', async () => {
    const rig = await start(mixed(), { listOctets: () => null });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 8 });
    expect(await partials(rig)).toEqual([]);
  });

  it('is a beginning also where the server sends all of it', async () => {
    const rig = await start([{ uidl: 'short', raw: makeMail(1, 500) }], { listOctets: () => 200_000 });
    await rig.fetch();
    expect((await partials(rig)).map(({ uidl }) => uidl)).toEqual(['short']);
    expect((await rig.store.holdings(rig.account.id))[0]?.receipt).toBeNull();
  });

  it('loses nothing and comes once wherever the fetch of its beginning is cut', async () => {
    const whole = await start(mixed());
    await whole.fetch();
    for (let octets = 300; octets < 12_000; octets += 397) {
      const rig = await start(mixed(), { dropAfterOctets: octets });
      await rig.fetch();
      delete rig.faults.dropAfterOctets;
      expect((await rig.fetch()).error).toBeNull();
      await expectComplete(rig);
    }
  });

  it('is fetched whole where a provider hands its mail out part by part', async () => {
    const rig = await start(mixed());
    rig.account.incoming = { ...rig.account.incoming, host: 'pop.gmail.com' };
    const { host } = rig.server;
    const { result } = await rig.fetch({
      parts: { dial: (target, ...rest) => rig.dial({ ...target, host }, ...rest) },
    });
    expect([result?.fetched, (await partials(rig)).length]).toEqual([8, 0]);
  });
});

describe('a beginning is taken for a beginning', () => {
  it('when the server deletes by rule: it stays there', async () => {
    const rig = await start(mixed());
    rig.account.retention = { rule: 'after-download', confirmedAt: 1 };
    const isKept = () => Promise.resolve(true);
    await rig.fetch({ parts: { isKept } });
    await rig.fetch({ parts: { isKept } });
    expect(rig.maildrop.messages.map(({ uidl }) => uidl)).toEqual([
      'large-1',
      'large-2',
      'large-3',
      'large-4',
    ]);
    expect((await rig.store.status(rig.account.id)).removal).toMatchObject({ gone: 4, held: { partial: 4 } });
  });

  it('when it is deleted here, and the server is to follow: it stays there, in Trash and after it', async () => {
    const rig = await start(mixed());
    rig.account.retention = { rule: 'when-deleted', confirmedAt: 1 };
    const isKept = () => Promise.resolve(true);
    await rig.fetch({ parts: { isKept } });
    const ids = (await rig.store.summaries()).map(({ id }) => id);
    await rig.store.move(ids, 'trash');
    const left = ['large-1', 'large-2', 'large-3', 'large-4'];
    await rig.fetch({ parts: { isKept } });
    expect(rig.maildrop.messages.map(({ uidl }) => uidl)).toEqual(left);
    await rig.store.removeMessages(ids, headerIdentity);
    await rig.fetch({ parts: { isKept } });
    expect(rig.maildrop.messages.map(({ uidl }) => uidl)).toEqual(left);
    expect((await rig.store.status(rig.account.id)).removal).toMatchObject({ gone: 4, held: { partial: 4 } });
    expect(await rig.store.summaries()).toEqual([]);
  });

  it('when sizes are compared: it proves no LIST wrong, and is no other message than before', async () => {
    const rig = await start([...mixed(), { uidl: 'huge', raw: makeMail(99, 1_200_000) }]);
    await rig.fetch();
    rig.maildrop.deliver({ uidl: 'new', raw: makeMail(100) });
    rig.commands.length = 0;
    const { result } = await rig.fetch();
    expect(result).toMatchObject({ fetched: 1, skipped: [{ uidl: 'huge' }] });
    expect([asked(rig, 'RETR'), asked(rig, 'TOP')]).toEqual([1, 0]);
  });

  it('when another message comes under its unique-id: that one is fetched, too', async () => {
    const rig = await start([largeMail(1), ...makeMaildrop(2)]);
    await rig.fetch();
    const session = rig.maildrop.open();
    session?.markDeleted(1);
    session?.commit();
    rig.maildrop.deliver({ uidl: 'large-1', raw: makeMail(7, 700) });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 1 });
    expect((await rig.store.summaries()).map(({ subject }) => subject)).toEqual(
      expect.arrayContaining(['Large 1', 'Message 7']),
    );
  });

  it('when the server renames all it has: it is recognised, and still a beginning', async () => {
    const rig = await start(Array.from({ length: 12 }, (_, index) => largeMail(index + 1)));
    await rig.fetch();
    rig.faults.uidlOf = (_number, uid) => `renamed-${uid}`;
    rig.commands.length = 0;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
    // By headers alone: no beginning is fetched a second time.
    expect([asked(rig, 'RETR'), rig.commands.filter((command) => / 20$/.test(command))]).toEqual([0, []]);
    expect((await partials(rig)).length).toBe(12);
  });

  it('when the server renames one of a few: it is not kept twice', async () => {
    const rig = await start(mixed());
    await rig.fetch();
    rig.faults.uidlOf = (_number, uid) => (uid === 'large-2' ? 'another' : uid);
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
    expect((await rig.store.summaries()).length).toBe(8);
  });

  it('when all of it comes under another name: it is completed, and not kept twice', async () => {
    const rig = await start(mixed());
    await rig.fetch();
    delete rig.account.headsAbove;
    rig.faults.uidlOf = (_number, uid) => (uid === 'large-2' ? 'another' : uid);
    const { result } = await rig.fetch();
    expect(result).toMatchObject({ fetched: 0, skipped: [] });
    expect((await partials(rig)).map(({ uidl }) => uidl).toSorted()).toEqual([
      'large-1',
      'large-3',
      'large-4',
    ]);
    expect((await rig.store.summaries()).length).toBe(8);
    const completed = (await rig.store.summaries()).find(({ uidl }) => uidl === 'another');
    expect(completed?.octets).toBe(largeMail(2).raw.length);
    rig.commands.length = 0;
    await rig.fetch();
    expect(asked(rig, 'RETR')).toBe(0);
  });

  it('when its whole is here, and its beginning comes under another name: it is not kept', async () => {
    const rig = await start(mixed());
    delete rig.account.headsAbove;
    await rig.fetch();
    rig.account.headsAbove = 100_000;
    rig.faults.uidlOf = (_number, uid) => (uid === 'large-2' ? 'another' : uid);
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
    expect([await partials(rig), (await rig.store.summaries()).length]).toEqual([[], 8]);
  });

  it('where the server has no unique-ids: it is known by its header', async () => {
    const rig = await start(mixed(), { refuse: { UIDL: 'what', CAPA: 'what' } });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 8 });
    expect((await partials(rig)).length).toBe(4);
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
  });

  it('where several share a unique-id: each comes once', async () => {
    const rig = await start(mixed(), { uidlOf: () => 'the-same' });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 8 });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
    expect((await partials(rig)).length).toBe(4);
  });
});
