/** The maildrop: lock, numbers, marks, commit. */
import { expect, test } from 'vitest';
import { Maildrop, transmittedOctets, type MaildropSession } from '../../../proxy/demo/maildrop.ts';
import { octetsOf } from '../../../proxy/demo/pop3-reply.ts';

function maildrop(count = 3): Maildrop {
  return new Maildrop(
    Array.from({ length: count }, (_, index) => ({
      uidl: `id${index + 1}`,
      raw: octetsOf(`${index + 1}\r\n`),
    })),
  );
}

function opened(drop: Maildrop): MaildropSession {
  const session = drop.open();
  if (session === null) throw new Error('the maildrop is in use');
  return session;
}

const uidls = (drop: Maildrop): string[] => drop.messages.map((message) => message.uidl);

test('one session holds the lock until it commits or is abandoned', () => {
  const drop = maildrop();
  const first = opened(drop);
  expect(drop.inUse).toBe(true);
  expect(drop.open()).toBeNull();
  first.abandon();
  const second = opened(drop);
  first.commit();
  expect(drop.inUse).toBe(true);
  second.commit();
  expect(drop.inUse).toBe(false);
});

test('marks hide a message and keep the numbers of the others', () => {
  const session = opened(maildrop());
  expect(session.markDeleted(2)).toBe(true);
  expect(session.markDeleted(2)).toBe(false);
  expect(session.message(2)).toBeNull();
  expect([...session.entries()].map(([number, message]) => [number, message.uidl])).toEqual([
    [1, 'id1'],
    [3, 'id3'],
  ]);
  expect(session.totals()).toEqual({ count: 2, octets: 6 });
  session.reset();
  expect(session.totals()).toEqual({ count: 3, octets: 9 });
});

test.each([0, -1, 4, 1.5, Number.NaN])('there is no message %s', (number) => {
  const session = opened(maildrop());
  expect(session.message(number)).toBeNull();
  expect(session.markDeleted(number)).toBe(false);
});

test('commit removes what is marked, abandon removes nothing', () => {
  const drop = maildrop();
  const first = opened(drop);
  first.markDeleted(1);
  first.abandon();
  expect(uidls(drop)).toEqual(['id1', 'id2', 'id3']);
  const second = opened(drop);
  second.markDeleted(1);
  expect(second.commit()).toBe(1);
  expect(uidls(drop)).toEqual(['id2', 'id3']);
});

test('what is delivered during a session is seen by the next one and survives the commit', () => {
  const drop = maildrop();
  const session = opened(drop);
  drop.deliver({ uidl: 'late', raw: octetsOf('late\r\n') });
  expect(session.totals().count).toBe(3);
  session.markDeleted(3);
  session.commit();
  expect(uidls(drop)).toEqual(['id1', 'id2', 'late']);
});

test.each([
  ['', 2],
  ['a', 3],
  ['a\r\n', 3],
  ['a\n', 4],
  ['a\r', 4],
])('%j is sent as %d octets', (text, octets) => {
  expect(transmittedOctets(octetsOf(text))).toBe(octets);
});
