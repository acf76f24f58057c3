import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePageFrame } from '../../../../proxy/tunnel/control-frame.ts';
import { WINDOW_OCTETS } from '../../../../proxy/protocol.ts';
import { TunnelFailure } from '../../../../proxy/tunnel-failure.ts';

const connect = {
  type: 'connect',
  host: 'pop.example.org',
  port: 995,
  security: 'tls',
  window: WINDOW_OCTETS,
};
const pin = 'A0:'.repeat(31) + 'FF';
const parse = (frame: unknown): unknown =>
  parsePageFrame(Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)));

describe('parsePageFrame', () => {
  it.each([
    connect,
    { ...connect, security: 'none', window: 1 },
    { ...connect, host: 'a'.repeat(253) },
    { ...connect, host: 'münchen.example' },
    { ...connect, port: 1 },
    { ...connect, port: 65535 },
    { ...connect, token: 'x' },
    { ...connect, token: 'x'.repeat(256) },
    { ...connect, pin },
    { type: 'start-tls' },
    { type: 'start-tls', pin },
    { type: 'look-up', host: 'pop.example.org', port: 995 },
    { type: 'start-look-up' },
    { type: 'credit', octets: 1 },
    { type: 'end' },
  ])('reads %j', (frame) => {
    expect(parse(frame)).toEqual(frame);
  });

  it.each([
    ['not JSON', '{'],
    ['nothing', ''],
    ['null', 'null'],
    ['a number', '7'],
    ['an array', '[{"type":"end"}]'],
    ['a deep array', '['.repeat(2000)],
    ['no type', {}],
    ['an unknown type', { type: 'eval' }],
    ['a frame of the proxy', { type: 'failed', code: 'internal', message: '' }],
    ['a field too many', { ...connect, user: 'x' }],
    ['an empty token', { ...connect, token: '' }],
    ['a token of 257', { ...connect, token: 'x'.repeat(257) }],
    ['a token that is a number', { ...connect, token: 7 }],
    ['a token of null', { ...connect, token: null }],
    ['a list of tokens', { ...connect, token: ['x'] }],
    ['a token in a later frame', { type: 'start-tls', token: 'x' }],
    ['a field too many in end', { type: 'end', now: true }],
    ['a polluting field', '{"type":"end","__proto__":{"a":1}}'],
    ['a field too few', { type: 'connect', host: 'pop.example.org', port: 995, security: 'tls' }],
    ['a pin in small letters', { ...connect, pin: pin.toLowerCase() }],
    ['a pin that is too short', { ...connect, pin: pin.slice(3) }],
    ['a pin that is too long', { type: 'start-tls', pin: `${pin}:00` }],
    ['a pin that is null', { type: 'start-tls', pin: null }],
    ['a look-up that asks for more', { type: 'look-up', host: 'a', port: 995, security: 'tls' }],
    ['a look-up on a host with NUL', { type: 'look-up', host: 'a\0', port: 995 }],
    ['a look-up on the stream with a host', { type: 'start-look-up', host: 'a' }],
    ['an empty host', { ...connect, host: '' }],
    ['a host of 254', { ...connect, host: 'a'.repeat(254) }],
    ['a host with NUL', { ...connect, host: 'pop\0.example.org' }],
    ['a host with CRLF', { ...connect, host: 'pop.example.org\r\nX' }],
    ['a host with DEL', { ...connect, host: 'pop\x7f' }],
    ['a host with a C1 control', { ...connect, host: 'pop\x85' }],
    ['a host with a line separator', { ...connect, host: 'pop\u2028' }],
    ['a host with a direction mark', { ...connect, host: 'pop\u202egro' }],
    ['a host with a zero-width space', { ...connect, host: 'pop\u200b' }],
    ['a host that is a number', { ...connect, host: 7 }],
    ['port 0', { ...connect, port: 0 }],
    ['port 65536', { ...connect, port: 65536 }],
    ['a negative port', { ...connect, port: -1 }],
    ['half a port', { ...connect, port: 110.5 }],
    ['a port as text', { ...connect, port: '995' }],
    ['unknown security', { ...connect, security: 'starttls' }],
    ['no window', { ...connect, window: 0 }],
    ['a negative window', { ...connect, window: -1 }],
    ['an endless window', { ...connect, window: 1e308 }],
    ['a window of NaN', '{"type":"connect","host":"a","port":1,"security":"tls","window":NaN}'],
    ['no credit', { type: 'credit', octets: 0 }],
    ['negative credit', { type: 'credit', octets: -5 }],
    ['half an octet', { type: 'credit', octets: 0.5 }],
    ['unsafe credit', { type: 'credit', octets: 2 ** 53 }],
    ['credit as text', { type: 'credit', octets: '5' }],
    ['a long frame', JSON.stringify({ type: 'end' }) + ' '.repeat(4096)],
  ])('refuses %s', (_kind, frame) => {
    expect(() => parse(frame)).toThrow(expect.objectContaining({ code: 'bad-frame' }));
  });

  it('never throws anything but a typed failure, and never repeats what was sent', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .record({
          type: fc.constantFrom('connect', 'credit', 'end'),
          host: fc.string(),
          octets: fc.anything(),
        })
        .map((value) => Buffer.from(JSON.stringify(value) ?? '')),
    );
    fc.assert(
      fc.property(bytes, (frame) => {
        try {
          parsePageFrame(Buffer.from(frame));
        } catch (error) {
          expect(error).toBeInstanceOf(TunnelFailure);
          expect((error as Error).message).toMatch(
            /^A control frame was (not JSON|not understood|too long)\.$/,
          );
        }
      }),
    );
  });
});
