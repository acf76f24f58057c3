/** Quirks met in an open maildrop: listings, messages, connections that end, deleting. */
import { expect } from 'vitest';
import { messageNumber } from '../../../../web/model/ids.ts';
import { patienceMs } from '../../../../web/pop3/patience.ts';
import { BARE_LOGIN, capable, enter, PIPELINING } from '../scripts.ts';
import { BYE, fetchInto, ForgetfulStore, listing, NOW, retr, type Quirk } from './rig.ts';

const one = retr(1, 'one');
const two = retr(2, 'two');
const both = { fetched: ['two\r\n', 'one\r\n'], skipped: [], error: null };
const fetchesOne = { fetched: ['one\r\n'], skipped: [], error: null };
const nothing = { fetched: [], skipped: [], error: null };

/** A server without UIDL, and the headers it shows for TOP: each is asked for once, the first one twice. */
const unnamed = (count: number, ...heads: string[]): string => {
  const asked = heads.map((head, at) => `C: TOP ${at + 1} 0\nS: +OK\n${head}S: .\n`);
  return `C: UIDL\nS: -ERR\nC: LIST\nS: +OK\nS: .\nC: STAT\nS: +OK ${count} 99\n${asked[0] ?? ''}${asked.join('')}`;
};

const ENDLESS_STATUS = `${BARE_LOGIN}${listing(['1 a', '2 b'])}C: RETR 2\nS: +OK ${'x'.repeat(70_000)}`;

/** Deletes number 1; the error that this ends with. */
async function removal(script: string): Promise<unknown> {
  const { client } = await enter(`${BARE_LOGIN}${script}`);
  return client.removeAndQuit([messageNumber(1)]).catch((error: unknown) => error);
}

