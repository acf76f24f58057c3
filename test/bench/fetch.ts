/**
 * `npm run bench -- fetch`: a whole maildrop from a real Dovecot, ours in Chromium through the proxy into IndexedDB
 * with summaries, the peers side by side in the same run, over a wire of 0, 20 and 80 ms round trip. Ratios count, not
 * seconds: machines differ and are noisy. Clients that wait for each answer get a slice where there is a delay.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startMailServer, unavailable, type MailServer } from '../support/mail-servers.ts';
import { aimsOf, printAims, type Aim } from './fetch-aims.ts';
import { messageA, messageB, messageC, writeMaildir } from './mailbox.ts';
import { availablePeers, type FetchJob, type Peer } from './peers.ts';
import { startPoplar, type PoplarBench } from './poplar.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const roundTripsMs = [0, 20, 80];

interface Mailbox {
  name: string;
  user: string;
  count: number;
  message: (index: number) => Buffer;
}

export interface Row {
  mailbox: string;
  client: string;
  durability: string;
  roundTripMs: number;
  /** Messages that were really fetched. */
  messages: number;
  medianMs: number;
  /** Of the whole mailbox; by rule of three where only a slice was fetched. */
  wholeMs: number;
  messagesPerSecond: number;
  /** The most memory that the page's process took. */
  peakMb?: number;
}

/** Ours without store and summaries. */
export const BARE = 'Poplar, nothing kept';

/** How long until the newest messages of a large maildrop are in the page. */
export interface Newest {
  roundTripMs: number;
  medianMs: number;
}

export interface NothingNew {
  syncMs: number;
  bareMs: number;
  /** The session around them. */
  sessionMs: number;
}

export interface FetchResult {
  rows: Row[];
  newest: Newest[];
  /** Milliseconds of a fetch of C with nothing new, of carrying its UIDL and LIST alone, and of a session that only does that. */
  nothingNew: NothingNew;
  aims: Aim[];
}

/** Of mailbox C. */
const NEWEST = 50;

/** Runs the benchmark, prints the tables and returns what they hold. */
export async function bench({ quick }: { quick: boolean }): Promise<FetchResult> {
  const reason = unavailable();
  if (reason !== null) throw new Error(`the benchmark fetches from a real Dovecot, but ${reason}`);
  const mailboxes: Mailbox[] = [
    { name: 'A', user: 'a', count: quick ? 1000 : 10_000, message: messageA },
    { name: 'B', user: 'b', count: quick ? 100 : 1000, message: messageB },
  ];
  const large: Mailbox = { name: 'C', user: 'c', count: quick ? 5000 : 100_000, message: messageC };
  const memory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'poplar-bench-'));
  // The server's own users must be able to walk through.
  chmodSync(memory, 0o755);
  const disk = mkdtempSync(join(tmpdir(), 'poplar-bench-disk-'));
  const closers: (() => unknown)[] = [
    () => rmSync(memory, { recursive: true, force: true }),
    () => rmSync(disk, { recursive: true, force: true }),
  ];
  try {
    const server = await startDovecot(memory, [...mailboxes, large]);
    closers.unshift(() => server.stop());
    const relays = await Promise.all(roundTripsMs.map((ms) => startRelay(server.port, ms / 2)));
    closers.unshift(() => relays.forEach((relay) => relay.child.disconnect()));
    const poplar = await startPoplar(root, [server.port, ...relays.map((relay) => relay.port)]);
    closers.unshift(() => poplar.close());
    const place = { memoryDir: memory, diskDir: disk };
    const parts = { mailboxes, quick, poplar, relays, place, directPort: server.port };
    const newest = await measureNewest(large, parts);
    const rows = await measure(parts);
    const nothingNew = await measureNothingNew(large, parts);
    const aims = aimsOf(rows, newest, nothingNew);
    printAims(aims);
    return { rows, newest, nothingNew, aims };
  } finally {
    for (const close of closers) await close();
  }
}

interface Bench {
  mailboxes: Mailbox[];
  quick: boolean;
  poplar: PoplarBench;
  /** In the order of roundTripsMs. */
  relays: { port: number }[];
  place: Pick<FetchJob, 'memoryDir' | 'diskDir'>;
  directPort: number;
}

