/** The rest of a large message, asked for by somebody: all of it, or the beginning as it was. */
import { afterEach, describe, expect, it } from 'vitest';
import type { MaildropMessage } from '../../../proxy/demo/maildrop.ts';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import { PoplarError } from '../../../web/errors.ts';
import type { MessageSummary } from '../../../web/model/message.ts';
import { makeMail, makeMaildrop, SyncRig } from './rig.ts';
import { ServiceRig, type Tab } from './service-rig.ts';

const LARGE = { uidl: 'large', raw: makeMail(9, 150_000) };
const services: ServiceRig[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
});

/** A tab in which all of the maildrop is, the large message in part. */
async function start(messages: MaildropMessage[] = [...makeMaildrop(2), LARGE], faults: Faults = {}) {
  const mail = await SyncRig.start(messages, faults);
  const service = new ServiceRig(mail);
  services.push(service);
  const tab = service.tab();
  const account = await tab.api.addAccount(service.draft());
  await tab.api.setAccountOptions(account.id, { headsAbove: 100_000 });
  await tab.api.sync(account.id);
  mail.commands.length = 0;
  const [row] = await partials(tab);
  if (row === undefined) throw new Error('nothing is here in part');
  return { mail, service, tab, account, row };
}
const partials = async ({ store }: Tab): Promise<MessageSummary[]> =>
  (await store.summaries()).filter(({ partial }) => partial !== undefined);
const rest = ({ api }: Tab, { id }: MessageSummary, onOctets = (_octets: number): void => undefined) =>
  api.fetchRest(id, onOctets, new AbortController().signal);
const isSame = (a: Uint8Array | null, b: Uint8Array): boolean => a !== null && Buffer.compare(a, b) === 0;

