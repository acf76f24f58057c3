import { describe, expect, it } from 'vitest';
import { messageNumber } from '../../../web/model/ids.ts';
import type { Pop3Client } from '../../../web/pop3/client.ts';
import { latin1 } from '../../support/octets.ts';
import { BARE_LOGIN, capable, enter, PIPELINING } from './scripts.ts';

const one = messageNumber(1);

interface Row {
  name: string;
  ask: (client: Pop3Client) => Promise<unknown>;
  /** What is said, after the login. */
  script: string;
  expected: unknown;
}

const totals = (client: Pop3Client) => client.totals();
const top = (client: Pop3Client) => client.top({ number: one, lines: 2, maxOctets: 40 }).then(latin1);
const uid = (client: Pop3Client) => client.uidOf(one);
const last = (client: Pop3Client) => client.last();
const german = (client: Pop3Client) => client.language('de');
const languages = (client: Pop3Client) => client.languages();

describe('answers', () => {
  it.each<Row>([
    { name: 'STAT', ask: totals, script: 'C: STAT\nS: +OK 2 320', expected: { messages: 2, octets: 320 } },
    {
      name: 'STAT with junk',
      ask: totals,
      script: 'C: STAT\nS: +OK  2  320 octets',
      expected: { messages: 2, octets: 320 },
    },
    {
      name: 'STAT without octets',
      ask: totals,
      script: 'C: STAT\nS: +OK 2',
      expected: { messages: 2, octets: 0 },
    },
    {
      name: 'TOP',
      ask: top,
      script: 'C: TOP 1 2\nS: +OK\nS: A: b\nS:\nS: ..x\nS: .',
      expected: 'A: b\r\n\r\n.x\r\n',
    },
    { name: 'UIDL', ask: uid, script: 'C: UIDL 1\nS: +OK 1 abc', expected: 'abc' },
    { name: 'UIDL of Twisted', ask: uid, script: 'C: UIDL 1\nS: +OK abc', expected: 'abc' },
    { name: 'UIDL of another', ask: uid, script: 'C: UIDL 1\nS: +OK 2 abc', expected: null },
    {
      name: 'UIDL of Mailpit, which lists all,',
      ask: async (client) => [await client.uidOf(one), await client.totals()],
      script: 'C: UIDL 1\nS: +OK unique-id listing follows\nS: 1 abc\nS: 2 def\nS: .\nC: STAT\nS: +OK 2 320',
      expected: ['abc', { messages: 2, octets: 320 }],
    },
    {
      name: 'UIDL of one that is not in such a list',
      ask: uid,
      script: 'C: UIDL 1\nS: +OK unique-id listing follows\nS: 2 def\nS: .',
      expected: null,
    },
    { name: 'UIDL of nothing', ask: uid, script: 'C: UIDL 1\nS: +OK', expected: null },
    { name: 'LAST', ask: last, script: 'C: LAST\nS: +OK 7', expected: 7 },
    { name: 'LAST with words', ask: last, script: 'C: LAST\nS: +OK 7 is the last', expected: 7 },
    { name: 'LAST in words alone', ask: last, script: 'C: LAST\nS: +OK none', expected: null },
    { name: 'LAST where there is none', ask: last, script: 'C: LAST\nS: -ERR what', expected: null },
    { name: 'NOOP', ask: (client) => client.noop(), script: 'C: NOOP\nS: +OK', expected: undefined },
    { name: 'RSET', ask: (client) => client.reset(), script: 'C: RSET\nS: +OK', expected: undefined },
    { name: 'LANG', ask: german, script: 'C: LANG de\nS: +OK de Sprache ist Deutsch', expected: 'de' },
    { name: 'LANG in words alone', ask: german, script: 'C: LANG de\nS: +OK', expected: null },
    {
      name: 'LANG alone',
      ask: languages,
      script: 'C: LANG\nS: +OK languages:\nS: en English\nS: i-default   Default language\nS:\nS: .',
      expected: [
        { tag: 'en', name: 'English' },
        { tag: 'i-default', name: 'Default language' },
      ],
    },
  ])('$name', async ({ ask, script, expected }) => {
    const { client, transport } = await enter(`${BARE_LOGIN}\n${script}`);
    expect(await ask(client)).toEqual(expected);
    expect(transport.remaining).toEqual([]);
  });
});

describe('refusals', () => {
  it.each([
    { verb: 'STAT', ask: totals, line: 'STAT' },
    { verb: 'TOP', ask: top, line: 'TOP 1 2' },
    { verb: 'UIDL', ask: uid, line: 'UIDL 1' },
    { verb: 'NOOP', ask: (client: Pop3Client) => client.noop(), line: 'NOOP' },
    { verb: 'RSET', ask: (client: Pop3Client) => client.reset(), line: 'RSET' },
    { verb: 'LANG', ask: german, line: 'LANG de' },
    { verb: 'LANG', ask: languages, line: 'LANG' },
  ])('of $line end nothing but the command', async ({ verb, ask, line }) => {
    const { client } = await enter(`${BARE_LOGIN}\nC: ${line}\nS: -ERR no\nC: QUIT\nS: +OK`);
    await expect(ask(client)).rejects.toMatchObject({
      code: 'command-refused',
      detail: { verb, said: 'no' },
    });
    await client.quit();
  });

  it('of a preview that is too large leave the session whole', async () => {
    const whole = 'S: a line of the text\n'.repeat(3);
    const { client } = await enter(`${BARE_LOGIN}\nC: TOP 1 2\nS: +OK\n${whole}S: .\nC: QUIT\nS: +OK`);
    await expect(top(client)).rejects.toMatchObject({ code: 'message-too-large', detail: { octets: 60 } });
    await client.quit();
  });

  it('to count are an error of the protocol', async () => {
    const { client } = await enter(`${BARE_LOGIN}\nC: STAT\nS: +OK many`);
    await expect(totals(client)).rejects.toMatchObject({ code: 'protocol-error', detail: { verb: 'STAT' } });
  });
});

