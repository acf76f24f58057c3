import { describe, expect, it } from 'vitest';
import { contentIdentity, headerIdentity, volatileOctets } from '../../../web/pop3/identity-hash.ts';
import { bytes } from '../../support/octets.ts';

const HEAD = 'From: Ann <ann@example.test>\r\nSubject: x\r\n folded\r\nMessage-ID: <1@x>\r\n\r\n';
const MAIL = `${HEAD}line one\r\nline two\r\n`;

/** Ways in which one message looks different from one session to the next. */
const ALIKE: readonly { name: string; mail: string }[] = [
  { name: 'LF for CRLF', mail: MAIL.replaceAll('\r\n', '\n') },
  { name: 'X-UIDL added (mailutils)', mail: `X-UIDL: 77\r\n\tand more\r\n${MAIL}` },
  { name: 'Status added (UW ipop3d)', mail: MAIL.replace('Subject', 'Status: RO\r\nX-Status: \r\nSubject') },
  { name: '+OK twice (FTGate)', mail: `+OK 300 octets\r\n${MAIL}` },
  { name: 'the separator of an mbox', mail: `From ann@example.test Mon Nov 23 10:00:00 2026\r\n${MAIL}` },
];

describe.each(ALIKE)('$name', ({ mail }) => {
  it('changes no identity', () => {
    expect(headerIdentity(bytes(mail))).toBe(headerIdentity(bytes(MAIL)));
    expect(contentIdentity(bytes(mail))).toBe(contentIdentity(bytes(MAIL)));
  });
});

it.each(ALIKE.slice(1))('$name: its octets are told', ({ mail }) => {
  expect(volatileOctets(bytes(mail))).toBe(mail.length - MAIL.length);
  expect(volatileOctets(bytes(MAIL))).toBe(0);
});

it.each([
  { name: 'another subject', mail: MAIL.replace('Subject: x', 'Subject: y') },
  { name: 'another folded line', mail: MAIL.replace('folded', 'Status: ') },
  { name: 'a field less', mail: MAIL.replace('Message-ID: <1@x>\r\n', '') },
])('$name changes both', ({ mail }) => {
  expect(headerIdentity(bytes(mail))).not.toBe(headerIdentity(bytes(MAIL)));
  expect(contentIdentity(bytes(mail))).not.toBe(contentIdentity(bytes(MAIL)));
});

it('the header alone is as good as the whole message', () => {
  for (const part of [HEAD, HEAD.slice(0, -2), `${HEAD}line one\r\n`]) {
    expect(headerIdentity(bytes(part))).toBe(headerIdentity(bytes(MAIL)));
  }
});

it.each([
  { name: 'line ends at the end', other: `${MAIL}\r\n\n`, isSame: true },
  { name: 'no line end at the end', other: MAIL.slice(0, -2), isSame: true },
  { name: 'another text', other: MAIL.replace('two', 'three'), isSame: false },
  { name: 'a text cut short', other: MAIL.slice(0, -4), isSame: false },
  { name: 'a CR within', other: MAIL.replace('two', '\rtwo'), isSame: false },
  { name: 'no text', other: HEAD, isSame: false },
])('content with $name', ({ other, isSame }) => {
  expect(contentIdentity(bytes(other)) === contentIdentity(bytes(MAIL))).toBe(isSame);
});

it('begins with a line feed, so that no server can say it', () => {
  expect(headerIdentity(bytes(''))).toMatch(/^\n[A-Za-z0-9+/]{43}=$/);
  expect(contentIdentity(bytes('\r\n\0\xff'))).toMatch(/^\n[A-Za-z0-9+/]{43}=$/);
});