async function measure(bench: Bench): Promise<Row[]> {
  const { mailboxes, quick, poplar, place, directPort } = bench;
  const rows: Row[] = [];
  const peers = await availablePeers();
  const repeats = quick ? 1 : 3;
  for (const mailbox of mailboxes) {
    await warmUp(directPort, mailbox, place, mailbox.count);
    for (const [i, roundTripMs] of roundTripsMs.entries()) {
      const port = portFor(bench, i);
      let peakMb = 0;
      const ours = await median(repeats, async () => {
        const figures = await poplar.fetch(port, mailbox.user, 'secret');
        peakMb = Math.max(peakMb, figures.peakMb);
        return figures.ms;
      });
      rows.push({
        ...row(
          mailbox,
          'Poplar (Chromium → IndexedDB)',
          'IndexedDB, strict',
          roundTripMs,
          mailbox.count,
          ours,
        ),
        peakMb,
      });
      const bare = await median(repeats, () => poplar.drain(port, mailbox.user, 'secret'));
      rows.push(row(mailbox, BARE, 'none (not stored)', roundTripMs, mailbox.count, bare));
      for (const peer of peers) {
        const job = jobFor(peer, mailbox, roundTripMs, { port, ...place });
        try {
          const ms = await median(repeats, () => peer.fetch(job));
          rows.push(row(mailbox, peer.name, peer.durability, roundTripMs, job.count, ms));
        } catch (error) {
          console.log(`${peer.name} failed and is left out: ${String(error).split('\n', 3).join(' ')}`);
        }
      }
      print(rows.filter((r) => r.mailbox === mailbox.name && r.roundTripMs === roundTripMs));
    }
  }
  return rows;
}

/** Nothing of the maildrop is known, so all of it has to be listed first. */
async function measureNewest(large: Mailbox, bench: Bench): Promise<Newest[]> {
  const newest: Newest[] = [];
  await warmUp(bench.directPort, large, bench.place, 1);
  console.log(`\nMailbox ${large.name}, ${large.count} messages: until the ${NEWEST} newest are in the page`);
  for (const [i, roundTripMs] of roundTripsMs.entries()) {
    const port = portFor(bench, i);
    const medianMs = await median(bench.quick ? 1 : 5, () =>
      bench.poplar.newest(port, large.user, 'secret', NEWEST),
    );
    newest.push({ roundTripMs, medianMs });
    console.log(
      `  ${String(roundTripMs).padStart(3)} ms round trip ${(medianMs / 1000).toFixed(2).padStart(8)} s`,
    );
  }
  return newest;
}

/** All of the maildrop is fetched first, and what a second visit may still compare is compared. */
async function measureNothingNew(large: Mailbox, bench: Bench): Promise<NothingNew> {
  const { poplar, place, directPort: port } = bench;
  const profile = join(place.diskDir, 'nothing-new');
  const login = { port, user: large.user, password: 'secret' };
  await poplar.run(profile, { kind: 'fetch', ...login });
  await poplar.run(profile, { kind: 'sync', ...login });
  const [syncs, bares, sessions]: [number[], number[], number[]] = [[], [], []];
  // In turn: for some seconds after the fetch Dovecot looks through the whole Maildir each time.
  for (let round = 0; round < (bench.quick ? 1 : 7); round += 1) {
    const sync = await poplar.run(profile, { kind: 'sync', ...login });
    if (sync.fetched !== 0) throw new Error(`${sync.fetched} messages came, and none was new`);
    const bare = await poplar.run(profile, { kind: 'list', ...login });
    syncs.push(sync.ms);
    bares.push(bare.ms);
    sessions.push(bare.sessionMs ?? Number.NaN);
  }
  const [syncMs, bareMs, sessionMs] = [middle(syncs), middle(bares), middle(sessions)];
  console.log(
    `\nMailbox ${large.name} with nothing new: ${syncMs.toFixed(0)} ms; its UIDL and LIST alone ${bareMs.toFixed(0)} ms, a session that only carries them ${sessionMs.toFixed(0)} ms`,
  );
  return { syncMs, bareMs, sessionMs };
}

