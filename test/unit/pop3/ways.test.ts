import { describe, expect, it } from 'vitest';
import { apopDigest, stampOf } from '../../../web/pop3/apop.ts';
import { Capabilities } from '../../../web/pop3/capabilities.ts';
import { waysIn } from '../../../web/pop3/ways.ts';

const STAMP = '<1896.697170952@dbc.mtview.ca.us>';
const bob = { user: 'bob', password: 'secret' };

function ways(capa: readonly string[] | null, { secure = true, stamp = '' } = {}): string[] {
  const capabilities = capa === null ? Capabilities.unknown : Capabilities.fromLines(capa);
  const entrance = { capabilities, offered: capabilities.mechanisms, secure, stamp: stamp || null };
  return waysIn(entrance, bob).map(({ name }) => name);
}

describe('waysIn', () => {
  it.each([
    {
      name: 'SCRAM first, then as it is',
      capa: ['SASL PLAIN SCRAM-SHA-1', 'USER'],
      expected: ['SCRAM-SHA-1', 'PLAIN', 'USER'],
    },
    {
      name: 'the old challenges behind USER',
      capa: ['SASL CRAM-MD5', 'USER'],
      expected: ['USER', 'CRAM-MD5'],
    },
    {
      name: 'USER between',
      capa: ['SASL CRAM-MD5 SCRAM-SHA-1', 'USER'],
      expected: ['SCRAM-SHA-1', 'USER', 'CRAM-MD5'],
    },
    { name: 'no USER where others are named', capa: ['SASL PLAIN'], expected: ['PLAIN'] },
    { name: 'USER where nothing is named', capa: ['TOP'], expected: ['USER'] },
    { name: 'USER where CAPA is unknown', capa: null, expected: ['USER'] },
  ])('over TLS: $name', ({ capa, expected }) => {
    expect(ways(capa)).toEqual(expected);
  });

  it('over TLS APOP is the last', () => {
    expect(ways(['SASL CRAM-MD5 PLAIN', 'USER'], { stamp: STAMP })).toEqual([
      'PLAIN',
      'USER',
      'CRAM-MD5',
      'APOP',
    ]);
  });

  it.each([
    {
      name: 'what hides the password first',
      capa: ['SASL PLAIN CRAM-MD5', 'USER'],
      stamp: '',
      expected: ['CRAM-MD5', 'PLAIN', 'USER'],
    },
    {
      name: 'APOP before it is shown',
      capa: ['SASL PLAIN CRAM-MD5', 'USER'],
      stamp: STAMP,
      expected: ['CRAM-MD5', 'APOP', 'PLAIN', 'USER'],
    },
    { name: 'APOP before USER', capa: null, stamp: STAMP, expected: ['APOP', 'USER'] },
    { name: 'nothing where USER is off until STLS', capa: ['STLS'], stamp: '', expected: [] },
  ])('in clear: $name', ({ capa, stamp, expected }) => {
    expect(ways(capa, { secure: false, stamp })).toEqual(expected);
  });
});

describe('APOP', () => {
  it('has the digest of RFC 1939 §7', () => {
    expect(apopDigest(STAMP, 'tanstaaf')).toBe('c4c9334bac560ecc979e58001b3e22fb');
  });

  it.each([
    [`POP3 server ready ${STAMP}`, STAMP],
    [`${STAMP} ready`, STAMP],
    ['ready', null],
    ['<no-domain>', null],
    ['<a b@c>', null],
    ['<a@b', null],
    ['<a\x80@b>', null],
    ['<a@b\x00>', null],
    [`<${'a'.repeat(300)}@b>`, null],
    ['<<a@b>>', '<a@b>'],
  ])('takes from %j the timestamp %j', (text, stamp) => {
    expect(stampOf(text)).toBe(stamp);
  });
});
