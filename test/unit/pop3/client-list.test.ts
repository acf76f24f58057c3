import { describe, expect, it } from 'vitest';
import { BARE_LOGIN, capable, enter, PIPELINING, retrieveAll } from './scripts.ts';

const POP_IS_OFF = 'S: -ERR [SYS/PERM] Your account is not enabled for POP access.';

describe('list', () => {
  it('asks for UIDL and LIST together when the server pipelines', async () => {
    const { client, transport } = await enter(`${PIPELINING}
      C: UIDL
      C: LIST
      S: +OK
      S: 1 aaa
      S: 2 bbb
      S: .
      S: +OK
      S: 1 100
      S: 2 200
      S: .
    `);
    expect(await client.list()).toEqual([
      { number: 1, uidl: 'aaa', octets: 100 },
      { number: 2, uidl: 'bbb', octets: 200 },
    ]);
    expect(transport.writes.at(-1)).toBe('UIDL\r\nLIST\r\n');
  });

  it('asks for one after the other when it does not', async () => {
    const { client, transport } = await enter(`${BARE_LOGIN}
      C: UIDL
      S: +OK
      S: 1 aaa
      S: .
      C: LIST
      S: +OK
      S: 1 100
      S: .
    `);
    expect(await client.list()).toEqual([{ number: 1, uidl: 'aaa', octets: 100 }]);
    expect(transport.writes.slice(-2)).toEqual(['UIDL\r\n', 'LIST\r\n']);
  });

  it.each([
    { name: 'an empty maildrop', script: 'C: UIDL\nS: +OK\nS: .\nC: LIST\nS: +OK\nS: .' },
    {
      name: 'a server that refuses UIDL of an empty maildrop',
      script: 'C: UIDL\nS: -ERR no messages\nC: LIST\nS: +OK\nS: .\nC: STAT\nS: +OK 0 0',
    },
  ])('is empty for $name', async ({ script }) => {
    const { client, transport } = await enter(`${BARE_LOGIN}\n${script}`);
    expect(await client.list()).toEqual([]);
    expect(transport.remaining).toEqual([]);
  });

  it('asks for one after the other when it is told to', async () => {
    const { client, transport } = await enter(
      `${PIPELINING}\nC: UIDL\nS: +OK\nS: 1 a\nS: .\nC: LIST\nS: +OK\nS: .\nC: RETR 1\nS: +OK\nS: .`,
      { mayPipeline: false },
    );
    const listed = await client.list();
    expect(await retrieveAll(client, listed)).toEqual(['1 ']);
    expect(transport.writes.slice(-3)).toEqual(['UIDL\r\n', 'LIST\r\n', 'RETR 1\r\n']);
  });

  it('does without sizes when LIST is refused, lies or leaves out', async () => {
    const uids = 'C: UIDL\nS: +OK\nS: 1 a\nS: 2 b\nS: 3 c\nS: .';
    const refused = await enter(`${BARE_LOGIN}\n${uids}\nC: LIST\nS: -ERR`);
    expect((await refused.client.list()).map(({ octets }) => octets)).toEqual([0, 0, 0]);
    const lying = await enter(
      `${BARE_LOGIN}\n${uids}\nC: LIST\nS: +OK 9 messages\nS: 3 -1\nS: 1 5 x\nS: 99 1\nS: .`,
    );
    expect((await lying.client.list()).map(({ octets }) => octets)).toEqual([5, 0, 0]);
  });

  it('keeps messages that share a unique-id', async () => {
    const { client } = await enter(`${BARE_LOGIN}
      C: UIDL
      S: +OK
      S: 1 same
      S: 2 same
      S: .
      C: LIST
      S: +OK
      S: .
    `);
    expect((await client.list()).map(({ number, uidl }) => [number, uidl])).toEqual([
      [1, 'same'],
      [2, 'same'],
    ]);
  });

  it.each([
    {
      name: 'nothing is said of what there is',
      script: `${BARE_LOGIN}\nC: UIDL\nS: -ERR\nC: LIST\nS: -ERR\nC: STAT\nS: -ERR`,
      code: 'command-refused',
    },
    {
      name: 'POP3 is switched off, as Gmail says only now',
      script: [BARE_LOGIN, ...['UIDL', 'LIST', 'STAT'].map((verb) => `C: ${verb}\n${POP_IS_OFF}`)].join('\n'),
      code: 'server-refused',
    },
    {
      name: 'UIDL is refused though it was promised',
      script: `${capable('USER\nUIDL')}\nC: UIDL\nS: -ERR [SYS/TEMP] not now\nC: LIST\nS: +OK\nS: .\nC: STAT\nS: +OK 2 5`,
      code: 'command-refused',
      retryable: true,
    },
    {
      name: 'the connection is lost',
      script: `${BARE_LOGIN}\nC: UIDL\nS: +OK\nS: 1 a\n-- end`,
      code: 'connection-lost',
      retryable: true,
    },
  ])('throws $code when $name', async ({ script, code, retryable = false }) => {
    const { client } = await enter(script);
    await expect(client.list()).rejects.toMatchObject({ code, retryable });
  });

  it('reads replies to both even when UIDL is refused, so that nothing is left over', async () => {
    const { client, transport } = await enter(`${PIPELINING}
      C: UIDL
      C: LIST
      S: -ERR
      S: +OK
      S: 1 5
      S: .
      C: STAT
      S: +OK 0 0
      C: QUIT
      S: +OK
    `);
    expect(await client.list()).toEqual([]);
    await client.quit();
    expect(transport.remaining).toEqual([]);
  });
});

