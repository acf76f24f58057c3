import { describe, expect, it } from 'vitest';
import { Capabilities, CapabilityReader } from '../../../web/pop3/capabilities.ts';
import { allCuts } from '../../support/cuts.ts';
import { bytes } from '../../support/octets.ts';

describe('Capabilities', () => {
  it('knows tags in any case, with their arguments as written', () => {
    const capabilities = Capabilities.fromLines([
      'TOP',
      'login-delay 10',
      'IMPLEMENTATION Courier Mail Server',
      'UTF8 USER',
    ]);
    expect(capabilities.known).toBe(true);
    expect(capabilities.has('top')).toBe(true);
    expect(capabilities.argumentsOf('LOGIN-DELAY')).toEqual(['10']);
    expect(capabilities.argumentsOf('IMPLEMENTATION')).toEqual(['Courier', 'Mail', 'Server']);
    expect(capabilities.has('UTF8')).toBe(true);
    expect(capabilities.has('USER')).toBe(false);
    expect(capabilities.argumentsOf('EXPIRE')).toEqual([]);
  });

  it.each([
    { name: 'one line', lines: ['SASL PLAIN LOGIN'], expected: ['PLAIN', 'LOGIN'] },
    { name: 'runs of blanks', lines: ['SASL   PLAIN\t LOGIN  '], expected: ['PLAIN', 'LOGIN'] },
    {
      name: 'several lines',
      lines: ['SASL PLAIN', 'USER', 'sasl scram-sha-256'],
      expected: ['PLAIN', 'SCRAM-SHA-256'],
    },
    { name: 'no mechanism', lines: ['SASL'], expected: [] },
    { name: 'no tag', lines: ['USER'], expected: [] },
  ])('lists mechanisms from $name', ({ lines, expected }) => {
    expect(Capabilities.fromLines(lines).mechanisms).toEqual(expected);
  });

  it('is not harmed by typing errors, unknown tags and empty lines', () => {
    const capabilities = Capabilities.fromLines([
      'EXPIRENEVER',
      '',
      'X-GOOGLE-VERHOEVEN',
      '\0',
      ' PIPELINING ',
    ]);
    expect(capabilities.has('EXPIRE')).toBe(false);
    expect(capabilities.pipelining).toBe(true);
  });

  it('tells not asked from not offered', () => {
    expect(Capabilities.unknown.known).toBe(false);
    expect(Capabilities.fromLines([]).known).toBe(true);
  });

  it('can be had without a tag', () => {
    const all = Capabilities.fromLines(['PIPELINING', 'UIDL']);
    expect(all.without('pipelining').pipelining).toBe(false);
    expect(all.without('PIPELINING').has('UIDL')).toBe(true);
    expect(all.pipelining).toBe(true);
  });
});

describe('CapabilityReader', () => {
  const body = 'TOP\r\nSASL PLAIN\n\r\nUIDL\r\n';
  it.each(allCuts(body.length))('puts lines together, %s', (_, cut) => {
    const reader = new CapabilityReader();
    for (const chunk of cut(bytes(body))) reader.push(chunk);
    expect(reader.lines).toEqual(['TOP', 'SASL PLAIN', '', 'UIDL']);
  });

  it('cuts a long reply and refuses an endless one', () => {
    const reader = new CapabilityReader();
    for (let line = 0; line < 5000; line++) reader.push(bytes('X-ENDLESS\r\n'));
    expect(reader.lines).toHaveLength(1000);
    expect(() => reader.push(bytes('X-ENDLESS\r\n'.repeat(100_000)))).toThrow(
      expect.objectContaining({ code: 'protocol-error', hop: 'login' }),
    );
  });
});
