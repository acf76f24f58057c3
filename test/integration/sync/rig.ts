/**
 * One account over the embedded POP3 server with fault switches: fetches into a memory store through the real client
 * and real sockets, and remembers what was told on the way.
 */
import { Maildrop, type MaildropMessage } from '../../../proxy/demo/maildrop.ts';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import { startPop3Server, type Pop3Server } from '../../../proxy/demo/pop3-server.ts';
import { PoplarError } from '../../../web/errors.ts';
import { digest } from '../../../web/message/digest.ts';
import type { Account } from '../../../web/model/account.ts';
import type { SyncProgress, SyncResult } from '../../../web/model/event.ts';
import { accountId } from '../../../web/model/ids.ts';
import { headerIdentity } from '../../../web/pop3/identity-hash.ts';
import type { MailStore } from '../../../web/store/mail-store.ts';
import { MemoryStore } from '../../../web/store/memory-store.ts';
import { syncMaildrop, type SyncParts } from '../../../web/sync/maildrop-sync.ts';
import type { Dial } from '../../../web/wire/transport.ts';
import { HurriedClock } from '../../support/hurried-clock.ts';
import { createSocketDial } from '../../support/socket-transport.ts';

const socketDial = createSocketDial();

export const USER = 'nora';
export const PASSWORD = 'correct horse';

export interface Fetched {
  result: SyncResult | null;
  error: PoplarError | null;
}

/** Mail of about `octets` octets, with lines that begin with dots. */
export function makeMail(number: number, octets = 300): Uint8Array {
  const head = `From: Sender ${number} <s${number}@example.org>\r\nSubject: Message ${number}\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\n\r\n`;
  const line = `.line ${number} of a text that has a dot in front\r\n`;
  const lines = Math.max(1, Math.ceil((octets - head.length) / line.length));
  return new TextEncoder().encode(head + line.repeat(lines));
}

export const makeMaildrop = (count: number, octets?: number): MaildropMessage[] =>
  Array.from({ length: count }, (_, index) => ({
    uidl: `uid-${index + 1}`,
    raw: makeMail(index + 1, octets),
  }));

export class SyncRig {
  readonly account: Account;
  readonly clock = new HurriedClock();
  readonly progress: SyncProgress[] = [];
  /** How many messages each commit added. */
  readonly added: number[] = [];
  /** Commands the server heard, oldest first. */
  readonly commands: string[];
  readonly faults: Faults;
  server: Pop3Server;
  readonly maildrop: Maildrop;
  readonly store: MailStore;
  readonly #startServer: () => Promise<Pop3Server>;

  private constructor(
    given: Pick<SyncRig, 'commands' | 'faults' | 'server' | 'maildrop' | 'store' | 'account'>,
    startServer: () => Promise<Pop3Server>,
  ) {
    this.clock.advance(Date.UTC(2026, 10, 23));
    ({ commands: this.commands, faults: this.faults, server: this.server } = given);
    ({ maildrop: this.maildrop, store: this.store, account: this.account } = given);
    this.#startServer = startServer;
  }

  /**
   * `user` is whom the server knows; the account is that of USER. `onCommand` hears each command before it is answered:
   * it may still change the faults.
   */
  static async start(
    messages: MaildropMessage[],
    faults: Faults = {},
    user = USER,
    onCommand: (command: string) => void = () => undefined,
  ): Promise<SyncRig> {
    const commands: string[] = [];
    const maildrop = new Maildrop(messages);
    const startServer = (): Promise<Pop3Server> =>
      startPop3Server({
        users: [{ user, password: PASSWORD, maildrop }],
        faults,
        onCommand: (command) => {
          commands.push(command);
          onCommand(command);
        },
      });
    const server = await startServer();
    const account: Account = {
      id: accountId('a'),
      address: 'nora@example.org',
      displayName: '',
      incoming: { host: server.host, port: server.port, security: 'none' },
      user: USER,
      demo: false,
      addedAt: 0,
    };
    const store = new MemoryStore();
    await store.putAccount(account, null);
    return new SyncRig({ commands, faults, server, maildrop, store, account }, startServer);
  }

  /** The server ends, with all its connections, and another one is there over the same maildrop. */
  async restartServer(): Promise<void> {
    await this.server.close();
    this.server = await this.#startServer();
  }

  /** To the server that runs now, whatever the port of the first one was. */
  readonly dial: Dial = (target, observer, signal) =>
    socketDial({ ...target, port: this.server.port }, observer, signal);

  /** One fetch; never rejects. */
  async fetch(
    given: { password?: string; signal?: AbortSignal; parts?: Partial<SyncParts>; onAdded?: () => void } = {},
  ): Promise<Fetched> {
    const { password = PASSWORD, signal = new AbortController().signal } = given;
    try {
      const result = await syncMaildrop(this.#parts(given.parts), {
        account: this.account,
        password,
        signal,
        onProgress: (progress) => this.progress.push(progress),
        onAdded: (summaries) => {
          this.added.push(summaries.length);
          given.onAdded?.();
        },
      });
      return { result, error: null };
    } catch (error) {
      if (!(error instanceof PoplarError)) throw error;
      return { result: null, error };
    }
  }

  /** Unique-ids of what is stored, in the order of storing. */
  async stored(): Promise<string[]> {
    const summaries = await this.store.summaries();
    return summaries.toSorted((a, b) => a.id - b.id).map(({ uidl }) => uidl);
  }

  /** Somebody deletes these here, in Trash as well. */
  async deleteForGood(...names: string[]): Promise<void> {
    const rows = await this.store.summaries();
    const ids = rows.flatMap(({ id, uidl }) => (names.includes(uidl) ? id : []));
    await this.store.move(ids, 'trash');
    await this.store.removeMessages(ids, headerIdentity);
  }

  /** Every stored message is exactly what the server has under its unique-id. */
  async damaged(): Promise<string[]> {
    const damaged: string[] = [];
    for (const { id, uidl } of await this.store.summaries()) {
      const raw = await this.store.raw(id);
      const sent = this.maildrop.messages.find((message) => message.uidl === uidl)?.raw;
      if (raw === null || sent === undefined || Buffer.compare(raw, sent) !== 0) damaged.push(uidl);
    }
    return damaged;
  }

  /** Arguments of all RETR so far. */
  get retrieved(): number[] {
    return this.commands.flatMap((command) =>
      command.startsWith('RETR ') ? [Number(command.slice(5))] : [],
    );
  }

  async stop(): Promise<void> {
    this.store.close();
    await this.server.close();
  }

  #parts(given: Partial<SyncParts> = {}): SyncParts {
    return {
      dial: this.dial,
      store: this.store,
      clock: this.clock,
      now: () => this.clock.nowMs,
      digest,
      policy: { maxMessageOctets: 1024 * 1024 },
      random: () => 0.5,
      ...given,
    };
  }
}