describe('a server without unique-ids', () => {
  const UNNAMED = 'C: UIDL\nS: -ERR\nC: LIST\nS: +OK\nS: 1 10\nS: 2 20\nS: .\nC: STAT\nS: +OK 2 30';
  const HEAD = 'S: +OK\nS: Subject: one\nS: \nS: .';

  it('names no message', async () => {
    const { client } = await enter(`${BARE_LOGIN}\n${UNNAMED}`);
    expect(await client.list()).toEqual([
      { number: 1, uidl: null, octets: 10 },
      { number: 2, uidl: null, octets: 20 },
    ]);
  });

  it('counts what is there when LIST is refused as well', async () => {
    const { client } = await enter(`${BARE_LOGIN}\nC: UIDL\nS: -ERR\nC: LIST\nS: -ERR\nC: STAT\nS: +OK 2 30`);
    expect((await client.list()).map(({ number }) => number)).toEqual([1, 2]);
  });

  it('has them named by their headers, one after the other', async () => {
    const { client, transport } = await enter(
      `${BARE_LOGIN}\n${UNNAMED}\nC: TOP 1 0\n${HEAD}\nC: TOP 1 0\n${HEAD}\nC: TOP 2 0\n${HEAD.replace('one', 'two')}`,
    );
    const [one, two] = await client.identify(await client.list());
    expect(one?.uidl).toMatch(/^\n[A-Za-z0-9+/]{43}=$/);
    expect(two?.uidl).toMatch(/^\n[A-Za-z0-9+/]{43}=$/);
    expect(one?.uidl).not.toBe(two?.uidl);
    expect(transport.remaining).toEqual([]);
  });

  it('has them named all at once when it pipelines', async () => {
    const login = capable('USER\nTOP\nPIPELINING');
    const { client, transport } = await enter(
      `${login}\n${UNNAMED.replace('S: -ERR\nC: LIST', 'C: LIST\nS: -ERR')}\nC: TOP 1 0\n${HEAD}\nC: TOP 1 0\nC: TOP 2 0\n${HEAD}\n${HEAD}`,
    );
    const [one, two] = await client.identify(await client.list());
    expect(one?.uidl).toBe(two?.uidl); // Identical headers: duplicates are told apart by size, see sync/identity.
    expect(transport.writes.at(-1)).toBe('TOP 1 0\r\nTOP 2 0\r\n');
  });

  it('gets a line of text when it falls over none', async () => {
    const { client } = await enter(
      `${BARE_LOGIN}\n${UNNAMED}\nC: TOP 1 0\nS: -ERR\nC: TOP 1 1\n${HEAD}\nC: TOP 1 1\n${HEAD}\nC: TOP 2 1\nS: -ERR gone`,
    );
    const [one, two] = await client.identify(await client.list());
    expect(one?.uidl).toMatch(/^\n/);
    expect(two).toEqual({ number: 2, uidl: null, octets: 20 });
  });

  it('is left as it is when it has no TOP either', async () => {
    const { client } = await enter(
      `${BARE_LOGIN}\n${UNNAMED}\nC: TOP 1 0\nS: -ERR\nC: TOP 1 1\nS: -ERR\nC: TOP 2 1\nS: -ERR\nC: QUIT\nS: +OK`,
    );
    const listed = await client.list();
    expect(await client.identify(listed)).toEqual(listed);
    await client.quit();
  });

  it('that sends the whole message for TOP costs no memory', async () => {
    const whole = `S: +OK\nS: Subject: one\nS: \n${'S: text of the message\n'.repeat(50_000)}S: .`;
    const { client } = await enter(
      `${BARE_LOGIN}\n${UNNAMED}\nC: TOP 1 0\n${whole}\nC: TOP 1 0\n${whole}\nC: TOP 2 0\n${HEAD}`,
    );
    const [one, two] = await client.identify(await client.list());
    expect(one?.uidl).toBe(two?.uidl);
  });

  it('is asked for no header when all messages have unique-ids', async () => {
    const { client, transport } = await enter(
      `${BARE_LOGIN}\nC: UIDL\nS: +OK\nS: 1 a\nS: .\nC: LIST\nS: +OK\nS: .`,
    );
    const listed = await client.list();
    const writes = transport.writes.length;
    expect(await client.identify(listed)).toEqual(listed);
    expect(transport.writes).toHaveLength(writes);
  });
});

it('lists once a session', async () => {
  const { client } = await enter(`${BARE_LOGIN}\nC: UIDL\nS: +OK\nS: .\nC: LIST\nS: +OK\nS: .`);
  await client.list();
  await expect(client.list()).rejects.toMatchObject({ code: 'internal' });
});

describe('quit', () => {
  it('resolves on +OK and closes', async () => {
    const { client, transport } = await enter(`${BARE_LOGIN}\nC: QUIT\nS: +OK bye`);
    await client.quit();
    expect(transport.closed).toBe(true);
  });

  it.each([
    { reply: 'S: -ERR some were not removed', code: 'command-refused' },
    { reply: '-- end', code: 'connection-lost' },
    { reply: 'S: bye', code: 'protocol-error' },
  ])('rejects on $reply, and closes', async ({ reply, code }) => {
    const { client, transport } = await enter(`${BARE_LOGIN}\nC: QUIT\n${reply}`);
    await expect(client.quit()).rejects.toMatchObject({ code });
    expect(transport.closed).toBe(true);
  });

  it('may be followed by a close', async () => {
    const { client, transport } = await enter(`${BARE_LOGIN}\nC: QUIT\nS: +OK`);
    await client.quit();
    client.close();
    expect(transport.closed).toBe(true);
  });
});

it('refuses two operations at once', async () => {
  const { client } = await enter(`${BARE_LOGIN}\nC: UIDL`);
  const first = client.list();
  await expect(client.list()).rejects.toMatchObject({ code: 'internal' });
  client.close();
  await expect(first).rejects.toMatchObject({ code: 'connection-lost' });
});
