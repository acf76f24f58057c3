import { afterEach, describe, expect, it, vi } from 'vitest';
import type { MaildropMessage } from '../../../proxy/demo/maildrop.ts';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import type { CheckStep } from '../../../web/model/event.ts';
import { digest } from '../../../web/message/digest.ts';
import type { PoplarError } from '../../../web/errors.ts';
import { accountId, messageId, uidl, type MessageId } from '../../../web/model/ids.ts';
import { lossError } from '../../../web/store/storage-error.ts';
import { makeMail, makeMaildrop, PASSWORD, SyncRig } from './rig.ts';
import { ServiceRig, type Tab } from './service-rig.ts';

const all = { folder: 'inbox', account: null, filter: 'all' } as const;
const open = () => new AbortController().signal;

const rigs: ServiceRig[] = [];
async function start(messages: number | MaildropMessage[], faults?: Faults): Promise<ServiceRig> {
  const mail = await SyncRig.start(typeof messages === 'number' ? makeMaildrop(messages) : messages, faults);
  const rig = new ServiceRig(mail);
  rigs.push(rig);
  return rig;
}
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.stop()));
});

async function firstId(tab: Tab): Promise<MessageId> {
  return (await tab.api.list(all, 0, 1)).rows[0]?.id ?? messageId(-1);
}

