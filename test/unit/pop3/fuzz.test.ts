/** A bounded slice of `npm run fuzz -- pop3`, always the same. */
import { expect, it } from 'vitest';
import { fuzzClient, fuzzFetch, fuzzSession } from '../../support/pop3-fuzz.ts';

/** Adds up, where it is a number of messages, what the streams bring. */
let messages = 0;

/** Seeds whose stream does harm, with what it does. */
async function harmful(from: number, count: number, fuzz: (seed: number) => unknown): Promise<string[]> {
  const found: string[] = [];
  for (let seed = from; seed < from + count && found.length < 3; seed++) {
    try {
      const got = await fuzz(seed);
      if (typeof got === 'number') messages += got;
    } catch (error) {
      found.push(`${seed}: ${String(error)}`);
    }
  }
  return found;
}

it('20,000 hostile streams through the session give events or one typed error, however they are cut', async () => {
  expect(await harmful(1, 20_000, fuzzSession)).toEqual([]);
});

it('the streams lead into every corner of a conversation', () => {
  const met = new Set<string>();
  for (let seed = 1; seed <= 3000; seed++) {
    for (const line of fuzzSession(seed)) met.add(line.split(' ', 2).join(' '));
  }
  const verbs = [
    'CAPA',
    'STLS',
    'AUTH',
    'USER',
    'PASS',
    'APOP',
    'UIDL',
    'LIST',
    'RETR',
    'TOP',
    'STAT',
    'DELE',
    'QUIT',
  ];
  const codes = ['not-pop3', 'server-refused', 'protocol-error', 'connection-lost', 'tls-injection'];
  const wanted = [
    ...verbs.flatMap((verb) => [`${verb} +OK`, `${verb} -ERR`]),
    'challenge',
    'body',
    'part',
    ...codes,
  ];
  expect(wanted.filter((start) => ![...met].some((line) => line.startsWith(start)))).toEqual([]);
});

it('3,000 hostile streams through the client end it in order', async () => {
  messages = 0;
  expect(await harmful(1, 3000, fuzzClient)).toEqual([]);
  expect(messages).toBeGreaterThan(100);
});

it('500 fetches from hostile servers come to an end', async () => {
  messages = 0;
  expect(await harmful(1, 500, fuzzFetch)).toEqual([]);
  expect(messages).toBeGreaterThan(20);
});