describe('the rest of a message', () => {
  it('comes by one RETR and stands in place of the beginning, for all tabs', async () => {
    const { mail, service, tab, row, account } = await start();
    const other = service.tab();
    // Its list is loaded, so that what it hears from now on is news.
    await other.api.counts();
    await other.api.setFlags([row.id], { starred: true });
    const told = other.next('messages-changed');
    const octets: number[] = [];
    await rest(tab, row, (come) => octets.push(come));
    expect(mail.retrieved).toEqual([3]);
    expect(octets.at(-1)).toBe(LARGE.raw.length);
    expect(await told).toEqual({ type: 'messages-changed', ids: [row.id], whole: true });
    for (const { api } of [tab, other]) {
      const summary = await api.summary(row.id);
      expect(summary).toMatchObject({ octets: LARGE.raw.length, seen: false, starred: true });
      expect(summary).not.toHaveProperty('partial');
      expect(isSame(await api.source(row.id), LARGE.raw)).toBe(true);
    }
    expect((await tab.api.counts()).find((count) => count.account === account.id)?.octets).toBe(
      mail.maildrop.messages.reduce((sum, { raw }) => sum + raw.length, 0),
    );
    const holding = (await tab.store.holdings(account.id)).find(({ id }) => id === row.id);
    expect(holding?.receipt).toMatchObject({ listedOctets: LARGE.raw.length, unterminated: false });
    await tab.api.sync(account.id);
    expect(mail.retrieved).toEqual([3]);
    expect((await tab.store.summaries()).length).toBe(3);
  });

  it('comes with the next fetch when it is chosen among what is on the server, unless that is taken back', async () => {
    const { mail, tab, account, row } = await start();
    const { id } = account;
    await tab.api.listServer(id, new AbortController().signal);
    const fate = async () => (await tab.api.ledgerWindow(id, 'not-here', 0, 9))?.rows.map((one) => one.fate);
    const ask = (action: 'fetch' | 'none') => tab.api.changeLedger(id, { uidls: [row.uidl] }, action);
    expect(await ask('fetch')).toMatchObject({ changed: { messages: 1 }, leftOut: { messages: 0 } });
    expect(await fate()).toEqual([{ fate: 'comes' }]);
    expect((await ask('none')).changed.messages).toBe(1);
    expect(await fate()).toMatchObject([{ fate: 'stays' }]);
    await ask('fetch');
    const told = tab.next('messages-changed');
    await tab.api.sync(id);
    expect(await told).toEqual({ type: 'messages-changed', ids: [row.id], whole: true });
    expect(mail.retrieved).toEqual([3]);
    expect(await fate()).toEqual([]);
    expect(isSame(await tab.api.source(row.id), LARGE.raw)).toBe(true);
  });

  it('is read as the whole, not as what was opened before', async () => {
    const { tab, row } = await start();
    const before = await tab.api.content(row.id);
    await rest(tab, row);
    expect((await tab.api.content(row.id)).text?.length).toBeGreaterThan((before.text?.length ?? 0) * 10);
  });

  it('comes once for several who ask', async () => {
    const { mail, service, tab, row } = await start();
    const other = service.tab();
    await other.api.counts();
    await Promise.all([rest(tab, row), rest(other, row), rest(tab, row)]);
    expect(mail.retrieved).toEqual([3]);
  });

  it('is found by size and header where the server has renamed it', async () => {
    const { mail, tab, row } = await start();
    mail.faults.uidlOf = (_number, uid) => `renamed-${uid}`;
    await rest(tab, row);
    expect(isSame(await tab.api.source(row.id), LARGE.raw)).toBe(true);
  });

  it('is found by its header where the server has no unique-ids', async () => {
    const { mail, tab, row } = await start([...makeMaildrop(2), LARGE], {
      refuse: { UIDL: 'what' },
      capabilities: ['TOP'],
    });
    await rest(tab, row);
    expect(mail.retrieved).toEqual([3]);
    expect(isSame(await tab.api.source(row.id), LARGE.raw)).toBe(true);
  });

  it('is said to be gone when it is, and the beginning stays', async () => {
    const { mail, tab, row } = await start();
    const before = await tab.api.source(row.id);
    const session = mail.maildrop.open();
    session?.markDeleted(3);
    session?.commit();
    await expect(rest(tab, row)).rejects.toMatchObject({ code: 'message-gone', hop: 'maildrop' });
    expect(isSame(await tab.api.source(row.id), before)).toBe(true);
    expect(mail.retrieved).toEqual([]);
  });

  it('is no other message that came under its name', async () => {
    const { mail, tab, row } = await start();
    const session = mail.maildrop.open();
    session?.markDeleted(3);
    session?.commit();
    mail.maildrop.deliver({ uidl: 'large', raw: makeMail(77, 150_000) });
    await expect(rest(tab, row)).rejects.toMatchObject({ code: 'message-gone' });
    expect((await partials(tab)).map(({ subject }) => subject)).toEqual(['Message 9']);
  });

  it('fails with the error of the server when that refuses it', async () => {
    const { mail, tab, row } = await start();
    mail.faults.refuse = { RETR: '[SYS/TEMP] not now' };
    await expect(rest(tab, row)).rejects.toMatchObject({ code: 'command-refused', detail: { verb: 'RETR' } });
    expect((await partials(tab)).length).toBe(1);
  });

  it('is the whole or the beginning, wherever the visit is cut', async () => {
    const { mail, tab, row } = await start();
    const before = await tab.api.source(row.id);
    for (let octets = 1; octets < 900; octets += 61) {
      mail.faults.dropAfterOctets = octets;
      await expect(rest(tab, row)).rejects.toBeInstanceOf(Error);
      expect(isSame(await tab.api.source(row.id), before)).toBe(true);
    }
    for (const octets of [60_000, 149_000, LARGE.raw.length]) {
      mail.faults.dropAfterOctets = octets;
      await expect(rest(tab, row)).rejects.toBeInstanceOf(Error);
      expect(isSame(await tab.api.source(row.id), before)).toBe(true);
    }
    delete mail.faults.dropAfterOctets;
    await rest(tab, row);
    expect(isSame(await tab.api.source(row.id), LARGE.raw)).toBe(true);
    expect((await tab.store.summaries()).length).toBe(3);
  });

  it('may be called off', async () => {
    const { mail, tab, row } = await start();
    mail.faults.stallAt = ['RETR'];
    const control = new AbortController();
    const asked = tab.api.fetchRest(row.id, () => undefined, control.signal);
    while (mail.retrieved.length === 0) await new Promise((resolve) => setImmediate(resolve));
    control.abort();
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    delete mail.faults.stallAt;
    await rest(tab, row);
    expect(await partials(tab)).toEqual([]);
  });

  it('is nothing to ask for of a message that is whole, or not here', async () => {
    const { mail, tab } = await start();
    const whole = (await tab.store.summaries()).find(({ partial }) => partial === undefined);
    if (whole === undefined) throw new Error('no mail');
    await rest(tab, whole);
    expect(mail.commands).toEqual([]);
    await expect(rest(tab, { ...whole, id: 999 as typeof whole.id })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

describe('a message that is damaged here', () => {
  /** A repair has found it. */
  async function spoil(
    service: ServiceRig,
    { store }: Tab,
    row: MessageSummary,
    raw: Uint8Array<ArrayBuffer>,
  ) {
    const kept = service.disk.messages.get(row.id);
    if (kept === undefined) throw new RangeError('no such message');
    kept.raw = raw;
    await store.applyFindings([{ id: row.id, digest: null, damaged: true }]);
  }
  const sound = async ({ store }: Tab): Promise<MessageSummary> => {
    const row = (await store.summaries()).find(({ uidl }) => uidl === 'uid-1');
    if (row === undefined) throw new RangeError('no mail');
    return row;
  };

  it.each([
    ['in the text', makeMail(1).fill(7, 200)],
    ['in the header', makeMail(1).fill(7, 0, 40)],
    ['all of it', new Uint8Array()],
  ])('comes again whole: %s', async (_name, raw) => {
    const { mail, service, tab } = await start();
    const row = await sound(tab);
    await tab.api.setFlags([row.id], { starred: true });
    await spoil(service, tab, row, new Uint8Array(raw));
    await rest(tab, row);
    expect(mail.retrieved).toEqual([1]);
    const summary = await tab.store.summary(row.id);
    expect(summary).toMatchObject({ starred: true, octets: row.octets });
    expect(summary).not.toHaveProperty('damaged');
    expect(isSame(await tab.api.source(row.id), makeMail(1))).toBe(true);
    expect(await tab.api.repair(() => undefined, new AbortController().signal)).toMatchObject({
      damagedCount: 0,
    });
  });

  it('comes whole also where its record is lost: a beginning, and before any repair has looked', async () => {
    const { tab, row } = await start();
    const { store } = tab;
    store.raw = () =>
      Promise.reject(new PoplarError('storage-failed', 'storage', { detail: { reason: 'damaged' } }));
    store.raws = async (ids) => ids.map(() => null);
    await rest(tab, row);
    expect(await partials(tab)).toEqual([]);
    Reflect.deleteProperty(store, 'raw');
    expect(isSame(await store.raw(row.id), LARGE.raw)).toBe(true);
  });

  /** Spoiled here, and gone from the server. */
  async function startWithout() {
    const { mail, service, tab } = await start();
    const row = await sound(tab);
    await spoil(service, tab, row, new Uint8Array(3));
    const session = mail.maildrop.open();
    session?.markDeleted(1);
    session?.commit();
    return { mail, tab, row };
  }

  it('is no other message that came under its name, and what is left of it stays', async () => {
    const { mail, tab, row } = await startWithout();
    mail.maildrop.deliver({ uidl: 'uid-1', raw: makeMail(8) });
    await expect(rest(tab, row)).rejects.toMatchObject({ code: 'message-gone' });
    expect((await tab.api.source(row.id)).length).toBe(3);
    expect(await tab.store.summary(row.id)).toMatchObject({ damaged: true, subject: 'Message 1' });
  });

  it('is said to be gone when the server has it no more', async () => {
    const { tab, row } = await startWithout();
    await expect(rest(tab, row)).rejects.toMatchObject({ code: 'message-gone' });
    expect(await tab.store.summary(row.id)).toMatchObject({ damaged: true });
  });
});

describe('a beginning that is opened', () => {
  it('offers no attachment that is cut off, and is not called damaged', async () => {
    const raw = new TextEncoder().encode(
      'From: a@example.org\r\nSubject: Cut\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n' +
        '--b\r\nContent-Type: text/plain\r\n\r\nText.\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\n' +
        `Content-Transfer-Encoding: base64\r\n\r\n${`${'QUJD'.repeat(18)}\r\n`.repeat(2000)}--b--\r\n`,
    );
    const { tab, row } = await start([{ uidl: 'cut', raw }]);
    expect(await tab.api.content(row.id)).toMatchObject({
      text: expect.stringMatching(/^Text\.\s*$/),
      attachments: [],
      defects: ['no-date'],
    });
    await rest(tab, row);
    const content = await tab.api.content(row.id);
    expect(content.attachments.map(({ filename }) => filename)).toEqual(['a.pdf']);
  });
});
