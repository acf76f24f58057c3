/**
 * `npm run bench -- store`: the built page in Chromium on mailboxes of 10,000, 100,000 and 500,000 messages. Each figure is
 * the median of starts of the whole browser on a profile that was filled by the product's own store. The mail server is
 * the embedded one, which answers a listing out of memory: no slow server hides what we take.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Maildrop } from '../../proxy/demo/maildrop.ts';
import { startPop3Server, type Pop3Server } from '../../proxy/demo/pop3-server.ts';
import type { Account } from '../../web/model/account.ts';
import { accountId } from '../../web/model/ids.ts';
import { launchProfile } from '../support/browser.ts';
import type { Aim } from './fetch-aims.ts';
import { messageA } from './mailbox.ts';
import type { Answer } from './page/main.ts';
import { rawOf, uidOf, type Seed } from './page/seed.ts';
import { startPoplar, type PoplarBench } from './poplar.ts';
import { aimsOf, printAims, printGrowth, type Growth } from './store/report.ts';
import { visit, type VisitFigures } from './store/visit.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PASSWORD = 'secret';
/** In a second account, so that there is more than one list. */
const BESIDES = 200;
const [LARGE, SMALL] = ['1'.repeat(32), '2'.repeat(32)];

export interface StoreResult {
  growth: Growth[];
  firstFetchMessagesPerSecond: number;
  aims: Aim[];
}

export async function bench({ quick }: { quick: boolean }): Promise<StoreResult> {
  const sizes = quick ? [1_000, 10_000] : [10_000, 100_000, 500_000];
  const repeats = quick ? 1 : 3;
  const ofA = quick ? 1_000 : 10_000;
  const dir = mkdtempSync(join(tmpdir(), 'poplar-bench-store-'));
  const mail = await startMail(sizes, ofA);
  const poplar = await startPoplar(root, [mail.port]);
  try {
    const growth: Growth[] = [];
    for (const count of sizes) {
      const measured = { poplar, mail, count, repeats, profile: join(dir, String(count)) };
      growth.push({ ...medians(count, await measureVisits(measured)), ...(await measureSync(measured)) });
      printGrowth(growth);
    }
    const fetched = await poplar.fetch(mail.port, 'a', PASSWORD);
    const firstFetchMessagesPerSecond = (ofA / fetched.ms) * 1000;
    const aimed = growth.at(quick ? -1 : 1);
    const aims = aimed === undefined ? [] : aimsOf(aimed, firstFetchMessagesPerSecond);
    printAims(aims);
    return { growth, firstFetchMessagesPerSecond, aims };
  } finally {
    await poplar.close();
    await mail.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

const userOf = (count: number): string => `of-${count}`;

/** A maildrop of each size, whose messages are all here already, and mailbox A. */
function startMail(sizes: readonly number[], ofA: number): Promise<Pop3Server> {
  const listed = sizes.map((count) => ({
    user: userOf(count),
    password: PASSWORD,
    maildrop: new Maildrop(
      Array.from({ length: count }, (_, index) => ({ uidl: uidOf(index), raw: rawOf(index, count) })),
    ),
  }));
  const a = Array.from({ length: ofA }, (_, index) => ({ uidl: uidOf(index), raw: messageA(index) }));
  return startPop3Server({
    users: [...listed, { user: 'a', password: PASSWORD, maildrop: new Maildrop(a) }],
  });
}

interface Measured {
  poplar: PoplarBench;
  mail: Pop3Server;
  count: number;
  repeats: number;
  profile: string;
}

const seedsFor = ({ mail, count }: Measured): Seed[] => [
  { account: accountOf(LARGE, mail.port, userOf(count)), password: PASSWORD, count },
  { account: accountOf(SMALL, mail.port, 'nobody'), password: PASSWORD, count: BESIDES },
];

async function measureVisits(measured: Measured): Promise<VisitFigures[]> {
  const { poplar, count, repeats, profile } = measured;
  await fill(poplar, profile, seedsFor(measured));
  const job = { poplar, account: accountId(LARGE), count, besides: BESIDES };
  const figures: VisitFigures[] = [];
  // One start more, and not counted: the first one keeps the page for being opened offline.
  for (let start = 0; start <= repeats; start += 1) {
    const context = await launchProfile(profile, { viewport: { width: 1440, height: 900 } });
    const seen = await visit(context, job);
    await context.close();
    if (start > 0) figures.push(seen);
  }
  return figures;
}

/** By the product's worker in a browser that nobody steers, for steering copies all that comes over the network. */
async function measureSync(measured: Measured): Promise<Pick<Growth, 'sync' | 'bare'>> {
  const { poplar, mail, count, repeats } = measured;
  const profile = `${measured.profile}-sync`;
  const login = { port: mail.port, user: userOf(count), password: PASSWORD };
  const filled = await poplar.run(profile, { kind: 'seed', seeds: seedsFor(measured), ...login });
  console.log(`\n${count} messages, put there in ${(filled.ms / 1000).toFixed(1)} s`);
  const [syncs, bares]: [number[], number[]] = [[], []];
  // One more, and not counted: the first visit compares, and the others find what it has found.
  for (let start = 0; start <= repeats; start += 1) {
    const { ms, fetched } = await poplar.run(profile, { kind: 'sync', ...login });
    if (fetched !== 0) throw new Error(`${fetched} messages came, and none was new`);
    const bare = await poplar.run(profile, { kind: 'list', ...login });
    if (start === 0) continue;
    syncs.push(ms);
    bares.push(bare.ms);
  }
  return { sync: median(syncs), bare: median(bares) };
}

/** Automatic visits are off: what is measured must not hang on when it was filled. */
function accountOf(id: string, port: number, user: string): Account {
  return {
    id: accountId(id),
    address: `${user}@example.test`,
    displayName: 'Bob',
    incoming: { host: '127.0.0.1', port, security: 'none' },
    user,
    demo: false,
    addedAt: Number(id[0]),
    checkEvery: 0,
  };
}

/** By the benchmark's page, which for this once stands at an address of the product's origin. */
async function fill({ productUrl, pageDir }: PoplarBench, profile: string, seeds: Seed[]): Promise<void> {
  const context = await launchProfile(profile);
  const [place, { origin }] = [`${productUrl}bench/`, new URL(productUrl)];
  await context.route(`${place}**`, (route) => {
    const path = route.request().url().slice(place.length);
    const contentType = extname(path) === '.js' ? 'text/javascript' : 'text/html';
    return route.fulfill({ path: join(pageDir, path), contentType });
  });
  await context.route(`${origin}/job`, (route) => route.fulfill({ json: { kind: 'seed', seeds } }));
  const page = await context.newPage();
  const answering = page.waitForRequest(`${origin}/answer`, { timeout: 0 });
  await page.goto(`${place}index.html`);
  const answer = (await answering).postDataJSON() as Answer;
  await context.close();
  if ('failure' in answer) throw new Error(answer.failure);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function medians(messages: number, figures: readonly VisitFigures[]): Omit<Growth, 'sync' | 'bare'> {
  const of = (read: (one: VisitFigures) => number): number => median(figures.map(read));
  const switches = figures.flatMap((one) => one.switches);
  return {
    messages,
    firstRows: of((one) => one.firstRows),
    firstSwitch: of((one) => one.firstSwitch),
    switch: median(switches),
    worstSwitch: Math.max(...switches),
    mark: of((one) => one.mark),
    longestTask: of((one) => one.longestTask),
    heldMb: of((one) => one.heldMb),
    residentMb: of((one) => one.residentMb),
  };
}
