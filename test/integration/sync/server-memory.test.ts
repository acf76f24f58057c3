/** What is kept of a server for the next visits, and how long. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import { makeMaildrop, SyncRig } from './rig.ts';

const rigs: SyncRig[] = [];
async function start(messages: number, faults: Faults): Promise<SyncRig> {
  const rig = await SyncRig.start(makeMaildrop(messages), faults);
  rigs.push(rig);
  return rig;
}
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.stop()));
});

/** The commands of a fetch so many days later. */
async function fetchAfter(rig: SyncRig, days: number): Promise<string[]> {
  rig.clock.advance(days * 86_400_000);
  rig.commands.length = 0;
  expect((await rig.fetch()).error).toBeNull();
  return rig.commands;
}

describe('a server, in clear,', () => {
  it('is not asked for a day what it did not know', async () => {
    const rig = await start(1, { refuse: { CAPA: 'unknown command', AUTH: 'unknown command' } });
    await rig.fetch();
    expect(rig.commands.slice(0, 4)).toEqual(['greeting', 'CAPA', 'AUTH', 'USER nora']);
    expect((await fetchAfter(rig, 0.9)).slice(0, 2)).toEqual(['greeting', 'USER nora']);
    expect((await fetchAfter(rig, 0.1)).slice(0, 2)).toEqual(['greeting', 'CAPA']);
  });

  it('that offers pipelining and does not bear it has a day without', async () => {
    const rig = await start(20, { punishPipelining: true, capabilities: ['USER', 'UIDL', 'PIPELINING'] });
    const greetings = (commands: string[]): number => commands.filter((it) => it === 'greeting').length;
    expect(greetings(await fetchAfter(rig, 0))).toBe(2);
    expect(greetings(await fetchAfter(rig, 0.9))).toBe(1);
    expect(greetings(await fetchAfter(rig, 0.1))).toBe(2);
  });

  it('that hands out some mail in UTF-8 mode only is asked for that mode', async () => {
    const rig = await start(3, { capabilities: ['USER', 'UIDL'] });
    const wanted = { 'RETR 2': '[UTF8] its headers are in UTF-8' };
    Object.defineProperty(rig.faults, 'refuse', {
      get: () => (rig.commands.includes('UTF8') ? {} : wanted),
    });
    expect((await rig.fetch()).result).toMatchObject({ fetched: 3, skipped: [] });
    expect(rig.commands.filter((command) => command === 'greeting')).toHaveLength(2);
    expect(rig.retrieved).toEqual([3, 2, 1, 2]);
  });

  it('keeps what it does not hand out in UTF-8 mode either', async () => {
    const rig = await start(2, { refuse: { 'RETR 2': '[UTF8] no' } });
    const { result } = await rig.fetch();
    expect(result?.skipped).toMatchObject([{ uidl: 'uid-2', error: { code: 'utf8-needed' } }]);
    expect(rig.commands.filter((command) => command === 'greeting')).toHaveLength(2);
    rig.commands.length = 0;
    await rig.fetch();
    expect(rig.commands.filter((command) => command === 'greeting')).toHaveLength(1);
  });
});
