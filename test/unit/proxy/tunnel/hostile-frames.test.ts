/** Whatever a page writes as a control frame is one of the four frames, field by field, or a typed failure. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePageFrame } from '../../../../proxy/tunnel/control-frame.ts';
import { requireOrder, type Said, type State } from '../../../../proxy/tunnel/tunnel-order.ts';
import { MAX_CONTROL_FRAME_OCTETS, WINDOW_OCTETS } from '../../../../proxy/protocol.ts';
import { TunnelFailure } from '../../../../proxy/tunnel-failure.ts';
import { hostileText, validFrame } from '../../../support/hostile-frames.ts';

const FIELDS: Record<string, string> = {
  connect: 'host,port,security,type,window',
  credit: 'octets,type',
  'start-tls': 'type',
  end: 'type',
};

/** What a frame has to be to go on, told without the words of the parser. */
function expectPlain(frame: unknown): void {
  const fields = Object.entries(frame as Record<string, unknown>);
  const { type, host, port, window, octets } = Object.fromEntries(fields);
  expect(Object.getPrototypeOf(frame)).toBe(Object.prototype);
  const names = fields.map(([name]) => name).filter((name) => name !== 'token');
  expect(names.sort().join()).toBe(FIELDS[String(type)]);
  for (const number of [port, window, octets]) {
    if (number !== undefined) expect(Number.isSafeInteger(number) && Number(number) > 0).toBe(true);
  }
  expect(Number(port ?? 1)).toBeLessThanOrEqual(65535);
  expect(Number(window ?? octets ?? 1)).toBeLessThanOrEqual(4 * WINDOW_OCTETS);
  expect(String(host ?? 'x')).toMatch(/^\P{Cc}{1,253}$/u);
}

describe('parsePageFrame', () => {
  it('lets nothing through that is not a frame, and throws nothing but bad-frame', () => {
    fc.assert(
      fc.property(hostileText, (bytes) => {
        let frame: unknown;
        try {
          frame = parsePageFrame(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(TunnelFailure);
          expect(error).toMatchObject({ code: 'bad-frame' });
          return;
        }
        expectPlain(frame);
        expect(bytes.length).toBeLessThanOrEqual(MAX_CONTROL_FRAME_OCTETS);
      }),
      { numRuns: 3000 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('reads every frame as it was meant', () => {
    fc.assert(
      fc.property(validFrame, (frame) => {
        expect(parsePageFrame(Buffer.from(JSON.stringify(frame)))).toEqual(frame);
      }),
    );
  });

  it('takes frames up to the limit, and not an octet more', () => {
    const padded = (octets: number): Buffer => Buffer.from('{"type":"end"}'.padEnd(octets));
    expect(parsePageFrame(padded(MAX_CONTROL_FRAME_OCTETS))).toEqual({ type: 'end' });
    expect(() => parsePageFrame(padded(MAX_CONTROL_FRAME_OCTETS + 1))).toThrow('too long');
  });
});

describe('requireOrder', () => {
  const SAID: Said[] = ['connect', 'start-tls', 'credit', 'end', 'bytes'];
  const ALLOWED: Record<State, Said[]> = {
    waiting: ['connect'],
    judging: [],
    dialling: [],
    open: ['start-tls', 'credit', 'end', 'bytes'],
    securing: ['credit'],
    leaving: [],
    over: [],
  };
  const states = Object.keys(ALLOWED) as State[];

  it.each(states)('allows in %s what the table says', (state) => {
    const isAllowed = (said: Said, pageEnded: boolean): boolean => {
      try {
        requireOrder(state, said, pageEnded);
        return true;
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-frame' });
        return false;
      }
    };
    expect(SAID.filter((said) => isAllowed(said, false))).toEqual(ALLOWED[state]);
    expect(SAID.filter((said) => isAllowed(said, true))).toEqual(
      ALLOWED[state].filter((said) => said === 'credit'),
    );
  });
});
