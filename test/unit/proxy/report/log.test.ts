import { describe, expect, it } from 'vitest';
import { createLog, shortenAddress } from '../../../../proxy/report/log.ts';

it.each([
  ['192.0.2.77', '192.0.2.0/24'],
  ['::ffff:192.0.2.77', '192.0.2.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['::1', '::/48'],
  [undefined, 'unknown'],
  ['', 'unknown'],
])('writes %s down as %s', (address, expected) => {
  expect(shortenAddress(address)).toBe(expected);
});

describe('an error in the log', () => {
  const written = (error: unknown): { text: string; err: Record<string, string> } => {
    let text = '';
    createLog('debug', { write: (line) => (text += line) }).error('failed', {}, error);
    return { text, ...(JSON.parse(text) as { err: Record<string, string> }) };
  };

  it('keeps kind, code, message and place, and those of its causes', () => {
    const cause = Object.assign(new TypeError('no number'), { code: 'EODD' });
    const { err } = written(new Error('not read', { cause }));
    expect(err).toMatchObject({ type: 'Error', code: null, message: 'not read' });
    expect(err['stack']).toMatch(/log\.test\.ts[^]*caused by: TypeError: no number\n/);
    expect(written(cause).err).toMatchObject({ type: 'TypeError', code: 'EODD' });
  });

  it('loses what hangs on it: packets, input, and whatever was thrown that is no error', () => {
    const packet = Buffer.from('Authorization: Basic Ym9iOmh1bnRlcjI=');
    const cause = Object.assign(new Error('Parse Error'), { rawPacket: packet, input: 'PASS hunter2' });
    const outer = Object.assign(new Error('x', { cause }), {
      errors: [cause],
      response: { text: 'hunter2' },
    });
    for (const thrown of [cause, outer, 'hunter2', { pass: 'hunter2' }]) {
      expect(written(thrown).text).not.toMatch(/hunter2|Ym9iOmh1bnRlcjI|"data"/);
    }
  });

  it('is cut when its causes go in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    expect(written(error).err['stack']?.match(/caused by/g)).toHaveLength(5);
  });
});
