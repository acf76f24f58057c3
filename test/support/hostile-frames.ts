/** Control frames as somebody would send them who wants to see the proxy fall: arbitraries for fast-check. */
import fc from 'fast-check';
import { MAX_CONTROL_FRAME_OCTETS, WINDOW_OCTETS } from '../../proxy/protocol.ts';
import type { PageFrame } from '../../proxy/protocol.ts';

export const validFrame: fc.Arbitrary<PageFrame> = fc.oneof(
  fc.record({
    type: fc.constant('connect' as const),
    host: fc.constantFrom(
      'pop.example.org',
      '192.0.2.1',
      '[2001:db8::1]',
      'münchen.example',
      'a'.repeat(253),
    ),
    port: fc.integer({ min: 1, max: 65535 }),
    security: fc.constantFrom('tls' as const, 'none' as const),
    window: fc.integer({ min: 1, max: 4 * WINDOW_OCTETS }),
  }),
  fc.record({
    type: fc.constant('credit' as const),
    octets: fc.integer({ min: 1, max: 4 * WINDOW_OCTETS }),
  }),
  fc.constant({ type: 'start-tls' as const }),
  fc.constant({ type: 'end' as const }),
);

const validText = validFrame.map((frame) => JSON.stringify(frame));

/** A byte replaced, dropped or put in, anywhere. */
const mutated = fc
  .tuple(
    validText,
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: -1, max: 255 }), fc.boolean()), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([text, changes]) => {
    const bytes = [...Buffer.from(text)];
    for (const [place, byte, isInserted] of changes) {
      bytes.splice(place % (bytes.length + 1), isInserted ? 0 : 1, ...(byte < 0 ? [] : [byte]));
    }
    return Buffer.from(bytes);
  });

const KEYS = ['type', 'host', 'port', '__proto__', 'constructor', 'prototype', 'toString', 'then', ''];
/** Fields that belong to nothing, belong to a prototype, or come twice. */
const crowded = fc
  .tuple(
    validText,
    fc.array(fc.tuple(fc.constantFrom(...KEYS), fc.json({ maxDepth: 2 })), { minLength: 1, maxLength: 5 }),
    fc.boolean(),
  )
  .map(([text, fields, isFirst]) => {
    const more = fields.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',');
    const own = text.slice(1, -1);
    return Buffer.from(isFirst ? `{${more},${own}}` : `{${own},${more}}`);
  });

const NUMBERS = [
  '1e309',
  '-1e309',
  '1e-400',
  '-0',
  '0',
  '1.5',
  '9'.repeat(400),
  '0x10',
  '01',
  '+1',
  '1_0',
  'NaN',
  'null',
  '"1"',
  '[1]',
  '{"valueOf":1}',
];
/** Numbers that are none, or none that a port or a window can be. */
const misnumbered = fc
  .tuple(fc.constantFrom(...NUMBERS), fc.constantFrom(...NUMBERS))
  .map(([port, window]) =>
    Buffer.from(`{"type":"connect","host":"a","port":${port},"security":"tls","window":${window}}`),
  );

const HOSTS = [
  '\\u0000',
  '\\ud800',
  '\\udc00x',
  '\\u202e',
  '\\u200b',
  '\\r\\n',
  '%00',
  ' ',
  '',
  'a'.repeat(254),
  'é'.repeat(2000),
  '\\ufeff',
];
const misnamed = fc
  .tuple(fc.constantFrom(...HOSTS), fc.constantFrom(...HOSTS))
  .map(([a, b]) =>
    Buffer.from(`{"type":"connect","host":"${a}x${b}","port":995,"security":"tls","window":0}`),
  );

const deep = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);
/** Small to send, large or deep to read. */
const bomb = fc
  .constantFrom(
    deep('[', ']', 2000),
    '['.repeat(4096),
    deep('{"a":', '}', 600),
    `{"type":${deep('[', ']', 1000)}}`,
    `{"${'k'.repeat(4000)}":1}`,
    `{${Array.from({ length: 400 }, (_, n) => `"k${n}":${n}`).join(',')}}`,
    `{"type":"end"${' '.repeat(MAX_CONTROL_FRAME_OCTETS - 13)}}`.slice(0, -1),
    `{"type":"end"}${' '.repeat(MAX_CONTROL_FRAME_OCTETS - 13)}`,
    '"'.padEnd(4096, '\\u0000').slice(0, 4096),
    '\ufeff{"type":"end"}',
    '{"type":"end"}{"type":"end"}',
    '{"type":"end",}',
    `{'type':'end'}`,
    '{"TYPE":"end"}',
    '{"type":"end\\u0000"}',
  )
  .map((text) => Buffer.from(text));

/** UTF-8 that is none: cut, overlong, surrogates, beyond the last code point. */
const notUtf8 = fc
  .tuple(validText, fc.nat(), fc.constantFrom('c3', 'c0af', 'eda080', 'f4908080', 'ff', 'feff', '80'))
  .map(([text, place, hex]) => {
    const bytes = Buffer.from(text);
    const at = place % bytes.length;
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(hex, 'hex'), bytes.subarray(at)]);
  });

/** Text frames, most of them not what the protocol allows. */
export const hostileText: fc.Arbitrary<Buffer> = fc.oneof(
  mutated,
  crowded,
  misnumbered,
  misnamed,
  bomb,
  notUtf8,
  fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);
