/** Visits that hear the same listing again: nothing is compared, and nothing is missed for that. */
import { afterEach, describe, expect, it } from 'vitest';
import type { MaildropMessage } from '../../../proxy/demo/maildrop.ts';
import { messageId, uidl } from '../../../web/model/ids.ts';
import type { WishKind } from '../../../web/model/server-ledger.ts';
import type { MailStore } from '../../../web/store/mail-store.ts';
import type { SyncParts } from '../../../web/sync/maildrop-sync.ts';
import { wishing } from '../../../web/sync/wishes.ts';
import { makeMail, makeMaildrop, SyncRig } from './rig.ts';

const DAY_MS = 86_400_000;

let rig: SyncRig;
afterEach(() => rig.stop());

/** A maildrop of which all that is wanted is here, and that has said so once. */
async function start(
  messages: MaildropMessage[] = makeMaildrop(3),
  change: Partial<SyncRig['account']> = {},
): Promise<void> {
  rig = await SyncRig.start(messages);
  Object.assign(rig.account, change);
  await visit();
  await visit();
}

interface Visit {
  fetched: number | undefined;
  onServer: number | undefined;
  /** What is known here was read. */
  compared: boolean;
}

async function visit(parts: Partial<SyncParts> = {}): Promise<Visit> {
  let compared = false;
  const store = new Proxy(rig.store, {
    get: (target, name) => {
      compared ||= name === ('knownUidls' satisfies keyof MailStore);
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  const { result, error } = await rig.fetch({ parts: { store, ...parts } });
  expect(error).toBeNull();
  return { fetched: result?.fetched, onServer: result?.onServer, compared };
}

function wish(kind: WishKind | null, name: string): Promise<unknown> {
  const put = kind && { uidl: uidl(name), wish: kind, octets: 300, wishedAt: 1 };
  return rig.store.changeWishes(rig.account.id, wishing([{ uidl: uidl(name), wish: put }]));
}

const unchanged = (onServer: number): Visit => ({ fetched: 0, onServer, compared: false });
const compared = (fetched: number, onServer: number): Visit => ({ fetched, onServer, compared: true });

describe('a listing that was heard before, with nothing to fetch', () => {
  it('is not compared again', async () => {
    await start();
    const before = rig.progress.length;
    rig.clock.advance(DAY_MS);
    expect(await visit()).toEqual(unchanged(3));
    expect(rig.commands.at(-1)).toBe('QUIT');
    expect(rig.progress.slice(before).map(({ phase }) => phase)).toEqual([
      'connecting',
      'login',
      'listing',
      'closing',
    ]);
    const status = await rig.store.status(rig.account.id);
    expect(status).toMatchObject({ lastSyncAt: rig.clock.nowMs, maildropCount: 3 });
    // Whoever asks for deletions later must not find a gap of months in which the clock may have jumped.
    expect(status.clock?.sightAt).toBe(rig.clock.nowMs);
  });

  it('is compared when a message has come, gone, or changed its name or size', async () => {
    await start();
    rig.maildrop.deliver({ uidl: 'uid-4', raw: makeMail(4) });
    expect(await visit()).toEqual(compared(1, 4));
    expect(await visit()).toEqual(compared(0, 4));
    expect(await visit()).toEqual(unchanged(4));
    for (const messages of [
      [...makeMaildrop(2), { uidl: 'uid-4', raw: makeMail(4) }],
      [...makeMaildrop(2), { uidl: 'uid-5', raw: makeMail(5) }],
      [...makeMaildrop(2), { uidl: 'uid-5', raw: makeMail(5, 900) }],
    ]) {
      const other = await SyncRig.start(messages);
      expect(await visit({ dial: other.dial })).toMatchObject({ compared: true });
      await other.stop();
    }
  });

  it('is remembered of an empty maildrop and of one of which a part is left out', async () => {
    await start([]);
    expect(await visit()).toEqual(unchanged(0));
    await rig.stop();
    await start(makeMaildrop(105), { fetch: { what: 'newest', count: 100 } });
    expect(await visit()).toEqual(unchanged(105));
    expect((await rig.store.status(rig.account.id)).leftOut?.messages).toBe(5);
  });

  it('is compared when more of it is wanted by now', async () => {
    await start(makeMaildrop(105), { fetch: { what: 'newest', count: 100 } });
    rig.account.fetch = { what: 'all' };
    expect(await visit()).toEqual(compared(5, 105));
  });

  it('is compared when something is to be fetched once more', async () => {
    await start();
    const [first] = await rig.store.summaries();
    const ids = [first?.id ?? messageId(0)];
    await rig.store.move(ids, 'trash');
    await rig.store.removeMessages(ids, () => 'header');
    expect(await visit()).toEqual(unchanged(3));
    await rig.store.forgetUidls(rig.account.id, [first?.uidl ?? uidl('')]);
    expect(await visit()).toEqual(compared(1, 3));
  });

  it('is compared while anything is asked for, and not remembered then', async () => {
    await start();
    rig.maildrop.deliver({ uidl: 'uid-4', raw: makeMail(4) });
    await wish('delete-without-copy', 'uid-4');
    const isKept = (): Promise<boolean> => Promise.resolve(false);
    await visit({ isKept });
    expect(await visit({ isKept })).toMatchObject({ compared: true });
    await wish(null, 'uid-4');
    expect(await visit()).toMatchObject({ compared: true });
    expect(await rig.stored()).toEqual(expect.arrayContaining(rig.maildrop.messages.map((one) => one.uidl)));
  });

  it('is not compared for a message that is to be kept where no rule deletes anything', async () => {
    await start();
    await wish('keep', 'uid-2');
    expect(await visit()).toEqual(unchanged(3));
    rig.maildrop.deliver({ uidl: 'uid-4', raw: makeMail(4) });
    expect(await visit()).toEqual(compared(1, 4));
    await visit();
    expect(await visit()).toEqual(unchanged(4));
    rig.account.retention = { rule: 'after-download', confirmedAt: 1 };
    await visit({ isKept: () => Promise.resolve(true) });
    expect(rig.maildrop.messages.map((one) => one.uidl)).toEqual(['uid-2']);
  });

  it('is not compared for what the journal says of deletions that have ended', async () => {
    await start();
    await wish('delete', 'uid-2');
    const isKept = (): Promise<boolean> => Promise.resolve(true);
    await visit({ isKept });
    expect(await visit({ isKept })).toEqual(compared(0, 2));
    expect(await visit({ isKept })).toEqual(unchanged(2));
  });

  it('is compared when a rule may delete something', async () => {
    await start();
    rig.account.retention = { rule: 'after-download', confirmedAt: 1 };
    const isKept = (): Promise<boolean> => Promise.resolve(true);
    expect(await visit({ isKept })).toMatchObject({ compared: true });
    expect(rig.maildrop.messages).toEqual([]);
  });

  it('is compared each time while a message is too large', async () => {
    await start([...makeMaildrop(2), { uidl: 'uid-3', raw: makeMail(3, 5_000) }]);
    const policy = { maxMessageOctets: 1_000 };
    const large = await SyncRig.start([...rig.maildrop.messages, { uidl: 'x', raw: makeMail(4, 5_000) }]);
    for (let round = 0; round < 3; round += 1) {
      expect(await visit({ dial: large.dial, policy })).toEqual(compared(0, 4));
    }
    await large.stop();
  });

  it('is told with its own figures when what came in between has gone', async () => {
    await start(makeMaildrop(3), { fetch: { what: 'newest', count: 100 } });
    const refused = await SyncRig.start([...rig.maildrop.messages, { uidl: 'x', raw: makeMail(4) }], {
      refuse: { RETR: 'not now' },
    });
    expect(await visit({ dial: refused.dial })).toEqual(compared(0, 4));
    await refused.stop();
    expect(await visit()).toMatchObject({ fetched: 0, onServer: 3 });
    const maildropOctets = rig.maildrop.messages.reduce((octets, { raw }) => octets + raw.length, 0);
    expect(await rig.store.status(rig.account.id)).toMatchObject({ maildropCount: 3, maildropOctets });
  });

  it('is compared while a deletion is told to be unknown', async () => {
    await start();
    const removal = { gone: 0, goneAt: null, unknown: 1, refused: 0, held: {} };
    await rig.store.patchStatus(rig.account.id, { removal });
    await visit();
    expect((await rig.store.status(rig.account.id)).removal).toMatchObject({ unknown: 0 });
  });

  it('is compared each time while a message has no name in it', async () => {
    const named = makeMaildrop(3);
    const faults = { uidlOf: (number: number, name: string) => (number === 2 ? '' : name) };
    rig = await SyncRig.start(named, faults);
    await visit();
    await visit();
    const other = await SyncRig.start(named.with(1, { uidl: 'x', raw: makeMail(9) }), faults);
    expect(await visit({ dial: other.dial })).toEqual(compared(1, 3));
    await other.stop();
  });

  it('is compared each time where the server has no unique-ids', async () => {
    rig = await SyncRig.start(makeMaildrop(2), { refuse: { UIDL: 'what' }, capabilities: ['USER', 'TOP'] });
    for (let round = 0; round < 3; round += 1) expect(await visit()).toMatchObject({ compared: true });
  });
});
