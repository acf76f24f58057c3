/** The MailStore contract: accounts, passwords, status, removal. */
import type { SessionTranscript } from '../../../web/model/transcript.ts';
import { TRANSCRIPTS_KEPT } from '../../../web/store/mail-store.ts';
import { closeAccount } from '../../../web/model/closed-account.ts';
import { accountId, uidl } from '../../../web/model/ids.ts';
import { assertEqual, assertRejects, at, must } from './contract-assert.ts';
import type { ContractCase } from './contract-case.ts';
import { anna, bert, sortedIds, storeWithAnna } from './contract-case.ts';
import { account, message, messages } from './mail-fixtures.ts';

const transcript = (startedAt: number): SessionTranscript => ({
  startedAt,
  endedAt: startedAt + 1,
  host: 'pop.example.org',
  port: 995,
  security: 'tls',
  error: 'login-refused',
  lines: ['S: +OK', 'C: QUIT'],
});

export const accountCases: ContractCase[] = [
  {
    name: 'keeps accounts and replaces one with the same id',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.putAccount(bert, 'secret');
      await store.putAccount({ ...anna, displayName: 'Anna B.' }, null);
      const names = (await store.accounts()).map((one) => one.displayName).sort();
      assertEqual(names, ['Anna B.', 'Person bert'], 'accounts');
    },
  },
  {
    name: 'knows from the beginning what came with an account, and stores it no more',
    async run(device) {
      const [store, other] = [await device.open(), await device.open()];
      assertEqual(await other.knownUidls(anna.id), new Set(), 'nothing yet');
      const [first, , third] = messages('m', 3);
      await store.putAccount(anna, 'secret', [must(first).uidl, must(third).uidl]);
      assertEqual(await store.password(anna.id), 'secret', 'password');
      assertEqual([...(await other.knownUidls(anna.id))].sort(), ['m0', 'm2'], 'known');
      assertEqual((await other.addMessages(anna.id, messages('m', 3))).length, 1, 'added');
      assertEqual((await store.holdings(anna.id)).length, 1, 'kept');
      assertEqual((await store.use(anna.id)).messages, 1, 'use');
    },
  },
  {
    name: 'keeps the certificate that is trusted with an account, and forgets it again',
    async run(device) {
      const store = await storeWithAnna(device);
      const pinned = { subject: 'CN=a', issuer: 'CN=a', names: 'a', validFromMs: 1, validToMs: 2 };
      const trusting = { ...anna, incoming: { ...anna.incoming, pin: 'AB', pinned } };
      await store.putAccount(trusting, null);
      assertEqual(await store.accounts(), [trusting], 'trusted');
      await store.putAccount(anna, null);
      assertEqual(await store.accounts(), [anna], 'no more');
    },
  },
  {
    name: 'keeps a password apart from the account and leaves it alone when null is put',
    async run(device) {
      const store = await storeWithAnna(device);
      assertEqual(await store.password(anna.id), null, 'no password yet');
      await store.putAccount(anna, 'ключ 🔑');
      await store.putAccount(anna, null);
      assertEqual(await store.password(anna.id), 'ключ 🔑', 'kept');
      assertEqual(JSON.stringify(await store.accounts()).includes('ключ'), false, 'not in the account');
      await store.setPassword(anna.id, '');
      assertEqual(await store.password(anna.id), '', 'an empty password is a password');
      await store.setPassword(anna.id, null);
      assertEqual(await store.password(anna.id), null, 'forgotten');
    },
  },
  {
    name: 'keeps the access token of the proxy for the device, whatever becomes of its accounts',
    async run(device) {
      const store = await storeWithAnna(device);
      assertEqual(await store.proxyToken(), null, 'none yet');
      await store.setProxyToken('correct horse');
      await store.setProxyToken('battery staple');
      await store.removeAccount(anna.id);
      assertEqual(await store.proxyToken(), 'battery staple', 'kept');
      await store.setProxyToken(null);
      assertEqual(await store.proxyToken(), null, 'forgotten');
    },
  },
  {
    name: 'keeps a status, which is empty before the first fetch',
    async run(device) {
      const store = await storeWithAnna(device);
      const empty = { lastSyncAt: null, maildropCount: 0, maildropOctets: 0 };
      assertEqual(await store.status(anna.id), empty, 'before');
      const status = { lastSyncAt: 5, maildropCount: 3, maildropOctets: 999 };
      await store.patchStatus(anna.id, status);
      assertEqual(await store.status(anna.id), status, 'after');
      await store.patchStatus(anna.id, { triedAt: 6, lastSyncAt: 6 });
      assertEqual(await store.status(anna.id), { ...status, triedAt: 6, lastSyncAt: 6 }, 'patched');
    },
  },
  {
    name: 'keeps the last transcripts, newest first, and none of an account that is gone',
    async run(device) {
      const store = await storeWithAnna(device);
      assertEqual(await store.transcripts(anna.id), [], 'before');
      for (let second = 1; second <= TRANSCRIPTS_KEPT + 2; second++) {
        await store.addTranscript(anna.id, transcript(second));
      }
      const kept = (await store.transcripts(anna.id)).map(({ startedAt }) => startedAt);
      assertEqual(kept, [7, 6, 5, 4, 3], 'kept');
      assertEqual(at(await store.transcripts(anna.id), 0), transcript(7), 'whole');
      await store.removeAccount(anna.id);
      assertEqual(await store.transcripts(anna.id), [], 'gone');
    },
  },
  {
    name: 'refuses to write to an account that is not here',
    async run(device) {
      const store = await device.open();
      const status = { lastSyncAt: null, maildropCount: 0, maildropOctets: 0 };
      await assertRejects(store.setPassword(anna.id, 'x'), 'not-found', 'setPassword');
      await assertRejects(store.patchStatus(anna.id, status), 'not-found', 'patchStatus');
      await assertRejects(store.addTranscript(anna.id, transcript(1)), 'not-found', 'addTranscript');
      await assertRejects(store.addMessages(anna.id, [message('a')]), 'not-found', 'addMessages');
      assertEqual(await store.summaries(), [], 'nothing was stored');
      assertEqual(await store.password(anna.id), null, 'no secret was stored');
    },
  },
  {
    name: 'removes everything of one account and nothing of another',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.putAccount(bert, 'b');
      await store.setPassword(anna.id, 'a');
      const [gone] = await store.addMessages(anna.id, messages('a', 3));
      const [kept] = await store.addMessages(bert.id, messages('b', 2));
      await store.removeAccount(anna.id);
      await store.removeAccount(accountId('nobody'));
      assertEqual(await store.accounts(), [bert], 'accounts');
      assertEqual(await store.password(anna.id), null, 'password');
      assertEqual(await store.knownUidls(anna.id), new Set(), 'unique-ids');
      assertEqual(await store.use(anna.id), { messages: 0, octets: 0 }, 'use');
      assertEqual(await store.raw(must(gone).id), null, 'raw');
      assertEqual(await store.summary(must(gone).id), null, 'summary');
      assertEqual((await store.summaries()).length, 2, 'summaries');
      assertEqual(await store.password(bert.id), 'b', 'other password');
      assertEqual((await store.raw(must(kept).id))?.length, 120, 'other raw');
    },
  },
  {
    name: 'closes an account: its mail and unique-ids stay, what only fetching needs is forgotten',
    async run(device) {
      const [store, other] = [await storeWithAnna(device), await device.open()];
      await store.putAccount(bert, 'b');
      await store.setPassword(anna.id, 'a');
      const clock = { sightAt: 4, heldUntil: 9, jumpedAt: 3 };
      await store.patchStatus(anna.id, { lastSyncAt: 5, maildropCount: 7, clock });
      await store.patchStatus(bert.id, { lastSyncAt: 6 });
      await store.addTranscript(anna.id, transcript(1));
      const removal = { uidl: uidl('a0'), octets: 120, hash: 'h', decidedAt: 5, state: 'gone' } as const;
      await store.putRemovals(anna.id, [removal]);
      const added = await store.addMessages(anna.id, messages('a', 3));
      await store.setFlags([at(added, 1).id], { starred: true });
      await store.changeWishes(anna.id, () => ({
        put: [{ uidl: uidl('a1'), wish: 'keep', octets: 1, wishedAt: 1 }],
        result: null,
      }));
      const closed = closeAccount(anna, 7);
      await store.closeAccount(closed);
      assertEqual(
        (await other.accounts()).find(({ id }) => id === anna.id),
        closed,
        'account',
      );
      assertEqual(await other.password(anna.id), null, 'password');
      // What was received before the clock jumped is not counted by the new one later on.
      const left = { lastSyncAt: null, maildropCount: 0, maildropOctets: 0, clock };
      assertEqual(await other.status(anna.id), left, 'status');
      assertEqual(await other.transcripts(anna.id), [], 'transcripts');
      assertEqual(await other.wishes(anna.id), [], 'wishes');
      assertEqual(sortedIds(await other.summaries()), sortedIds(added), 'mail');
      assertEqual((await other.summary(at(added, 1).id))?.starred, true, 'flags');
      assertEqual(await other.knownUidls(anna.id), new Set(['a0', 'a1', 'a2']), 'unique-ids');
      assertEqual(await other.removals(anna.id), [removal], 'removals');
      assertEqual(
        [await other.password(bert.id), (await other.status(bert.id)).lastSyncAt],
        ['b', 6],
        'other',
      );
      await other.putAccount(anna, 'again');
      assertEqual((await other.addMessages(anna.id, messages('a', 4))).length, 1, 'only what is new');
      await assertRejects(other.closeAccount(account('nobody')), 'not-found', 'closeAccount');
      assertEqual((await other.accounts()).length, 2, 'no account came of that');
    },
  },
  {
    name: 'never hands out the id of a removed message again',
    async run(device) {
      const store = await storeWithAnna(device);
      const before = await store.addMessages(anna.id, messages('a', 3));
      await store.removeAccount(anna.id);
      await store.putAccount(anna, null);
      const after = await store.addMessages(anna.id, messages('a', 3));
      assertEqual(after.length, 3, 'unique-ids are free again');
      assertEqual(Math.min(...after.map((row) => row.id)) > at(before, 2).id, true, 'higher ids');
    },
  },
];