/** Without a delay there is no relay either: its timers would cost every answer a millisecond. */
function portFor({ directPort, relays }: Bench, i: number): number {
  return roundTripsMs[i] === 0 ? directPort : (relays[i]?.port ?? 0);
}

/** A client that waits for each answer, over a long wire: it gets a slice. */
const waits = (peer: Peer, roundTripMs: number): boolean => !peer.pipelines && roundTripMs > 0;

function jobFor(
  peer: Peer,
  mailbox: Mailbox,
  roundTripMs: number,
  place: Pick<FetchJob, 'port' | 'memoryDir' | 'diskDir'>,
): FetchJob {
  const slice = Math.min(mailbox.count, mailbox.name === 'A' ? 400 : 100);
  const count = waits(peer, roundTripMs) && peer.partial ? slice : mailbox.count;
  return { ...place, user: mailbox.user, password: 'secret', count };
}

function row(
  mailbox: Mailbox,
  client: string,
  durability: string,
  roundTripMs: number,
  messages: number,
  medianMs: number,
): Row {
  const messagesPerSecond = messages / (medianMs / 1000);
  const wholeMs = (medianMs * mailbox.count) / messages;
  return {
    mailbox: mailbox.name,
    client,
    durability,
    roundTripMs,
    messages,
    medianMs,
    wholeMs,
    messagesPerSecond,
  };
}

function print(rows: Row[]): void {
  const ours = rows[0];
  if (ours === undefined) return;
  console.log(`\nMailbox ${ours.mailbox}, ${ours.roundTripMs} ms round trip`);
  for (const r of rows) {
    const whole = `${(r.wholeMs / 1000).toFixed(2).padStart(8)} s${r.messages === ours.messages ? ' ' : '≈'}`;
    const rate = `${Math.round(r.messagesPerSecond).toString().padStart(7)} msg/s`;
    const ratio = `ours is ${(r.wholeMs / ours.wholeMs).toFixed(2).padStart(7)} ×`;
    const peak = r.peakMb === undefined ? '' : `, ${r.peakMb.toFixed(0)} MB of memory at most`;
    console.log(`  ${r.client.padEnd(30)} ${whole} ${rate}  ${ratio}  ${r.durability}${peak}`);
  }
}

/** A run that takes longer than this is its own median: noise is small against it. */
const LONG_RUN_MS = 15_000;

async function median(repeats: number, work: () => Promise<number>): Promise<number> {
  const all: number[] = [];
  while (all.length < repeats && (all[0] ?? 0) < LONG_RUN_MS) all.push(await work());
  return middle(all);
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function startDovecot(parentDir: string, mailboxes: Mailbox[]): Promise<MailServer> {
  return startMailServer('dovecot', {
    parentDir,
    env: {
      DOVECOT_EXTRA:
        'mail_fsync = never\nservice pop3-login {\n  service_count = 0\n}\nservice pop3 {\n  service_count = 0\n}',
    },
    prepare: (dir) => {
      appendFileSync(
        join(dir, 'users'),
        mailboxes.map(({ user }) => `${user}:{PLAIN}secret::::::\n`).join(''),
      );
      for (const { user, count, message } of mailboxes) {
        const maildir = join(dir, 'mail', user);
        mkdirSync(maildir, { recursive: true });
        const octets = writeMaildir(maildir, count, message);
        console.log(`mailbox of ${user}: ${count} messages, ${(octets / 1e6).toFixed(1)} MB`);
      }
    },
  });
}

/** The first listing makes Dovecot build its index; nobody should pay for that in the figures. */
async function warmUp(
  port: number,
  { user }: Mailbox,
  place: Pick<FetchJob, 'memoryDir' | 'diskDir'>,
  count: number,
): Promise<void> {
  const [first] = (await availablePeers()).filter((peer) => !peer.pipelines);
  await first?.fetch({ port, user, password: 'secret', count, ...place });
}

function startRelay(targetPort: number, delayMs: number): Promise<{ port: number; child: ChildProcess }> {
  const child = fork(join(root, 'test/bench/relay.mjs'), [String(targetPort), String(delayMs)], {
    silent: true,
  });
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', (chunk: Buffer) => resolve({ port: Number(chunk.toString()), child }));
    child.once('exit', (code) => reject(new Error(`the relay ended with ${code}`)));
  });
}