describe('deleting', () => {
  const numbers = (...given: number[]) => given.map(messageNumber);

  it('goes one by one, and then comes QUIT', async () => {
    const { client, transport } = await enter(
      `${BARE_LOGIN}\nC: DELE 1\nS: +OK\nC: DELE 3\nS: +OK deleted\nC: QUIT\nS: +OK`,
    );
    expect(await client.removeAndQuit(numbers(1, 3))).toEqual([]);
    expect(transport.writes.slice(-3)).toEqual(['DELE 1\r\n', 'DELE 3\r\n', 'QUIT\r\n']);
    expect(transport.closed).toBe(true);
  });

  it('goes in one write when the server pipelines, and QUIT by itself', async () => {
    const { client, transport } = await enter(
      `${PIPELINING}\nC: DELE 1\nC: DELE 3\nS: +OK\nS: +OK\nC: QUIT\nS: +OK`,
    );
    expect(await client.removeAndQuit(numbers(1, 3))).toEqual([]);
    expect(transport.writes.slice(-2)).toEqual(['DELE 1\r\nDELE 3\r\n', 'QUIT\r\n']);
  });

  it('takes back by RSET, and marks the rest again, when some are to stay after all', async () => {
    const { client, transport } = await enter(
      `${BARE_LOGIN}\nC: DELE 1\nS: +OK\nC: DELE 2\nS: -ERR no\nC: DELE 3\nS: +OK\n` +
        'C: RSET\nS: +OK\nC: DELE 2\nS: -ERR no\nC: DELE 3\nS: +OK\nC: QUIT\nS: +OK',
    );
    const asked: number[][] = [];
    const confirm = (marked: readonly number[]) => {
      asked.push([...marked]);
      return Promise.resolve(numbers(2, 3));
    };
    expect(await client.removeAndQuit(numbers(1, 2, 3), confirm)).toEqual([2]);
    expect(asked).toEqual([[1, 2, 3]]);
    expect(transport.remaining).toEqual([]);
  });

  it('ends without QUIT when what was taken back cannot be: the server then deletes nothing', async () => {
    const { client, transport } = await enter(`${BARE_LOGIN}\nC: DELE 1\nS: +OK\nC: RSET\nS: -ERR what`);
    await expect(client.removeAndQuit(numbers(1), () => Promise.resolve([]))).rejects.toMatchObject({
      code: 'command-refused',
    });
    expect([transport.closed, transport.remaining]).toEqual([true, []]);
  });

  it('goes in batches', async () => {
    const many = Array.from({ length: 250 }, (_, index) => index + 1);
    const { client, transport } = await enter(
      `${PIPELINING}\n${many.map((number) => `C: DELE ${number}\nS: +OK`).join('\n')}\nC: QUIT\nS: +OK`,
    );
    const before = transport.writes.length;
    expect(await client.removeAndQuit(numbers(...many))).toEqual([]);
    const sizes = transport.writes.slice(before).map((write) => write.split('\r\n').length - 1);
    expect(sizes).toEqual([100, 100, 50, 1]);
  });

  it.each([
    ['-ERR message 1 already deleted', []],
    ['-ERR no such message', []],
    ['-ERR message was deleted', []],
    ['-ERR message cannot be deleted', [1]],
    ['-ERR [SYS/TEMP] later', [1]],
    ['-ERR', [1]],
  ])('refused with %j leaves %j there', async (refusal, left) => {
    const { client } = await enter(
      `${BARE_LOGIN}\nC: DELE 1\nS: ${refusal}\nC: DELE 2\nS: +OK\nC: QUIT\nS: +OK`,
    );
    expect(await client.removeAndQuit(numbers(1, 2))).toEqual(left);
  });

  it.each([
    {
      name: 'QUIT is refused',
      script: 'C: DELE 1\nS: +OK\nC: QUIT\nS: -ERR some stay',
      code: 'command-refused',
    },
    { name: 'QUIT is not answered', script: 'C: DELE 1\nS: +OK\nC: QUIT\n-- end', code: 'connection-lost' },
    { name: 'the connection is lost before', script: 'C: DELE 1\n-- end', code: 'connection-lost' },
    { name: 'DELE is answered with noise', script: 'C: DELE 1\nS: noise', code: 'protocol-error' },
  ])('does not count when $name', async ({ script, code }) => {
    const { client, transport } = await enter(`${BARE_LOGIN}\n${script}`);
    await expect(client.removeAndQuit(numbers(1))).rejects.toMatchObject({ code });
    expect(transport.closed).toBe(true);
  });

  it('of nothing is QUIT', async () => {
    const { client, transport } = await enter(`${PIPELINING}\nC: QUIT\nS: +OK`);
    expect(await client.removeAndQuit([])).toEqual([]);
    expect(transport.remaining).toEqual([]);
  });
});

describe('UTF8', () => {
  it.each([
    { name: 'offered: it comes before the login', offered: 'USER\nUTF8', asked: 'C: UTF8\nS: +OK\n' },
    { name: 'offered for the login, too', offered: 'USER\nUTF8 USER', asked: 'C: UTF8\nS: +OK\n' },
    { name: 'offered and refused: the login goes on', offered: 'USER\nUTF8', asked: 'C: UTF8\nS: -ERR no\n' },
    { name: 'not offered', offered: 'USER', asked: '' },
  ])('$name', async ({ offered, asked }) => {
    const script = capable(offered).replace('C: USER bob', `${asked}C: USER bob`);
    const { transport } = await enter(script);
    expect(transport.remaining).toEqual([]);
  });
});
