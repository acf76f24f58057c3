/** A provider that hands out a part of the maildrop at a time, as Gmail does: sessions until nothing new comes. */
import { afterEach, describe, expect, it } from 'vitest';
import type { MaildropMessage } from '../../../proxy/demo/maildrop.ts';
import type { Account } from '../../../web/model/account.ts';
import { createSocketDial } from '../../support/socket-transport.ts';
import { makeMaildrop, SyncRig, USER } from './rig.ts';

const all = makeMaildrop(6);
const rigs: SyncRig[] = [];

/** One rig for each session, of which the first is asked to fetch. */
async function start(sessions: MaildropMessage[][], given: Partial<Account> = {}, user = USER) {
  const parts = await Promise.all(sessions.map((messages) => SyncRig.start(messages, {}, user)));
  rigs.push(...parts);
  const [rig] = parts;
  if (rig === undefined) throw new Error('no session');
  Object.assign(rig.account, { incoming: { ...rig.account.incoming, host: 'pop.gmail.com' }, ...given });
  const direct = createSocketDial();
  let dialled = 0;
  const fetch = () =>
    rig.fetch({
      parts: {
        dial: (target, observer, signal) => {
          const { host, port } = parts[Math.min(dialled++, parts.length - 1)]?.server ?? target;
          return direct({ ...target, host, port }, observer, signal);
        },
      },
    });
  return { rig, parts, fetch, dialled: () => dialled };
}
afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.stop()));
});

describe('a maildrop in batches', () => {
  it('is fetched whole, over as many sessions as it takes', async () => {
    const { rig, fetch, dialled } = await start([all.slice(0, 3), all.slice(3, 5), all.slice(5), []]);
    expect((await fetch()).result).toMatchObject({ fetched: 6, skipped: [] });
    expect((await rig.stored()).toSorted()).toEqual(all.map(({ uidl }) => uidl));
    expect(dialled()).toBe(4);
  });

  it('costs one session when there is nothing new', async () => {
    const { fetch, dialled } = await start([[]]);
    expect((await fetch()).result).toMatchObject({ fetched: 0 });
    expect(dialled()).toBe(1);
  });

  it('is fetched as far as the server likes', async () => {
    const { parts, fetch } = await start([all.slice(0, 3), all.slice(3)]);
    Object.assign(parts[1]?.faults ?? {}, { greeting: '-ERR [LOGIN-DELAY] wait 300 seconds\r\n' });
    expect(await fetch()).toMatchObject({ error: null, result: { fetched: 3 } });
  });

  it('is asked for by another name where the last 30 days are wanted, and once', async () => {
    const recent = await start([all.slice(0, 3), all.slice(3)], { recent: true }, 'recent:nora');
    expect((await recent.fetch()).result).toMatchObject({ fetched: 3 });
    expect(recent.dialled()).toBe(1);
    const usual = await start([all], { recent: false }, 'recent:nora');
    expect((await usual.fetch()).error).toMatchObject({ code: 'login-refused' });
  });

  it('is one session everywhere else', async () => {
    const { rig, fetch, dialled } = await start([all.slice(0, 3), all.slice(3)]);
    rig.account.incoming = { ...rig.account.incoming, host: 'pop.example.org' };
    expect((await fetch()).result).toMatchObject({ fetched: 3 });
    expect(dialled()).toBe(1);
  });
});
