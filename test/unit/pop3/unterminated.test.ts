import { describe, expect, it } from 'vitest';
import { wholeWithoutDot } from '../../../web/pop3/unterminated.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { bytes, latin1 } from '../../support/octets.ts';
import { settled } from '../../support/settled.ts';
import { messageNumber, uidl } from '../../../web/model/ids.ts';
import type { RetrievedMessage, RetrieveOptions } from '../../../web/pop3/retrieve.ts';
import { BARE_LOGIN, enter, PIPELINING, retrieval } from './scripts.ts';

it.each([
  { name: 'as many octets as announced', received: 'text\r\n', announced: 6, expected: 'text\r\n' },
  { name: 'a glued dot behind them', received: 'text.\r\n', announced: 4, expected: 'text' },
  {
    name: 'a glued dot behind them, their line end counted',
    received: 'text.\r\n',
    announced: 6,
    expected: 'text',
  },
  { name: 'a dot of its own as the last octet', received: 'text.', announced: 5, expected: 'text.' },
  { name: 'an octet less', received: 'text\r\n', announced: 7, expected: null },
  { name: 'an octet more', received: 'text\r\n', announced: 5, expected: null },
  { name: 'other octets more', received: 'text\r\n\r\n', announced: 5, expected: null },
  { name: 'a size that was not said', received: '', announced: 0, expected: null },
])('$name', ({ received, announced, expected }) => {
  const whole = wholeWithoutDot(bytes(received), announced);
  expect(whole === null ? null : latin1(whole)).toBe(expected);
});

describe('a message whose final dot never comes', () => {
  const listed = { number: messageNumber(1), uidl: uidl('a'), octets: 6 };
  const next = { number: messageNumber(2), uidl: uidl('b'), octets: 6 };
  const hasFailed = ({ number }: { number: number }): boolean => number === 1;

  /** What comes of the script, and with which error it ends. */
  async function outcome(script: string, options: Partial<RetrieveOptions> = { hasFailed }) {
    const clock = new FakeClock();
    const { client } = await enter(script, { clock });
    const got: RetrievedMessage[] = [];
    const retrieving = (async (): Promise<unknown> => {
      try {
        for await (const message of client.retrieve([listed, next], retrieval(options))) got.push(message);
        return null;
      } catch (error) {
        return error;
      }
    })();
    await settled();
    clock.advance(120_000);
    return { error: await retrieving, got };
  }

  it.each([
    { name: 'the connection ends in order', script: `${BARE_LOGIN}\nC: RETR 1\nS: +OK\nS: text\n-- end` },
    {
      name: 'and others wait behind it',
      script: `${PIPELINING}\nC: RETR 1\nC: RETR 2\nS: +OK\nS: text\n-- end`,
    },
    {
      name: 'a lone dot without a line end comes',
      script: `${BARE_LOGIN}\nC: RETR 1\nS: +OK\nS! "text\\r\\n."\n-- end`,
    },
    {
      name: 'the server falls silent',
      script: `${BARE_LOGIN}\nC: RETR 1\nS: +OK\nS: text`,
      code: 'server-silent',
    },
  ])('is taken, marked, and is the last: $name', async ({ script, code = 'connection-lost' }) => {
    const { got, error } = await outcome(script);
    expect(got).toEqual([{ listed, raw: bytes('text\r\n'), unterminated: true }]);
    expect(error).toMatchObject({ code });
  });

  it.each([
    { name: 'it failed for the first time', script: 'S: +OK\nS: text\n-- end', options: {} },
    { name: 'another one failed', script: 'S: +OK\nS: text\n-- end', options: { hasFailed: () => false } },
    { name: 'octets are missing', script: 'S: +OK\nS! "text\\r"\n-- end' },
    { name: 'there are more of them', script: 'S: +OK\nS: text!\n-- end' },
    { name: 'it never began', script: '-- end' },
    { name: 'the server was refusing', script: 'S: -ERR no\n-- end' },
    {
      name: 'it is beyond the limit',
      script: 'S: +OK\nS: text\n-- end',
      options: { hasFailed, maxOctets: 5 },
    },
  ])('is not taken when $name', async ({ script, options }) => {
    const { got, error } = await outcome(`${BARE_LOGIN}\nC: RETR 1\n${script}`, options);
    expect(got.filter((message) => 'raw' in message)).toEqual([]);
    expect(error).toMatchObject({ code: 'connection-lost' });
  });

  it('is not taken when the network, and not the server, ends the connection', async () => {
    const { client, transport } = await enter(`${BARE_LOGIN}\nC: RETR 1\nS: +OK\nS: text`);
    const messages = client.retrieve([listed], retrieval({ hasFailed }));
    const ended = expect(messages[Symbol.asyncIterator]().next()).rejects.toThrow('reset');
    await settled();
    transport.fail(new Error('reset'));
    await ended;
  });
});
