import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Pop3Client } from '../../../web/pop3/client.ts';
import type { Security } from '../../../web/model/account.ts';
import { CUTS } from '../../support/cuts.ts';
import { ScriptedTransport } from '../../support/scripted-transport.ts';
import { retrieveAll } from './scripts.ts';
import { fixedContext } from '../../support/sasl.ts';

const folder = new URL('../../fixtures/transcripts/', import.meta.url);

interface Visit {
  security?: Security;
  /** Number, unique-id, octets. */
  listed: [number, string | null, number][];
  /** Newest first. */
  messages: string[];
  /** How QUIT ends. */
  farewell?: string;
}

const VISITS: Readonly<Record<string, Visit>> = {
  'starttls-sasl-pipelining.txt': {
    security: 'starttls',
    listed: [
      [1, '000000016b03e043', 61],
      [2, '000000026b03e043', 52],
      [3, '000000036b03e043', 41],
    ],
    messages: [
      '3 Subject: no final newline\r\n\r\nthe end\r\n',
      '2 Subject: dots\r\n\r\n.\r\n..\r\n.dot\r\na.\r\n. \r\n',
      '1 Subject: protocol words\r\n\r\n+OK\r\n-ERR [IN-USE] no\r\n+\r\nQUIT\r\n',
    ],
  },
  'bare.txt': {
    listed: [
      [1, 'c5c3883c827b5439', 27],
      [2, '89678c4868a01ca4', 9],
      [3, 'c5c3883c827b5439', 27],
    ],
    messages: ['3 Subject: twin\r\n\r\nbody\r\n', '2 \r\n', '1 Subject: twin\r\n\r\nbody\r\n'],
  },
  'utf8-login.txt': {
    listed: [[1, 'UID1-1795416256', 34]],
    messages: ['1 Subject: Gr\xc3\xbc\xc3\x9fe\n\n\0\xff\r.\n'],
  },
  'sloppy.txt': {
    listed: [
      [1, '2011/abc def', 1],
      [2, '.', 999999999],
      [4, null, 0],
      [7, 'last', 0],
    ],
    messages: ['7 seven\r\n', '4 four\r\n', '2 two\r\n', '1 one\r\n'],
  },
  'without-uidl.txt': {
    listed: [
      [1, null, 27],
      [2, null, 31],
    ],
    messages: ['2 Subject: two\r\n\r\nsecond\r\n', '1 Subject: one\r\n\r\nfirst\r\n'],
  },
  'refused-message.txt': {
    listed: [
      [1, 'a', 0],
      [2, 'b', 0],
      [3, 'c', 0],
    ],
    messages: ['3 three\r\n', '2 command-refused', '1 one\r\n'],
    farewell: 'command-refused',
  },
};

it('knows what every transcript in the folder leads to', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  expect(files.sort()).toEqual(Object.keys(VISITS).sort());
});

describe.each(Object.entries(VISITS))('%s', (file, { security = 'none', listed, messages, farewell }) => {
  const script = readFileSync(new URL(file, folder), 'utf8');

  /** What was shown to people, however the network cut. */
  let firstTranscript: readonly string[] | null = null;

  it.each(Object.entries(CUTS))('leads to the same, %s', async (_, cut) => {
    const transport = new ScriptedTransport(script, { cut });
    const transcript: string[] = [];
    const client = await Pop3Client.open(transport, {
      sasl: fixedContext(),
      security,
      onTranscript: (line) => transcript.push(line),
    });
    await client.login({ user: 'bob', password: 'secret' });
    const named = await client.list();
    const found = await client.identify(named);
    expect(named.map(({ number, uidl, octets }) => [number, uidl, octets])).toEqual(listed);
    expect(found.length).toBe(named.length);
    expect(await retrieveAll(client, found.toReversed(), { windowOctets: 2_000_000_000 })).toEqual(messages);
    const goodbye = await client.quit().then(
      () => undefined,
      (error: { code?: string }) => error.code,
    );
    expect(goodbye).toBe(farewell);
    expect(transport.remaining).toEqual([]);
    firstTranscript ??= transcript;
    expect(transcript).toEqual(firstTranscript);
    expect(transcript.join('\n')).not.toMatch(/secret|c2VjcmV0|AGJvYgBzZWNyZXQ=/);
  });
});
