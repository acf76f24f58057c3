/** The MailStore contract: mail is read back batch by batch, and what a repair has found is noted. */
import { messageId } from '../../../web/model/ids.ts';
import type { InspectedMessage } from '../../../web/model/repair.ts';
import type { MailStore } from '../../../web/store/mail-store.ts';
import { assertEqual, at, must } from './contract-assert.ts';
import type { ContractCase } from './contract-case.ts';
import { anna, bert, sameBytes, sortedIds, storeWithAnna } from './contract-case.ts';
import { message, messages } from './mail-fixtures.ts';

/** All of anna's mail in batches of so many octets. */
async function readAll(store: MailStore, octets: number): Promise<InspectedMessage[][]> {
  const batches: InspectedMessage[][] = [];
  for (let from = messageId(0); ;) {
    const { messages, next } = await store.inspect(anna.id, from, octets);
    if (messages.length > 0) batches.push(messages);
    if (next === null) return batches;
    from = next;
  }
}

export const repairCases: ContractCase[] = [
  {
    name: 'reads all mail of an account back, each message once and by rising id',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.putAccount(bert, null);
      const receipt = { hash: 'h', listedOctets: 120, unterminated: false };
      const batch = messages('m', 1500).map((one, index) => (index % 2 === 0 ? { ...one, receipt } : one));
      const added = await store.addMessages(anna.id, batch);
      await store.addMessages(bert.id, messages('other', 3));
      added.push(...(await store.addMessages(anna.id, messages('later', 2))));
      const read = (await readAll(store, 100_000)).flat();
      assertEqual(
        read.map(({ id }) => id as number),
        sortedIds(added),
        'ids',
      );
      for (const index of [0, 1, 1499]) {
        const [one, was] = [at(read, index), at(batch, index)];
        assertEqual(sameBytes(one.raw, was.raw), true, 'raw');
        const { uidl, digest, receipt: kept } = one;
        assertEqual(
          { uidl, digest, kept },
          { uidl: was.uidl, digest: was.digest, kept: was.receipt ?? null },
          'rest',
        );
        assertEqual([one.octets, one.damaged], [120, false], 'octets');
      }
    },
  },
  {
    name: 'reads back no more octets at once than it was told, but always one message',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.addMessages(anna.id, [
        message('a', 100),
        message('b', 100),
        message('c', 5000),
        message('d', 0),
      ]);
      const sizes = (await readAll(store, 250)).map((batch) => batch.map(({ octets }) => octets));
      assertEqual(sizes, [[100, 100], [5000], [0]], 'batches');
      assertEqual(await store.inspect(bert.id, messageId(0), 250), { messages: [], next: null }, 'of nobody');
    },
  },
  {
    name: 'notes new rows and damage, and leaves flags, receipts and unique-ids alone',
    async run(device) {
      const [store, other] = [await storeWithAnna(device), await device.open()];
      const receipt = { hash: 'h', listedOctets: 120, unterminated: true };
      const added = await store.addMessages(anna.id, [
        { ...message('a'), receipt, unterminated: true },
        message('b'),
        message('c'),
      ]);
      const [a, b, c] = [at(added, 0), at(added, 1), at(added, 2)];
      await store.setFlags([a.id, b.id], { starred: true, seen: true });
      const digest = { ...message('new').digest, subject: 'Rebuilt' };
      const changed = await store.applyFindings([
        { id: a.id, digest, damaged: false },
        { id: b.id, digest: null, damaged: true },
        { id: c.id, digest: null, damaged: false },
        { id: messageId(c.id + 1), digest, damaged: true },
        { id: messageId(7), digest, damaged: true },
      ]);
      assertEqual(changed, [a.id, b.id], 'changed');
      const flags = { seen: true, starred: true };
      assertEqual(await other.summary(a.id), { ...a, ...flags, ...digest }, 'rebuilt');
      assertEqual(await other.summary(b.id), { ...b, ...flags, damaged: true }, 'damaged');
      assertEqual(await other.summary(c.id), c, 'untouched');
      assertEqual(
        must((await other.holdings(anna.id)).find(({ id }) => id === a.id)).receipt,
        receipt,
        'receipt',
      );
      assertEqual((await other.knownUidls(anna.id)).size, 3, 'unique-ids');
      assertEqual(
        (await readAll(other, 9999)).flat().map(({ damaged }) => damaged),
        [false, true, false],
        'read',
      );
      await other.setFlags([b.id], { seen: false });
      assertEqual((await other.summary(b.id))?.damaged, true, 'stays damaged');
      assertEqual(await other.applyFindings([{ id: b.id, digest: null, damaged: false }]), [b.id], 'mended');
      assertEqual(await store.summary(b.id), { ...b, seen: false, starred: true }, 'sound again');
    },
  },
  {
    name: 'finds a message among the newest by the date of its new row, and after mending',
    async run(device) {
      const store = await storeWithAnna(device);
      const old = messages('m', 1500).map((one) => ({ ...one, digest: { ...one.digest, sentAt: 5 } }));
      const added = await store.addMessages(anna.id, old);
      const { id } = at(added, 3);
      const digest = { ...at(old, 3).digest, sentAt: 9 };
      const newestIds = async () =>
        (await store.newest({ folder: 'inbox', account: null }, 1)).rows.map((row) => row.id);
      assertEqual(await newestIds(), [at(added, 1499).id], 'before');
      await store.applyFindings([{ id, digest, damaged: false }]);
      assertEqual(await newestIds(), [id], 'after');
      assertEqual(await store.mendRecords(), 0, 'nothing to mend');
      assertEqual(await newestIds(), [id], 'still');
    },
  },
  {
    name: 'tells a beginning from a whole message, whose coming ends its damage',
    async run(device) {
      const store = await storeWithAnna(device);
      const partial = { octets: 5000, lines: 3 };
      const [row] = await store.addMessages(anna.id, [{ ...message('a'), partial }, message('b')]);
      const { id } = must(row);
      assertEqual(
        (await readAll(store, 9999)).flat().map(({ isCut }) => isCut),
        [true, false],
        'before',
      );
      await store.applyFindings([{ id, digest: null, damaged: true }]);
      assertEqual((await store.summary(id))?.damaged, true, 'damaged');
      const { raw, digest, receivedAt } = message('whole', 5000);
      const completed = must(await store.completeMessage(id, { raw, digest, receivedAt }));
      assertEqual([completed.damaged, (await store.summary(id))?.damaged], [undefined, undefined], 'no more');
      assertEqual(
        (await readAll(store, 9999)).flat().map(({ isCut }) => isCut),
        [false, false],
        'after',
      );
      assertEqual(await store.mendRecords(), 0, 'mended');
    },
  },
  {
    name: 'says of a holding that it is damaged, and puts a whole message in its place as often as that takes',
    async run(device) {
      const store = await storeWithAnna(device);
      const added = await store.addMessages(anna.id, messages('m', 3));
      const { id } = at(added, 1);
      await store.setFlags([id], { starred: true });
      const isDamaged = async () => (await store.holdings(anna.id)).map((one) => one.damaged ?? false);
      for (const octets of [150, 90]) {
        const { raw, digest } = message('again', octets);
        const receipt = { hash: `h${octets}`, listedOctets: octets, unterminated: false };
        const whole = { raw, digest, receipt, receivedAt: octets };
        assertEqual(await store.completeMessage(id, whole), null, 'nothing wrong with it');
        await store.applyFindings([{ id, digest: null, damaged: true }]);
        assertEqual((await isDamaged()).sort(), [false, false, true], 'damaged');
        assertEqual(
          await store.completeMessage(id, whole),
          { ...at(added, 1), ...digest, octets, receivedAt: octets, starred: true },
          'replaced',
        );
        assertEqual(await isDamaged(), [false, false, false], 'sound');
        assertEqual(await store.raw(id), raw, 'raw');
        assertEqual(
          (await store.holdings(anna.id)).find((one) => one.id === id)?.receipt,
          receipt,
          'receipt',
        );
        assertEqual(await store.use(anna.id), { messages: 3, octets: 240 + octets }, 'use');
      }
      assertEqual(await store.mendRecords(), 0, 'nothing to mend');
      await store.move([id], 'trash');
      assertEqual(await store.removeMessages([id], () => 'header'), [id], 'removed');
      assertEqual(await store.raw(at(added, 2).id), message('m2').raw, 'raw of another');
      assertEqual(await store.use(anna.id), { messages: 2, octets: 240 }, 'use at last');
    },
  },
  {
    name: 'keeps no proof of a damaged message that is deleted: the server may have the only good one',
    async run(device) {
      const store = await storeWithAnna(device);
      const ids = (await store.addMessages(anna.id, messages('m', 2))).map(({ id }) => id);
      await store.applyFindings([{ id: at(ids, 1), digest: null, damaged: true }]);
      await store.move(ids, 'trash');
      await store.removeMessages(ids, () => 'header');
      const headers = (await store.deletions(anna.id)).map(({ id, header }) => [id, header]);
      assertEqual(
        headers,
        [
          [at(ids, 0), 'header'],
          [at(ids, 1), null],
        ],
        'headers',
      );
    },
  },
  {
    name: 'finds nothing to mend where nothing is wrong',
    async run(device) {
      const store = await storeWithAnna(device);
      await store.putAccount(bert, null);
      assertEqual(await store.mendRecords(), 0, 'nothing yet');
      const added = await store.addMessages(anna.id, messages('m', 1500));
      await store.addMessages(bert.id, messages('b', 300));
      await store.addMessages(bert.id, messages('later', 2));
      await store.addUidls(anna.id, [message('x').uidl]);
      await store.setFlags([at(added, 3).id], { seen: true });
      const before = [
        await store.use(anna.id),
        await store.knownUidls(anna.id),
        await store.summary(at(added, 3).id),
      ];
      assertEqual(await store.mendRecords(), 0, 'nothing');
      const after = [
        await store.use(anna.id),
        await store.knownUidls(anna.id),
        await store.summary(at(added, 3).id),
      ];
      assertEqual(after, before, 'as before');
    },
  },
];
