/** Repair by way of the service, as a page asks for it: beside a fetch, with two tabs, and what readers see after it. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import type { MessageId } from '../../../web/model/ids.ts';
import type { RepairProgress } from '../../../web/model/repair.ts';
import { makeMaildrop, SyncRig } from './rig.ts';
import { ServiceRig, type Tab } from './service-rig.ts';

const all = { folder: 'inbox', account: null, filter: 'all' } as const;
const rigs: ServiceRig[] = [];
async function start(messages: number, faults?: Faults): Promise<ServiceRig> {
  const rig = new ServiceRig(await SyncRig.start(makeMaildrop(messages), faults));
  rigs.push(rig);
  return rig;
}
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.stop()));
});

const open = () => new AbortController().signal;
const repair = (
  tab: Tab,
  onProgress: (progress: RepairProgress) => void = () => undefined,
  signal = open(),
) => tab.api.repair(onProgress, signal);

/** Changes the last octet of the message on the disk. */
function spoil(rig: ServiceRig, id: MessageId): void {
  const kept = rig.disk.messages.get(id);
  if (kept === undefined) throw new RangeError(`no message ${id}`);
  kept.raw = kept.raw.with(kept.raw.length - 1, 7);
}

describe('repair', () => {
  it('names what is damaged, and says so wherever it is opened, in all tabs', async () => {
    const rig = await start(6);
    const [tab, other] = [rig.tab(), rig.tab()];
    const { id: account } = await tab.api.addAccount(rig.draft());
    await tab.api.sync(account);
    await other.api.counts();
    const [row] = (await tab.api.list(all, 0, 1)).rows;
    if (row === undefined) throw new Error('mail was to be here');
    spoil(rig, row.id);
    const seen: RepairProgress[] = [];
    const rebuilt = other.next('list-rebuilt');
    const report = await repair(tab, (progress) => seen.push(progress));
    await rebuilt;
    expect(report).toMatchObject({ messages: 6, damagedCount: 1, unproven: 0 });
    expect(report.damaged).toMatchObject([{ id: row.id, subject: row.subject, damage: 'changed' }]);
    expect(seen.at(-1)).toMatchObject({ messagesDone: 6, messagesTotal: 6 });
    for (const { api } of [tab, other]) {
      expect(await api.summary(row.id)).toEqual({ ...row, damaged: true });
    }
    // Nothing is fetched again by that, and nothing is lost.
    await tab.api.sync(account);
    expect((await tab.api.list(all, 0, 9)).total).toBe(6);
  });

  it('waits for a fetch that runs, and a fetch waits for it', async () => {
    const rig = await start(50, { stallInRetr: { nth: 30, afterOctets: 10 } });
    const [tab, other] = [rig.tab(), rig.tab()];
    const { id: account } = await tab.api.addAccount(rig.draft());
    const added = tab.next('messages-added');
    const fetching = tab.api.sync(account);
    await added;
    const phases: string[] = [];
    const repairing = repair(other, ({ phase }) => phases.push(phase));
    await tab.api.cancelSync(account);
    await fetching;
    const { messages } = await repairing;
    expect(messages).toBe((await tab.store.summaries()).length);
    expect(phases[0]).toBe('waiting');
  });

  it('runs once at a time over all tabs, and whoever waits may stop waiting', async () => {
    const rig = await start(2);
    const [tab, other] = [rig.tab(), rig.tab()];
    const { id: account } = await tab.api.addAccount(rig.draft());
    await tab.api.sync(account);
    const control = new AbortController();
    const [first, second] = await Promise.allSettled([
      repair(tab),
      (async () => {
        const waiting = repair(other, () => undefined, control.signal);
        control.abort();
        return waiting;
      })(),
    ]);
    expect(first).toMatchObject({ status: 'fulfilled', value: { messages: 2 } });
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
  });

  it('goes through closed accounts too', async () => {
    const rig = await start(3);
    const tab = rig.tab();
    const { id: account } = await tab.api.addAccount(rig.draft());
    await tab.api.sync(account);
    await tab.api.closeAccount(account);
    expect(await repair(tab)).toMatchObject({ messages: 3, damagedCount: 0 });
  });
});
