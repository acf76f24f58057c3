/**
 * Hostile streams through the session, the client and a whole fetch. Whatever comes, there are events or one typed error;
 * nothing hangs, nothing is kept, and it does not matter how the network cuts. A seed is a stream.
 */
import { PoplarError } from '../../web/errors.ts';
import { digest } from '../../web/message/digest.ts';
import type { Account } from '../../web/model/account.ts';
import { accountId, messageNumber } from '../../web/model/ids.ts';
import { Pop3Client } from '../../web/pop3/client.ts';
import * as commands from '../../web/pop3/command.ts';
import type { Command } from '../../web/pop3/command.ts';
import { Pop3Session } from '../../web/pop3/session.ts';
import { MemoryStore } from '../../web/store/memory-store.ts';
import { syncMaildrop } from '../../web/sync/maildrop-sync.ts';
import type { Transport } from '../../web/wire/transport.ts';
import { HurriedClock } from './hurried-clock.ts';
import { bytes } from './octets.ts';
import { Dice, pieces, stream } from './pop3-streams.ts';
import { fixedContext } from './sasl.ts';
import { TLS_FACTS } from './scripted-transport.ts';
import { EventLog } from './session-driver.ts';

const one = messageNumber(1);
const BEFORE: readonly (() => Command[])[] = [
  () => [commands.capa()],
  () => [commands.stls()],
  () => [commands.auth('LOGIN', null)],
  () => [commands.authListing()],
  () => [commands.user('bob')],
  () => [commands.pass('secret')],
  () => [commands.apop('bob', 'digest')],
];
const AFTER: readonly (() => Command[])[] = [
  () => [commands.uidl(), commands.list()],
  () => [commands.retr(one), commands.retr(messageNumber(2)), commands.retr(messageNumber(3))],
  () => [commands.top(one, 0), commands.uidl(one), commands.list(one), commands.stat()],
  () => [commands.dele(one), commands.quit()],
  () => [commands.noop(), commands.rset(), commands.last(), commands.lang()],
  () => [commands.capa()],
];

/** One stream through a session: what came of it. Throws an error that says what was wrong. */
export function fuzzSession(seed: number): readonly string[] {
  const dice = new Dice(seed);
  const text = stream(dice);
  const [whole, cut] = [new Listener(seed), new Listener(seed)];
  whole.hear([bytes(text)]);
  cut.hear(pieces(dice, text));
  const [lines, others] = [whole.log.all, cut.log.all];
  if (lines.join('\n') !== others.join('\n')) throw new Error(`other events when cut:\n${lines}\n${others}`);
  return lines;
}

/** Says something whenever nothing is unanswered, so that every state is met; what, is up to its own dice. */
class Listener {
  readonly log = new EventLog();
  readonly #session = new Pop3Session();
  readonly #dice: Dice;

  constructor(seed: number) {
    this.#dice = new Dice(~seed);
  }

  hear(chunks: readonly Uint8Array[]): void {
    try {
      for (const chunk of chunks) {
        this.#session.receive(chunk);
        this.#takeAll();
      }
      this.#session.receiveEnd();
      this.#takeAll();
    } catch (error) {
      requireRemote(error);
      this.log.fail(error);
      const { state } = this.#session;
      if (state !== 'broken') throw new Error(`after an error it is ${state}`, { cause: error });
      return;
    }
    if (this.#session.state !== 'closed') throw new Error(`at the end it is ${this.#session.state}`);
  }

  #takeAll(): void {
    for (let event = this.#session.nextEvent(); event !== null; event = this.#session.nextEvent()) {
      this.log.add(event);
      if (event.type === 'challenge') this.#session.respond(this.#dice.oneIn(3) ? '*' : 'Ym9i');
      else if (this.#session.pending === 0) this.#speak();
    }
  }

  #speak(): void {
    const { state } = this.#session;
    if (state === 'authorization') this.#session.send(...this.#dice.pick(BEFORE)());
    if (state === 'transaction') this.#session.send(...this.#dice.pick(AFTER)());
  }
}

