/** Unique-ids that a server gives to other mail than before: none of it is hidden by what had its name, and none comes twice. */
import { describe, expect, it } from 'vitest';
import type { MaildropMessage } from '../../../proxy/demo/maildrop.ts';
import { makeMail, makeMaildrop, type SyncRig } from './rig.ts';
import { startingRigs } from './starting.ts';

const start = startingRigs();

describe('a unique-id that the server gives to other mail', () => {
  const tops = (rig: SyncRig): string[] => rig.commands.filter((command) => command.startsWith('TOP'));

  it('does not hide that mail: it is fetched, once', async () => {
    const messages = makeMaildrop(5);
    const rig = await start(messages);
    await rig.fetch();
    const next = await start([...messages.slice(0, 4), { uidl: 'uid-5', raw: makeMail(9, 900) }]);
    const parts = { store: rig.store };
    expect((await next.fetch({ parts })).result).toMatchObject({ fetched: 1, onServer: 5 });
    expect(next.retrieved).toEqual([5]);
    const fetched = (await rig.store.summaries()).filter(({ subject }) => subject === 'Message 9');
    expect(fetched).toMatchObject([{ uidl: `uid-5\n${makeMail(9, 900).length} 1` }]);
    next.commands.length = 0;
    expect((await next.fetch({ parts })).result).toMatchObject({ fetched: 0 });
    expect([tops(next), await rig.stored()]).toEqual([[], expect.objectContaining({ length: 6 })]);
  });

  it('is found though the fetch of it broke off', async () => {
    const messages = makeMaildrop(5);
    const rig = await start(messages);
    await rig.fetch();
    const changed = [...messages.slice(0, 4), { uidl: 'uid-5', raw: makeMail(9, 900) }];
    const parts = { store: rig.store };
    const broken = await start(changed, { refuse: { RETR: 'not now' } });
    expect((await broken.fetch({ parts })).result).toMatchObject({ fetched: 0, skipped: [{ number: 5 }] });
    const next = await start(changed);
    expect((await next.fetch({ parts })).result).toMatchObject({ fetched: 1, skipped: [] });
  });

  it('is found though the server showed no headers for a while', async () => {
    const messages = makeMaildrop(5);
    const rig = await start(messages);
    await rig.fetch();
    const changed = [...messages.slice(0, 4), { uidl: 'uid-5', raw: makeMail(9, 900) }];
    const next = await start(changed, { refuse: { TOP: '[SYS/TEMP] not now' } });
    const parts = { store: rig.store };
    for (let visit = 0; visit < 2; visit += 1) {
      expect((await next.fetch({ parts })).result).toMatchObject({ fetched: 0 });
    }
    delete next.faults.refuse;
    expect((await next.fetch({ parts })).result).toMatchObject({ fetched: 1 });
    next.commands.length = 0;
    expect((await next.fetch({ parts })).result).toMatchObject({ fetched: 0 });
    expect([tops(next), next.retrieved]).toEqual([[], []]);
  });

  it('is not seen in sizes that are off: each header is looked at once', async () => {
    const listOctets = (number: number, octets: number): number => octets + (number < 4 ? 50 : 0);
    const rig = await start(5, { listOctets });
    await rig.fetch();
    rig.commands.length = 0;
    expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
    expect(new Set(tops(rig))).toEqual(new Set(['TOP 3 0', 'TOP 2 0', 'TOP 1 0']));
    rig.commands.length = 0;
    rig.maildrop.deliver({ uidl: 'uid-6', raw: makeMail(6) });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 1 });
    expect(tops(rig)).toEqual([]);
  });

  it('is found among many sizes that are off, over some visits', async () => {
    const messages = makeMaildrop(70);
    const rig = await start(messages);
    await rig.fetch();
    const next = await start(messages.with(0, { uidl: 'uid-1', raw: makeMail(99, 900) }), {
      listOctets: (number, octets) => octets + (number <= 25 ? 50 : 0),
    });
    const parts = { store: rig.store };
    expect((await next.fetch({ parts })).result).toMatchObject({ fetched: 0 });
    expect((await next.fetch({ parts })).result).toMatchObject({ fetched: 1 });
    next.commands.length = 0;
    expect((await next.fetch({ parts })).result).toMatchObject({ fetched: 0 });
    expect(tops(next)).toEqual([]);
  });

  it('is looked for in the newest few alone where no size agrees, and not without TOP', async () => {
    const rig = await start(50, { listOctets: (_number, octets) => octets + 50 });
    await rig.fetch();
    for (let visit = 0; visit < 2; visit += 1) {
      expect((await rig.fetch()).result).toMatchObject({ fetched: 0 });
      expect(new Set(tops(rig))).toEqual(new Set([50, 49, 48, 47, 46].map((number) => `TOP ${number} 0`)));
    }
    const asked = tops(rig).length;
    rig.maildrop.deliver({ uidl: 'uid-51', raw: makeMail(51) });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 1 });
    expect(tops(rig)).toHaveLength(asked);
    const other = await start(5, { refuse: { TOP: 'what' } });
    await other.fetch();
    Object.assign(other.faults, { listOctets: () => 77 });
    expect((await other.fetch()).result).toMatchObject({ fetched: 0, skipped: [] });
  });

  it('does not hide new mail though it names all by their place, and the oldest have gone', async () => {
    const numbered = (from: number, count: number): MaildropMessage[] =>
      Array.from({ length: count }, (_, index) => ({
        uidl: `${index + 1}`,
        raw: makeMail(from + index, 300 + 50 * (from + index)),
      }));
    const rig = await start(numbered(1, 40));
    await rig.fetch();
    const next = await start(numbered(11, 33));
    const parts = { store: rig.store };
    expect((await next.fetch({ parts })).result).toMatchObject({ fetched: 3 });
    const subjects = (await rig.store.summaries()).map(({ subject }) => subject);
    expect(subjects.toSorted()).toEqual(
      numbered(1, 43)
        .map((_, index) => `Message ${index + 1}`)
        .toSorted(),
    );
  });
});
