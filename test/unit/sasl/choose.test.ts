import { describe, expect, it } from 'vitest';
import { chooseMechanisms } from '../../../web/sasl/choose.ts';
import type { MechanismKind } from '../../../web/sasl/mechanism.ts';
import { plain } from '../../../web/sasl/plain.ts';

const names = (kinds: readonly MechanismKind[]): string[] => kinds.map((kind) => kind.name);

describe('chooseMechanisms', () => {
  it.each([
    { name: 'prefers PLAIN to LOGIN', offered: ['LOGIN', 'PLAIN'], expected: ['PLAIN', 'LOGIN'] },
    { name: 'does not mind case', offered: ['plain'], expected: ['PLAIN'] },
    { name: 'passes over what it does not speak', offered: ['GSSAPI', 'NTLM', 'LOGIN'], expected: ['LOGIN'] },
    { name: 'takes each once', offered: ['PLAIN', 'PLAIN'], expected: ['PLAIN'] },
    { name: 'is empty when nothing fits', offered: ['GSSAPI'], expected: [] },
    { name: 'is empty when nothing is offered', offered: [], expected: [] },
  ])('$name', ({ offered, expected }) => {
    expect(names(chooseMechanisms(offered))).toEqual(expected);
  });

  it('keeps the order of strength it is given', () => {
    const stronger: MechanismKind = { ...plain, name: 'SCRAM-SHA-256' };
    expect(names(chooseMechanisms(['PLAIN', 'SCRAM-SHA-256'], [stronger, plain]))).toEqual([
      'SCRAM-SHA-256',
      'PLAIN',
    ]);
  });
});
