import { describe, expect, it } from 'vitest';
import { base64FromBytes, bytesFromBase64 } from '../../../web/wire/base64.ts';
import { bytes, latin1 } from '../../support/octets.ts';

describe('base64', () => {
  // RFC 4648 §10
  const vectors: [string, string][] = [
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ];
  it.each(vectors)('encodes and decodes %j', (text, encoded) => {
    expect(base64FromBytes(bytes(text))).toBe(encoded);
    expect(latin1(bytesFromBase64(encoded) ?? bytes('not base64'))).toBe(text);
  });

  it('carries every octet', () => {
    const every = Uint8Array.from({ length: 256 }, (_, octet) => octet);
    expect(bytesFromBase64(base64FromBytes(every))).toEqual(every);
  });

  it.each([
    ['missing padding', 'Zm9vYg', 'foob'],
    ['blanks around it', ' Zm9v ', 'foo'],
  ])('accepts %s', (_, encoded, text) => {
    expect(latin1(bytesFromBase64(encoded) ?? bytes('not base64'))).toBe(text);
  });

  it.each(['Z', 'Zm9v!', 'Zm9=v', 'User Name:', '\u00e9\u00e9\u00e9\u00e9'])('gives null for %j', (text) => {
    expect(bytesFromBase64(text)).toBeNull();
  });
});
