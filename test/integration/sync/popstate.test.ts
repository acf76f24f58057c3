/** Who comes from Thunderbird fetches only what it has not: its popstate.dat, over a real mail server. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Account } from '../../../web/model/account.ts';
import { makeMaildrop, SyncRig } from './rig.ts';
import { ServiceRig, type Tab } from './service-rig.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(): Promise<{ mail: SyncRig; tab: Tab; account: Account }> {
  const mail = await SyncRig.start(makeMaildrop(6));
  const rig = new ServiceRig(mail);
  closers.push(() => rig.stop());
  const tab = rig.tab();
  return { mail, tab, account: await tab.api.addAccount(rig.draft()) };
}

const file = (...lines: string[]): Uint8Array<ArrayBuffer> => new TextEncoder().encode(lines.join('\n'));

describe('popstate.dat', () => {
  it('is summed up from the account’s side, and changes nothing by that', async () => {
    const { tab, account } = await start();
    const bytes = file(
      `*${account.incoming.host.toUpperCase()} Nora`,
      'k uid-1 1262304000',
      'd uid-2 1572566400',
      'b uid-3 1',
      'zzz',
      '*pop.example.net other',
      'k x',
    );
    expect(await tab.api.readPopstate(account.id, bytes)).toEqual({
      sections: [
        {
          host: account.incoming.host.toUpperCase(),
          user: 'Nora',
          fetched: 2,
          partial: 1,
          firstAt: 1_262_304_000_000,
          lastAt: 1_572_566_400_000,
          isThis: true,
        },
        {
          host: 'pop.example.net',
          user: 'other',
          fetched: 1,
          partial: 0,
          firstAt: null,
          lastAt: null,
          isThis: false,
        },
      ],
      oddLines: [5],
      odd: 1,
    });
    expect(await tab.store.knownUidls(account.id)).toEqual(new Set());
  });

  it('keeps from being fetched what Thunderbird has whole, and nothing else', async () => {
    const { mail, tab, account } = await start();
    const bytes = file(
      '*old.example.org someone',
      'k uid-1 1',
      'd uid-2 1',
      'b uid-3 1',
      'f uid-4 1',
      'k gone 1',
    );
    expect(await tab.api.takePopstate(account.id, bytes, 0)).toBe(3);
    expect(await tab.api.takePopstate(account.id, bytes, 0)).toBe(0);
    await tab.api.sync(account.id);
    const uidls = (await tab.store.summaries()).map(({ uidl }) => uidl).sort();
    expect(uidls).toEqual(['uid-3', 'uid-4', 'uid-5', 'uid-6']);
    expect(mail.maildrop.messages).toHaveLength(6);
    // What is not here is never deleted there, whatever the rule.
    await tab.api.setRetention(account.id, { rule: 'after-download' });
    await tab.api.sync(account.id);
    expect(mail.maildrop.messages.map(({ uidl }) => uidl)).toEqual(
      expect.arrayContaining(['uid-1', 'uid-2']),
    );
  });

  it('is refused for a mailbox that is not in it, and for an account that is gone', async () => {
    const { tab, account } = await start();
    const bytes = file('*h u', 'k uid-1');
    for (const section of [1, -1, 0.5, NaN]) {
      await expect(tab.api.takePopstate(account.id, bytes, section)).rejects.toMatchObject({
        code: 'bad-input',
      });
    }
    await tab.api.removeAccount(account.id);
    await expect(tab.api.takePopstate(account.id, bytes, 0)).rejects.toMatchObject({ code: 'not-found' });
    await expect(tab.api.readPopstate(account.id, bytes)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('names the line that is wrong', async () => {
    const { tab, account } = await start();
    await expect(tab.api.readPopstate(account.id, file('*h u', 'nonsense'))).rejects.toMatchObject({
      code: 'file-damaged',
      detail: { what: 'popstate.dat', line: 2 },
    });
  });
});