export const MAILDROP_QUIRKS: readonly Quirk[] = [
  {
    row: 9,
    server: 'all daemons',
    quirk: 'keep what was to be deleted when the connection is lost: it does not count as deleted',
    shown: async () => {
      expect(await removal('C: DELE 1\nS: +OK\nC: QUIT\n-- end')).toMatchObject({ code: 'connection-lost' });
    },
  },
  {
    row: 10,
    server: 'various',
    quirk: 'refuse QUIT when some messages could not be removed',
    shown: async () => {
      const error = await removal('C: DELE 1\nS: +OK\nC: QUIT\nS: -ERR some deleted messages not removed');
      expect(error).toMatchObject({ code: 'command-refused', detail: { verb: 'QUIT' } });
    },
  },
  {
    row: 10,
    server: 'various',
    quirk: 'hang up on QUIT: nothing is fetched again',
    shown: [
      { connections: [`${BARE_LOGIN}${listing(['1 a'])}${one}C: QUIT\n-- end`], outcome: fetchesOne },
      { connections: [`${BARE_LOGIN}${listing(['1 a'])}${BYE}`], outcome: nothing },
    ],
  },
  {
    row: 11,
    server: 'popa3d',
    quirk: 'gives identical messages one unique-id: all are fetched, and once',
    shown: [
      {
        connections: [`${BARE_LOGIN}${listing(['1 a', '2 a'], ['1 5', '2 5'])}${retr(2, 'one')}${one}${BYE}`],
        outcome: { fetched: ['one\r\n', 'one\r\n'] },
      },
      { connections: [`${BARE_LOGIN}${listing(['1 a', '2 a'], ['1 5', '2 5'])}${BYE}`], outcome: nothing },
      { connections: [`${BARE_LOGIN}${listing(['1 a'], ['1 5'])}${BYE}`], outcome: nothing },
    ],
  },
  {
    row: 11,
    server: 'broken servers',
    quirk: 'give different messages one unique-id, and one of them vanishes when another comes',
    shown: [
      {
        connections: [`${BARE_LOGIN}${listing(['1 a', '2 a'], ['1 5', '2 7'])}${two}${one}${BYE}`],
        outcome: both,
      },
      {
        connections: [`${BARE_LOGIN}${listing(['1 a', '2 a'], ['1 7', '2 9'])}${retr(2, 'three')}${BYE}`],
        outcome: { fetched: ['three\r\n'] },
      },
    ],
  },
  {
    row: 12,
    server: 'mailutils and others',
    quirk: 'list sizes that are wrong, missing, doubled or of nothing',
    shown: [
      {
        connections: [
          `${BARE_LOGIN}${listing(['1 a', '2 b'], ['1 999 octets', '1 3', '9 1', '-1 x'])}${two}${one}${BYE}`,
        ],
        outcome: both,
      },
    ],
  },
  {
    row: 13,
    server: 'FTGate V2',
    quirk: 'says +OK twice to TOP: the message is known by its header all the same',
    shown: [
      {
        connections: [
          `${BARE_LOGIN}${unnamed(1, 'S: +OK\nS: Subject: x\nS:\n')}${retr(1, 'Subject: x')}${BYE}`,
        ],
        outcome: { fetched: ['Subject: x\r\n'] },
      },
      { connections: [`${BARE_LOGIN}${unnamed(1, 'S: Subject: x\nS:\n')}${BYE}`], outcome: nothing },
    ],
  },
  {
    row: 13,
    server: 'Maillennium, OpenMail and others',
    quirk: 'send whole or cut messages for TOP: only RETR is a message',
    shown: [
      {
        connections: [
          `${BARE_LOGIN}${unnamed(1, 'S: Subject: x\nS:\nS: the text, and then cut sho\n')}${retr(1, 'Subject: x', '', 'the text, and then cut short')}${BYE}`,
        ],
        outcome: { fetched: ['Subject: x\r\n\r\nthe text, and then cut short\r\n'] },
      },
    ],
  },
  {
    row: 14,
    server: 'geocities',
    quirk: 'sends a first line that is no header: the message is stored as it is and its header is read',
    shown: async () => {
      for (const first of [
        'From bob Mon Nov 23 10:00:00 2026',
        '>From bob',
        'by mx.example.test; Mon, 23 Nov',
      ]) {
        const text = [first, 'From: Ann <ann@example.test>', 'Subject: x', '', 'text'];
        const script = `${BARE_LOGIN}${listing(['1 a'])}${retr(1, ...text)}${BYE}`;
        const outcome = await fetchInto(new ForgetfulStore(), { connections: [script], outcome: {} });
        expect(outcome.fetched).toEqual([`${text.join('\r\n')}\r\n`]);
        expect(outcome.summaries).toMatchObject([{ subject: 'x', from: { address: 'ann@example.test' } }]);
      }
    },
  },
  {
    row: 15,
    server: 'Exchange 2000',
    quirk: 'sends no final dot, and hangs up: taken at the second time, with the octets of LIST',
    shown: [
      {
        connections: [
          `${BARE_LOGIN}${listing(['1 a'], ['1 5'])}C: RETR 1\nS: +OK\nS: one\n-- end`,
          `${BARE_LOGIN}${listing(['1 a'], ['1 5'])}C: RETR 1\nS: +OK\nS: one\n-- end`,
          `${BARE_LOGIN}${listing(['1 a'], ['1 5'])}${BYE}`,
        ],
        outcome: fetchesOne,
      },
    ],
  },
  {
    row: 16,
    server: 'as K9 met them',
    quirk: 'put +OK before each line of UIDL, and three blanks between number and unique-id',
    shown: [
      {
        connections: [`${BARE_LOGIN}${listing(['+OK 1   2011', '+OK 2   20 11/='])}${two}${one}${BYE}`],
        outcome: both,
      },
      { connections: [`${BARE_LOGIN}${listing(['1 2011', '2 20 11/='])}${BYE}`], outcome: nothing },
    ],
  },
  {
    row: 17,
    server: 'Outlook.com, WildDuck, solid-pop3d',
    quirk: 'hang up after a minute or two: the fetch goes on over a new connection',
    shown: [
      {
        connections: [
          `${BARE_LOGIN}${listing(['1 a', '2 b'])}${two}C: RETR 1\n-- end`,
          `${BARE_LOGIN}${listing(['1 a', '2 b'])}${one}${BYE}`,
        ],
        outcome: both,
      },
    ],
  },
  {
    row: 17,
    server: 'Dovecot',
    quirk: 'says why it hangs up, in place of an answer: that message comes with the next fetch',
    shown: [
      {
        connections: [
          `${BARE_LOGIN}${listing(['1 a', '2 b'])}C: RETR 2\nS: -ERR Disconnected for inactivity.\nC: RETR 1\n-- end`,
          `${BARE_LOGIN}${listing(['1 a', '2 b'])}${one}${BYE}`,
        ],
        outcome: { fetched: ['one\r\n'], skipped: ['b command-refused'] },
      },
      {
        connections: [`${BARE_LOGIN}${listing(['1 a', '2 b'])}${two}${BYE}`],
        outcome: { fetched: ['two\r\n'] },
      },
    ],
  },
  {
    row: 18,
    server: 'Gmail',
    quirk:
      'pipelines only after the login, and lists what was fetched no more: it is kept, and only new mail is fetched',
    shown: [
      {
        connections: [
          `${capable('USER\nUIDL', 'USER\nUIDL\nPIPELINING\nEXPIRE 0\nX-GOOGLE-RICO')}C: UIDL\nC: LIST\nS: +OK\nS: 1 GmailId1\nS: .\nS: +OK\nS: .\n${one}${BYE}`,
        ],
        outcome: fetchesOne,
      },
      {
        connections: [`${BARE_LOGIN}${listing(['1 GmailId2'])}${retr(1, 'two')}${BYE}`],
        outcome: { fetched: ['two\r\n'] },
      },
    ],
  },
  {
    row: 20,
    server: 'Yahoo, AOL',
    quirk: 'refuse messages for the moment, and hang up under load',
    shown: [
      {
        connections: [
          `${BARE_LOGIN}${listing(['1 a', '2 b', '3 c'])}C: RETR 3\nS: -ERR [SYS/TEMP] Server error\nC: RETR 2\nS: +OK\nS: tw\n-- end`,
          `${BARE_LOGIN}${listing(['1 a', '2 b', '3 c'])}${two}${one}${BYE}`,
        ],
        outcome: { fetched: ['two\r\n', 'one\r\n'], skipped: ['c command-refused'] },
      },
      {
        connections: [`${BARE_LOGIN}${listing(['1 a', '2 b', '3 c'])}${retr(3, 'three')}${BYE}`],
        outcome: { fetched: ['three\r\n'] },
      },
    ],
  },
  {
    row: 22,
    server: 'any, while others delete',
    quirk: 'refuses a message that it has listed: the rest goes on',
    shown: [
      {
        connections: [
          `${PIPELINING}C: UIDL\nC: LIST\nS: +OK\nS: 1 a\nS: 2 b\nS: 3 c\nS: .\nS: +OK\nS: .\nC: RETR 3\nC: RETR 2\nC: RETR 1\nS: -ERR no such message\nS: +OK\nS: two\nS: .\nS: +OK\nS: one\nS: .\n${BYE}`,
        ],
        outcome: { fetched: ['two\r\n', 'one\r\n'], skipped: ['c command-refused'] },
      },
    ],
  },
  {
    row: 23,
    server: 'any',
    quirk: 'dies within a message: what came of it is forgotten, and it is fetched again',
    shown: [
      {
        connections: [
          `${PIPELINING}C: UIDL\nC: LIST\nS: +OK\nS: 1 a\nS: 2 b\nS: .\nS: +OK\nS: .\nC: RETR 2\nC: RETR 1\nS: +OK\nS: tw\n-- end`,
          `${PIPELINING}C: UIDL\nC: LIST\nS: +OK\nS: 1 a\nS: 2 b\nS: .\nS: +OK\nS: .\n${two}${one}${BYE}`,
        ],
        outcome: both,
      },
    ],
  },
  {
    row: 24,
    server: 'any',
    quirk: 'sends messages that look like the protocol',
    shown: [
      {
        connections: [
          `${BARE_LOGIN}${listing(['1 a'])}${retr(1, '+OK', '-ERR [IN-USE] no', '+', 'QUIT', '..', '...')}${BYE}`,
        ],
        outcome: { fetched: ['+OK\r\n-ERR [IN-USE] no\r\n+\r\nQUIT\r\n.\r\n..\r\n'] },
      },
    ],
  },
  {
    row: 25,
    server: 'various',
    quirk: 'send status lines of many octets, with NUL and without CR',
    shown: [
      {
        connections: [
          `${BARE_LOGIN}${listing(['1 a'])}C: RETR 1\nS! ${JSON.stringify(`+OK \0${'x'.repeat(60_000)}\n`)}\nS: one\nS: .\n${BYE}`,
        ],
        outcome: fetchesOne,
      },
    ],
  },
  {
    row: 25,
    server: 'an attacker',
    quirk: 'sends a status line without end: it is cut at 64 KiB, and that message left out',
    shown: [
      {
        connections: [ENDLESS_STATUS, ENDLESS_STATUS, `${BARE_LOGIN}${listing(['1 a', '2 b'])}${one}${BYE}`],
        outcome: { fetched: ['one\r\n'], skipped: ['b protocol-error'], error: null },
      },
    ],
  },
  {
    row: 30,
    server: 'mailutils',
    quirk: 'adds X-UIDL to messages it has shown: they are known all the same',
    shown: [
      {
        connections: [`${BARE_LOGIN}${unnamed(1, 'S: Subject: x\nS:\n')}${retr(1, 'Subject: x')}${BYE}`],
        outcome: { fetched: ['Subject: x\r\n'] },
      },
      {
        connections: [`${BARE_LOGIN}${unnamed(1, 'S: X-UIDL: 1\nS: Subject: x\nS: Status: RO\nS:\n')}${BYE}`],
        outcome: nothing,
      },
    ],
  },
  {
    row: 30,
    server: 'UW ipop3d',
    quirk: 'lists a note to itself as the first message: nobody gets to see it',
    shown: [
      {
        connections: [
          `${BARE_LOGIN}${listing(['1 a', '2 b'])}${two}${retr(1, 'From: Mail System Internal Data <MAILER-DAEMON@example.test>', "Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA", '', 'text')}${BYE}`,
        ],
        outcome: { fetched: ['two\r\n'], skipped: [], error: null },
      },
    ],
  },
  {
    row: 31,
    server: 'providers with EXPIRE or a quota',
    quirk: 'remove messages by themselves: they stay here',
    shown: async () => {
      const store = new ForgetfulStore();
      const visit = (script: string) =>
        fetchInto(store, { connections: [`${BARE_LOGIN}${script}`], outcome: {} });
      await visit(`${listing(['1 a'])}${one}${BYE}`);
      expect(await visit(`${listing([])}${BYE}`)).toMatchObject(nothing);
      expect(await store.summaries()).toMatchObject([{ uidl: 'a' }]);
    },
  },
  {
    row: 32,
    server: 'any, with 100,000 messages',
    quirk: 'takes minutes to list them, and megabytes',
    shown: async () => {
      for (const verb of ['STAT', 'UIDL', 'LIST'] as const)
        expect(patienceMs(verb)).toBeGreaterThanOrEqual(180_000);
      const numbers = Array.from({ length: 100_000 }, (_, index) => index + 1);
      const said = (rest: (number: number) => string): string =>
        JSON.stringify(`+OK\r\n${numbers.map((number) => `${number} ${rest(number)}\r\n`).join('')}.\r\n`);
      const [uids, sizes] = [said((number) => `${'u'.repeat(60)}${number}`), said(() => '5000')];
      const { client } = await enter(`${BARE_LOGIN}C: UIDL\nS! ${uids}\nC: LIST\nS! ${sizes}`);
      const listed = await client.list();
      expect([listed.length, listed.at(-1)]).toEqual([
        100_000,
        { number: 100_000, uidl: `${'u'.repeat(60)}100000`, octets: 5000 },
      ]);
    },
  },
  {
    row: 33,
    server: 'senders',
    quirk: 'write any date: what counts is when a message was first seen here',
    shown: async () => {
      const script = `${BARE_LOGIN}${listing(['1 a'])}${retr(1, 'Date: Fri, 31 Dec 1999 23:59:59 +0000', '', 'x')}${BYE}`;
      const { summaries } = await fetchInto(new ForgetfulStore(), { connections: [script], outcome: {} });
      expect(summaries).toMatchObject([{ sentAt: Date.UTC(1999, 11, 31, 23, 59, 59), receivedAt: NOW }]);
    },
  },
];
