/**
 * Promise P4 from the operator's side: whatever people and strangers say to the proxy, in the right places or in the wrong
 * ones, none of it is in the log at its loudest, in the figures, or in an answer.
 */
import http from 'node:http';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { AccessTokens } from '../../../proxy/tunnel/access-tokens.ts';
import { parseUsers } from '../../../proxy/door/basic-auth.ts';
import { createLog } from '../../../proxy/report/log.ts';
import type { RunningProxy } from '../../../proxy/server.ts';
import type { PageOptions, TestPage } from './page.ts';
import { received, useRig, type Peer } from './rig.ts';

const rig = useRig();

const TOKEN = 'scraper-token-xyzzy';
const PAGE_TOKEN = 'garden-gate-token-66';
/** Each a word that nothing else contains. */
const SECRETS = {
  mailUser: 'walter-whisperer',
  mailPassword: 'CorrectHorse99',
  mail: 'plums-in-the-icebox',
  pagePassword: 'open-sesame-77',
  wrongPassword: 'open-barley-78',
  scraper: TOKEN,
  pageToken: PAGE_TOKEN,
  wrongToken: 'garden-wall-token-67',
  header: 'cookie-monster-55',
  query: 'query-quokka-44',
};
const basic = (password: string): string => `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`;
const right = basic(SECRETS.pagePassword);

let told = '';
const answers: string[] = [];
afterEach(() => {
  told = '';
  answers.length = 0;
});

function startProxy(peer: Peer): Promise<RunningProxy> {
  return rig.proxyTo(peer, {
    names: ['mail.poplar.test', '127.0.0.1'],
    log: createLog('debug', { write: (line) => (told += line) }),
    wholeAddresses: true,
    metricsTokens: new AccessTokens([TOKEN]),
    accessTokens: new AccessTokens([PAGE_TOKEN]),
    users: parseUsers(`ann:${SECRETS.pagePassword}`),
    wrongPasswordDelayMs: 0,
    // A resolver that answers what no resolver may: a fault of the proxy, for the log of errors.
    resolve: async (name) => (name === 'broken.example' ? JSON.parse('[null]') : ['127.0.0.1']) as string[],
  });
}

/** A whole session: access, TLS, login, one mail, farewell. */
async function readMail(proxy: RunningProxy, peer: Peer): Promise<void> {
  const page = await rig.page(proxy, { authorization: right });
  page.connect(peer.port, { host: 'mail.poplar.test', security: 'tls', token: PAGE_TOKEN });
  await page.frame('connected');
  page.socket.send(Buffer.from(`USER ${SECRETS.mailUser}\r\nPASS ${SECRETS.mailPassword}\r\nRETR 1\r\n`));
  await page.until(() => page.text.includes(SECRETS.mail));
  page.say({ type: 'end' });
  await page.frame('end');
}

/** All that goes wrong in the page's own words. */
async function misbehave(proxy: RunningProxy): Promise<void> {
  const { mail, mailPassword } = SECRETS;
  const acts: ((page: TestPage) => void)[] = [
    (page) => page.socket.send(`PASS ${mailPassword}`),
    (page) => page.socket.send(JSON.stringify({ type: 'connect', password: mailPassword })),
    (page) => page.socket.send(Buffer.from(mail)),
    (page) => page.socket.send(mail.repeat(1000)),
    (page) => page.connect(23, { token: PAGE_TOKEN }),
    (page) => page.connect(23, { token: SECRETS.wrongToken }),
    (page) => page.connect(995, { host: 'broken.example', token: PAGE_TOKEN }),
    (page) => page.connect(995, { host: `ann:${mailPassword}@mail.poplar.test`, token: PAGE_TOKEN }),
    (page) => page.connect(995, { host: `my password is ${mailPassword}`, token: PAGE_TOKEN }),
  ];
  for (const act of acts) {
    const page = await rig.page(proxy, { authorization: right });
    act(page);
    await page.failed();
    answers.push(JSON.stringify([page.frames, page.closed]));
  }
}

/** Requests of whoever is at the door. */
async function knock(proxy: RunningProxy, port: number): Promise<void> {
  const { wrongPassword, header, query } = SECRETS;
  const refusedPages: PageOptions[] = [
    { authorization: basic(wrongPassword) },
    { authorization: right, origin: `https://${header}.example` },
    { authorization: right, host: `${header}.example` },
    { authorization: right, protocol: header },
    { authorization: right, path: query },
  ];
  for (const options of refusedPages)
    await rig.page(proxy, options).catch((e: Error) => answers.push(e.message));
  for (const [path, headers] of [
    [`/info?token=${query}`, { cookie: header }],
    ['/info', { authorization: basic(wrongPassword) }],
    [`/${query}`, { authorization: right }],
    ['/', { authorization: right, host: `${header}.example` }],
    [`/%${query}`, { cookie: header }],
    [`/metrics?token=${TOKEN}`, { authorization: `Bearer ${wrongPassword}` }],
  ] as const) {
    answers.push(await ask(port, path, headers));
  }
  const raw = net.connect(port, '127.0.0.1');
  raw.end(`GET /${query} HTTP/1.1\r\nauthorization: ${right}\r\n${header}\r\n\r\n`);
  answers.push(await text(raw));
}

function ask(port: number, path: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    http
      .get({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
        text(response).then((body) => resolve(JSON.stringify(response.headers) + body), reject);
      })
      .on('error', reject);
  });
}

it('none of what is said is in the log, in the figures, or in an answer', async () => {
  const peer = await rig.tlsPeer('good.pem', (socket) => {
    socket.write('+OK ready\r\n');
    void received(socket, 'RETR 1\r\n').then(() =>
      socket.end(`+OK\r\n+OK ${SECRETS.mailUser}\r\n+OK\r\nSubject: ${SECRETS.mail}\r\n\r\n.\r\n`),
    );
  });
  const proxy = await startProxy(peer);
  await readMail(proxy, peer);
  await misbehave(proxy);
  await knock(proxy, proxy.port);
  const figures = await ask(proxy.port, '/metrics', { authorization: `Bearer ${TOKEN}` });
  await proxy.close();

  const lines = told.trim().split('\n');
  const events = new Set(lines.map((line) => (JSON.parse(line) as { msg: string }).msg));
  expect([...events].sort()).toEqual([
    'access token refused',
    'connection refused',
    'metrics refused',
    'password refused',
    'request refused',
    'tunnel failed by a fault of the proxy',
    'tunnel over',
    'tunnel refused',
  ]);
  expect(told).toContain('"outcome":"done"');
  expect(figures).toContain('poplar_tunnels_over_total{outcome="done"} 1');
  expect(answers.length).toBeGreaterThan(15);
  const all = `${told}\n${figures}\n${answers.join('\n')}`.toLowerCase();
  for (const secret of [...Object.values(SECRETS), right, basic(SECRETS.wrongPassword)]) {
    const bare = secret.replace(/^Basic /, '');
    for (const form of [
      bare,
      Buffer.from(bare).toString('base64').slice(0, -4),
      Buffer.from(bare).toString('hex'),
    ]) {
      expect(all).not.toContain(form.toLowerCase());
    }
  }
  // The log may name the mail server, which an operator has to know. The figures name nobody.
  expect(figures).not.toMatch(/poplar\.test|broken\.example|127\.0\.0/);
});