/** Only what the peer did wrong may come out, and in our own words. */
function requireRemote(error: unknown): void {
  const isOurs = error instanceof PoplarError && (error.code === 'internal' || error.code === 'bad-input');
  if (!(error instanceof PoplarError) || isOurs) throw error;
}

/** Gives the pieces one a read and then ends; takes everything that is written. */
class StreamTransport implements Transport {
  security: Transport['security'] = null;
  readonly #pieces: Uint8Array[];
  #at = 0;
  #closed = false;

  constructor(chunks: Uint8Array[]) {
    this.#pieces = chunks;
  }

  read(): Promise<Uint8Array | null> {
    return Promise.resolve(this.#closed ? null : (this.#pieces[this.#at++] ?? null));
  }

  write(): Promise<void> {
    return this.#closed
      ? Promise.reject(new PoplarError('connection-lost', 'connection'))
      : Promise.resolve();
  }

  startTls(): Promise<void> {
    this.security = TLS_FACTS;
    return Promise.resolve();
  }

  close(): void {
    this.#closed = true;
  }
}

const newTransport = (dice: Dice): StreamTransport => new StreamTransport(pieces(dice, stream(dice)));

/** A message beyond this is not kept. */
const MAX_OCTETS = 16 * 1024;

/** One stream through a client that wants everything. Resolves with the number of messages it got. */
export async function fuzzClient(seed: number): Promise<number> {
  const dice = new Dice(seed);
  let messages = 0;
  const security = dice.pick(['none', 'starttls'] as const);
  try {
    const client = await Pop3Client.open(newTransport(dice), { security, sasl: fixedContext() });
    await client.login({ user: 'bob', password: 'secret' });
    const listed = await client.identify(await client.list());
    const options = { windowOctets: 1e6, windowCommands: 100, maxOctets: MAX_OCTETS };
    const { signal } = new AbortController();
    for await (const item of client.retrieve(listed, { ...options, signal })) {
      const kept = 'raw' in item ? item.raw.length : 0;
      if ('raw' in item) messages += 1;
      if (kept > MAX_OCTETS) throw new Error(`${kept} octets were kept`);
    }
    await client.removeAndQuit(listed.map(({ number }) => number));
  } catch (error) {
    requireRemote(error);
  }
  return messages;
}

/** Nobody dials more often than this for one fetch; see Losses and Resumption. */
const MAX_DIALS = 40;

/** A fetch whose every connection is another stream; now and then one speaks again. Resolves with the number of messages. */
export async function fuzzFetch(seed: number): Promise<number> {
  const dice = new Dice(seed);
  const repeated = stream(dice);
  let dials = 0;
  const dial = (): Promise<Transport> => {
    dials += 1;
    if (dials > MAX_DIALS) throw new Error('it dials without end');
    return Promise.resolve(dice.oneIn(2) ? newTransport(dice) : new StreamTransport(pieces(dice, repeated)));
  };
  const store = new MemoryStore();
  await store.putAccount(ACCOUNT, null);
  const parts = { dial, store, digest, clock: new HurriedClock(), now: () => 0, random: () => 0.5 };
  const job = { account: ACCOUNT, password: 'secret', signal: new AbortController().signal };
  try {
    await syncMaildrop(
      { ...parts, policy: { maxMessageOctets: MAX_OCTETS } },
      { ...job, onProgress: () => undefined, onAdded: () => undefined },
    );
  } catch (error) {
    requireRemote(error);
  }
  return (await store.summaries()).length;
}

const ACCOUNT: Account = {
  ...{
    id: accountId('a'),
    address: 'bob@example.test',
    displayName: '',
    user: 'bob',
    demo: false,
    addedAt: 0,
  },
  incoming: { host: 'pop.example.test', port: 110, security: 'none' },
};
