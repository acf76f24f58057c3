/** The demo as a newcomer gets it: one call, two servers, sample mail, mail to oneself arrives. */
import { afterEach, expect, test } from 'vitest';
import { startDemo, type Demo } from '../../../proxy/demo/demo.ts';
import { Conversation } from './conversation.ts';

const NOW_MS = Date.UTC(2026, 10, 23, 12);
const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(nowMs = NOW_MS): Promise<Demo> {
  const demo = await startDemo({ host: '127.0.0.1', nowMs });
  closers.push(() => demo.close());
  return demo;
}

async function dial(port: number): Promise<Conversation> {
  const client = await Conversation.dial('127.0.0.1', port);
  closers.push(() => client.close());
  return client;
}

async function logIn(demo: Demo): Promise<Conversation> {
  const client = await dial(demo.mailbox.port);
  await client.until('\r\n');
  expect(await client.ask(`USER ${demo.mailbox.user}`)).toMatch(/^\+OK/);
  expect(await client.ask(`PASS ${demo.mailbox.password}`)).toMatch(/^\+OK/);
  return client;
}

async function uidls(demo: Demo): Promise<string[]> {
  const client = await logIn(demo);
  expect(await client.ask('UIDL')).toMatch(/^\+OK/);
  const lines = (await client.until('\r\n.\r\n')).trim().split('\r\n').slice(0, -1);
  expect(await client.ask('QUIT')).toMatch(/^\+OK/);
  return lines.map((line) => line.split(' ')[1] ?? '');
}

/** Sends one letter through the submission server; returns the answer to its last line. */
async function submit(demo: Demo, to: string, password = demo.mailbox.password): Promise<string> {
  const client = await dial(demo.mailbox.submissionPort);
  expect(await client.until('\r\n')).toMatch(/^220 /);
  client.send('EHLO [127.0.0.1]\r\n');
  const extensions = await client.until('250 ');
  expect(extensions).toContain('250-PIPELINING');
  await client.until('\r\n');
  const plain = Buffer.from(`\0${demo.mailbox.user}\0${password}`).toString('base64');
  const login = await client.ask(`AUTH PLAIN ${plain}`);
  if (!login.startsWith('235')) return login;
  expect(await client.ask('MAIL FROM:<demo@poplar.example>')).toMatch(/^250/);
  expect(await client.ask(`RCPT TO:<${to}>`)).toMatch(/^250/);
  expect(await client.ask('DATA')).toMatch(/^354/);
  client.send('Subject: to myself\r\n\r\n..one dot\r\nend\r\n');
  return client.ask('.');
}

test('the maildrop opens with the welcome on top', async () => {
  const ids = await uidls(await start());
  expect(ids.at(-1)).toBe('poplar-demo-welcome');
});

test('a second start on another day shows the same unique-ids', async () => {
  const first = await uidls(await start());
  const second = await uidls(await start(NOW_MS + 40 * 24 * 60 * 60 * 1000));
  expect(new Set(first).size).toBe(first.length);
  expect(second.toSorted()).toEqual(first.toSorted());
});

test('mail to oneself arrives, byte for byte, under a unique-id of its own', async () => {
  const demo = await start();
  const before = await uidls(demo);
  expect(await submit(demo, 'Demo@Poplar.example')).toMatch(/^250 .*delivered/);
  expect(await submit(demo, 'demo@poplar.example')).toMatch(/^250 .*delivered/);
  const after = await uidls(demo);
  expect(after.slice(0, before.length)).toEqual(before);
  expect(new Set(after).size).toBe(before.length + 2);
  const client = await logIn(demo);
  expect(await client.ask(`RETR ${after.length}`)).toMatch(/^\+OK/);
  expect(await client.until('\r\n.\r\n')).toBe(
    'Return-Path: <demo@poplar.example>\r\nDelivered-To: demo@poplar.example\r\n' +
      'Subject: to myself\r\n\r\n..one dot\r\nend\r\n.\r\n',
  );
});

test('mail to anybody else is accepted and goes nowhere', async () => {
  const demo = await start();
  const before = await uidls(demo);
  expect(await submit(demo, 'bernard@sparrowlane.example')).toMatch(/^250 .*dropped/);
  expect(await uidls(demo)).toEqual(before);
});

test('the submission server refuses a wrong password', async () => {
  expect(await submit(await start(), 'demo@poplar.example', 'wrong')).toMatch(/^535/);
});

test('closing frees both ports', async () => {
  const demo = await startDemo({ host: '127.0.0.1', nowMs: NOW_MS });
  await demo.close();
  await expect(Conversation.dial('127.0.0.1', demo.mailbox.port)).rejects.toThrow('ECONNREFUSED');
  await expect(Conversation.dial('127.0.0.1', demo.mailbox.submissionPort)).rejects.toThrow('ECONNREFUSED');
});