describe('adding an account', () => {
  it('checks it step by step, keeps it, fetches, and shows the mail', async () => {
    const rig = await start(12);
    const tab = rig.tab();
    const steps: CheckStep[] = [];
    const facts = await tab.api.checkAccount(rig.draft(), (step) => steps.push(step), open());
    expect(facts.messages).toBe(12);
    expect(steps.filter(({ state }) => state === 'passed').map(({ hop }) => hop)).toEqual([
      'proxy',
      'connection',
      'login',
      'maildrop',
    ]);
    expect(await tab.api.accounts()).toEqual([]);

    const account = await tab.api.addAccount(rig.draft({ address: ' nora@example.org ' }));
    expect(account).toMatchObject({ id: 'account-1', address: 'nora@example.org', addedAt: rig.clock.nowMs });
    expect(JSON.stringify(account)).not.toContain(PASSWORD);
    await tab.api.sync(account.id);
    const { total, unread, rows } = await tab.api.list(all, 0, 5);
    expect([total, unread, rows.length, rows[0]?.subject]).toEqual([
      12,
      12,
      5,
      expect.stringMatching(/^Message \d+$/),
    ]);
    const octets = rig.mail.maildrop.messages.reduce((sum, { raw }) => sum + raw.length, 0);
    expect(await tab.api.counts()).toEqual([
      { account: account.id, folder: 'inbox', total: 12, unread: 12, octets },
    ]);
    expect(await tab.api.accounts()).toMatchObject([
      { hasPassword: true, status: { maildropCount: 12, lastSyncAt: rig.clock.nowMs } },
    ]);
    expect(tab.events.map(({ type }) => type).filter((type) => type !== 'sync-progress')).toEqual([
      'accounts-changed',
      'messages-added',
      'sync-finished',
    ]);
  });

  it('says which step of the check failed', async () => {
    const rig = await start(1);
    const steps: CheckStep[] = [];
    const checking = rig
      .tab()
      .api.checkAccount(rig.draft({ password: 'wrong' }), (step) => steps.push(step), open());
    await expect(checking).rejects.toMatchObject({ code: 'login-refused', hop: 'login' });
    expect(steps.at(-1)).toMatchObject({ hop: 'login', state: 'failed', error: { code: 'login-refused' } });
  });

  it('hangs up when the check is cancelled', async () => {
    const rig = await start(1, { stallAt: ['PASS', 'AUTH'] });
    const control = new AbortController();
    const checking = rig.tab().api.checkAccount(rig.draft(), () => undefined, control.signal);
    await vi.waitFor(() => expect(rig.mail.commands).toContain('AUTH'));
    control.abort();
    await expect(checking).rejects.toMatchObject({ code: 'cancelled' });
    await vi.waitFor(() => expect(rig.mail.server.connections).toBe(0));
  });

  it('refuses a draft that cannot be one, before anything is dialled', async () => {
    const rig = await start(1);
    const { api } = rig.tab();
    const draft = rig.draft({ user: 'nora\r\nDELE 1' });
    await expect(api.addAccount(draft)).rejects.toMatchObject({
      code: 'bad-input',
      detail: { field: 'user' },
    });
    await expect(api.checkAccount(draft, () => undefined, open())).rejects.toMatchObject({
      code: 'bad-input',
    });
    expect([rig.mail.commands, await api.accounts()]).toEqual([[], []]);
  });

  it('refuses a second account of one maildrop until the first is removed', async () => {
    const rig = await start(1);
    const [one, other] = [rig.tab(), rig.tab()];
    const { host, port } = rig.mail.account.incoming;
    const again = rig.draft({ incoming: { host: host.toUpperCase(), port, security: 'none' } });
    const outcomes = await Promise.allSettled([
      one.api.addAccount(rig.draft()),
      other.api.addAccount(again),
      one.api.addAccount(again),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    await expect(one.api.addAccount(again)).rejects.toMatchObject({ code: 'account-exists', hop: 'page' });
    await one.api.addAccount(rig.draft({ user: 'another' }));
    await other.api.removeAccount(accountId('account-1'));
    await one.api.addAccount(again);
    expect((await one.api.accounts()).map(({ account }) => account.user).sort()).toEqual(['another', 'nora']);
  });

  it('opens the demo mailbox that is here instead of adding it again', async () => {
    const rig = await start(1);
    const { api } = rig.tab();
    const first = await api.addAccount(rig.draft({ demo: true }));
    const incoming = { ...first.incoming, port: 4711 };
    expect(await api.addAccount(rig.draft({ demo: true, incoming }))).toEqual(first);
    expect(await api.accounts()).toHaveLength(1);
  });
});

describe('passwords', () => {
  it('that are not to be remembered are in no store and last for the visit', async () => {
    const rig = await start(1);
    const tab = rig.tab();
    const { id } = await tab.api.addAccount(rig.draft({ rememberPassword: false }));
    expect(await tab.store.password(id)).toBeNull();
    expect(await tab.api.accounts()).toMatchObject([{ hasPassword: true }]);
    await tab.api.sync(id);
    expect(tab.events.at(-1)).toMatchObject({ type: 'sync-finished', result: { fetched: 1 } });

    const later = rig.tab();
    expect(await later.api.accounts()).toMatchObject([{ hasPassword: false }]);
    await later.api.sync(id);
    expect(later.events.at(-1)).toMatchObject({
      type: 'sync-failed',
      error: { code: 'password-needed', hop: 'login', detail: { user: 'nora' } },
    });
  });

  it('can be given later, and forgotten again', async () => {
    const rig = await start(1);
    const tab = rig.tab();
    const { id } = await tab.api.addAccount(rig.draft({ password: 'wrong' }));
    await tab.api.sync(id);
    expect(tab.events.at(-1)).toMatchObject({ type: 'sync-failed', error: { code: 'login-refused' } });
    await tab.api.setPassword(id, PASSWORD, true);
    expect(await tab.store.password(id)).toBe(PASSWORD);
    await tab.api.setPassword(id, PASSWORD, false);
    expect(await tab.store.password(id)).toBeNull();
    await tab.api.sync(id);
    expect(tab.events.at(-1)).toMatchObject({ type: 'sync-finished' });
  });

  it('that would break a command line are refused', async () => {
    const rig = await start(1);
    const { api } = rig.tab();
    const { id } = await api.addAccount(rig.draft());
    await expect(api.setPassword(id, 'a\r\nb', true)).rejects.toMatchObject({
      code: 'bad-input',
      detail: { field: 'password' },
    });
  });
});

describe('reading', () => {
  it('opens a message, its source and its flags', async () => {
    const rig = await start(3);
    const tab = rig.tab();
    const { id: account } = await tab.api.addAccount(rig.draft());
    await tab.api.sync(account);
    const id = await firstId(tab);
    const summary = await tab.api.summary(id);
    expect((await tab.api.content(id)).text).toContain('.line');
    const sent =
      rig.mail.maildrop.messages.find(({ uidl }) => uidl === summary?.uidl)?.raw ?? new Uint8Array();
    expect(Buffer.compare(await tab.api.source(id), sent)).toBe(0);
    expect(Buffer.compare(await tab.api.source(id), sent)).toBe(0);
    await tab.api.setFlags([id], { seen: true, starred: true });
    expect(await tab.api.list({ ...all, filter: 'starred' }, 0, 9)).toMatchObject({ total: 1, unread: 2 });
    expect(await tab.api.indexOf(all, id)).toBe(0);
    expect(await tab.api.indexOf({ ...all, filter: 'unread' }, id)).toBe(-1);
  });

  it('says of a message that the server never told its end', async () => {
    const rig = await start(1);
    const tab = rig.tab();
    const { id } = await tab.api.addAccount(rig.draft());
    await tab.api.sync(id);
    const raw = makeMail(2);
    const message = {
      uidl: uidl('endless'),
      raw,
      digest: digest(raw),
      receivedAt: 1,
      folder: 'inbox',
    } as const;
    const [stored] = await tab.store.addMessages(id, [{ ...message, unterminated: true }]);
    const { api } = rig.tab();
    expect((await api.content(stored?.id ?? messageId(-1))).defects).toEqual(['unterminated']);
    expect((await api.content(await firstId(tab))).defects).toEqual([]);
  });

  it('answers not-found for what is not there', async () => {
    const { api } = (await start(0)).tab();
    const nowhere = messageId(12_345);
    for (const call of [
      api.source(nowhere),
      api.content(nowhere),
      api.attachment(nowhere, 0),
      api.sync(accountId('x')),
    ]) {
      await expect(call).rejects.toMatchObject({ code: 'not-found' });
    }
    expect(await api.summary(nowhere)).toBeNull();
  });
});

describe('a store that is lost', () => {
  it('is told to the page', async () => {
    let lose: (error: PoplarError) => void = () => undefined;
    const storeLoss = new Promise<PoplarError>((resolve) => (lose = resolve));
    const rig = new ServiceRig(await SyncRig.start([]), { storeLoss });
    rigs.push(rig);
    const tab = rig.tab();
    await tab.api.counts();
    const told = tab.next('store-lost');
    lose(lossError('deleted'));
    expect((await told).error).toMatchObject({ code: 'storage-failed', detail: { reason: 'deleted' } });
  });
});

describe('two tabs', () => {
  it('show the same mail after one of them fetched', async () => {
    const rig = await start(20);
    const [tab, other] = [rig.tab(), rig.tab()];
    await other.api.counts();
    const { id } = await tab.api.addAccount(rig.draft());
    const finished = other.next('sync-finished');
    await tab.api.sync(id);
    expect((await finished).result).toMatchObject({ fetched: 20 });
    expect(await other.api.list(all, 0, 9)).toMatchObject({ total: 20 });
    expect(await other.api.list(all, 0, 100)).toEqual({
      ...(await tab.api.list(all, 0, 100)),
      version: expect.any(Number),
    });
  });

  it('never fetch a message twice when both are told to fetch at once', async () => {
    const rig = await start(60);
    const [tab, other] = [rig.tab(), rig.tab()];
    const { id } = await tab.api.addAccount(rig.draft());
    await other.api.counts();
    await Promise.all([tab.api.sync(id), other.api.sync(id)]);
    expect(rig.mail.retrieved.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect((await tab.store.summaries()).length).toBe(60);
  });

  /** Resolves when a tab's list holds so many messages. */
  async function reach(tab: Tab, total: number): Promise<void> {
    for (;;) {
      const more = tab.next('messages-added');
      if ((await tab.api.list(all, 0, 0)).total >= total) return;
      await more;
    }
  }

  it('join and cancel a fetch of each other', async () => {
    const rig = await start(40, { stallInRetr: { nth: 20, afterOctets: 10 } });
    const [tab, other] = [rig.tab(), rig.tab()];
    await other.api.counts();
    const { id } = await tab.api.addAccount(rig.draft());
    const fetching = tab.api.sync(id);
    await reach(other, 16);
    const joined = other.api.sync(id);
    expect(await other.api.running()).toMatchObject([{ account: id, phase: 'fetching' }]);
    expect(rig.mail.server.accepted).toBe(1);
    await other.api.cancelSync(id);
    await Promise.all([fetching, joined]);
    expect(tab.events.at(-1)).toMatchObject({ type: 'sync-failed', error: { code: 'cancelled' } });
    expect([await tab.api.running(), await other.api.running()]).toEqual([[], []]);
    // The first batch was told of; how many of the next three came before the cancel is up to the sockets.
    const { total } = await tab.api.list(all, 0, 0);
    expect(total).toBeGreaterThanOrEqual(16);
    expect(total).toBeLessThanOrEqual(19);
  });

  it('see each other’s flags', async () => {
    const rig = await start([{ uidl: 'one', raw: makeMail(1) }]);
    const [tab, other] = [rig.tab(), rig.tab()];
    const { id } = await tab.api.addAccount(rig.draft());
    await other.api.counts();
    const added = other.next('messages-added');
    await tab.api.sync(id);
    await added;
    const changed = tab.next('messages-changed');
    await other.api.setFlags([await firstId(other)], { seen: true });
    await changed;
    expect(await tab.api.list(all, 0, 1)).toMatchObject({ unread: 0, rows: [{ seen: true }] });
  });
});

describe('a certificate that is trusted', () => {
  const certificate = {
    sha256: '0A:'.repeat(31) + 'FF',
    subject: 'CN=pop.example.org',
    issuer: 'CN=pop.example.org',
    names: 'pop.example.org',
    validFromMs: 1,
    validToMs: 2,
  };

  it('stands with the account until it is trusted no more, and all tabs hear of it', async () => {
    const rig = await start(1);
    const [tab, other] = [rig.tab(), rig.tab()];
    const added = await tab.api.addAccount(rig.draft());
    const heard = other.next('accounts-changed');
    await tab.api.trustCertificate(added.id, certificate);
    await heard;
    const { sha256, ...facts } = certificate;
    const [trusting] = await other.api.accounts();
    expect(trusting?.account).toEqual({
      ...added,
      incoming: { ...added.incoming, pin: sha256, pinned: facts },
    });
    expect(trusting?.hasPassword).toBe(true);
    await tab.api.trustCertificate(added.id, null);
    expect((await other.api.accounts())[0]?.account).toEqual(added);
  });

  it('is kept from the beginning when the draft names it', async () => {
    const rig = await start(1);
    const { sha256, ...facts } = certificate;
    const incoming = { ...rig.mail.account.incoming, pin: sha256, pinned: facts };
    await rig.tab().api.addAccount(rig.draft({ incoming }));
    expect(await rig.tab().api.accounts()).toMatchObject([{ account: { incoming } }]);
  });

  it('is refused for an account that is gone, and for a fingerprint that is none', async () => {
    const rig = await start(1);
    const { api } = rig.tab();
    await expect(api.trustCertificate(accountId('nobody'), certificate)).rejects.toMatchObject({
      code: 'not-found',
    });
    const { id } = await api.addAccount(rig.draft());
    await expect(api.trustCertificate(id, { ...certificate, sha256: 'x' })).rejects.toMatchObject({
      code: 'bad-input',
      detail: { field: 'certificate' },
    });
  });
});
