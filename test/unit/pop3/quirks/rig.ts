/** Fetches from scripted servers into a store in memory, for tests that say what a server does and what comes of it. */
import { expect } from 'vitest';
import { PoplarError } from '../../../../web/errors.ts';
import { digest } from '../../../../web/message/digest.ts';
import type { Account, AccountStatus, Security } from '../../../../web/model/account.ts';
import { accountId, type AccountId } from '../../../../web/model/ids.ts';
import type { MessageSummary } from '../../../../web/model/message.ts';
import { MemoryStore } from '../../../../web/store/memory-store.ts';
import { syncMaildrop } from '../../../../web/sync/maildrop-sync.ts';
import type { Dial } from '../../../../web/wire/transport.ts';
import { whole, type Cut } from '../../../support/cuts.ts';
import { HurriedClock } from '../../../support/hurried-clock.ts';
import { latin1 } from '../../../support/octets.ts';
import { ScriptedTransport } from '../../../support/scripted-transport.ts';

/** What a fetch brings. */
export interface Outcome {
  /** New messages as they are stored, newest first. */
  fetched: string[];
  /** Unique-id and error code of each message that was left out. */
  skipped: string[];
  error: string | null;
  /** What the error says the server said. */
  said: unknown;
  summaries: MessageSummary[];
}

export interface Visit {
  /** What is said on each connection in turn; an error is one that cannot be made. */
  connections: readonly (string | PoplarError)[];
  security?: Security;
  outcome: Partial<Outcome>;
}

export interface Quirk {
  /** Number in the list of quirks, POP3.md A7. */
  row: number;
  server: string;
  quirk: string;
  /** Fetches in a row into one store, or a test of its own. */
  shown: readonly Visit[] | (() => Promise<void> | void);
}

/** Remembers nothing of a server but its mail, so that each connection begins at the beginning. */
export class ForgetfulStore extends MemoryStore {
  override patchStatus(account: AccountId, patch: Partial<AccountStatus>): Promise<void> {
    const remembered = { ...patch };
    delete remembered.notes;
    return super.patchStatus(account, remembered);
  }
}

export const NOW = Date.UTC(2026, 10, 23);

/** `cut`: how the network cuts what the server says. It must make no difference. */
export async function show({ shown }: Quirk, cut: Cut = whole): Promise<void> {
  if (typeof shown === 'function') return shown();
  const store = new ForgetfulStore();
  for (const visit of shown) expect(await fetchInto(store, visit, cut)).toMatchObject(visit.outcome);
}

export async function fetchInto(store: MemoryStore, visit: Visit, cut: Cut = whole): Promise<Outcome> {
  const { security = 'none' } = visit;
  const left = [...visit.connections];
  const transports: ScriptedTransport[] = [];
  const dial: Dial = async () => {
    const next = left.shift();
    if (next === undefined) throw new Error('dialled once too often');
    if (next instanceof PoplarError) throw next;
    const transport = new ScriptedTransport(next, { secure: security === 'tls', cut });
    transports.push(transport);
    return transport;
  };
  const outcome = await fetched(store, dial, security);
  expect(transports.flatMap(({ remaining }) => remaining)).toEqual([]);
  expect(left).toEqual([]);
  return outcome;
}

async function fetched(store: MemoryStore, dial: Dial, security: Security): Promise<Outcome> {
  const account: Account = {
    id: accountId('a'),
    address: 'bob@example.test',
    displayName: '',
    incoming: { host: 'pop.example.test', port: 110, security },
    user: 'bob',
    demo: false,
    addedAt: 0,
  };
  await store.putAccount(account, null);
  const summaries: MessageSummary[] = [];
  const parts = {
    ...{ dial, store, digest, clock: new HurriedClock(), random: () => 0.5, now: () => NOW },
    policy: { maxMessageOctets: 1024 * 1024 },
  };
  const job = {
    ...{ account, password: 'secret', signal: new AbortController().signal },
    onProgress: () => undefined,
    onAdded: (added: MessageSummary[]) => summaries.push(...added),
  };
  const end = await syncMaildrop(parts, job).catch((error: unknown) => error);
  if (end instanceof Error && !(end instanceof PoplarError)) throw end;
  const texts = await Promise.all(
    summaries.map(async ({ id }) => latin1((await store.raw(id)) ?? new Uint8Array())),
  );
  const result = end as { skipped?: { uidl: string; error: { code: string } }[] };
  return {
    fetched: texts,
    skipped: (result.skipped ?? []).map(({ uidl, error }) => `${uidl} ${error.code}`),
    error: end instanceof PoplarError ? end.code : null,
    said: end instanceof PoplarError ? end.detail['said'] : undefined,
    summaries,
  };
}

const lines = (...given: string[]): string => given.map((line) => `S: ${line}\n`).join('');

/** UIDL as it is said, a string an entry; then LIST, likewise. */
export const listing = (uids: readonly string[], sizes: readonly string[] = []): string =>
  `C: UIDL\nS: +OK\n${lines(...uids)}S: .\nC: LIST\nS: +OK\n${lines(...sizes)}S: .\n`;

/** RETR of a message of these lines. */
export const retr = (number: number, ...text: string[]): string =>
  `C: RETR ${number}\nS: +OK\n${lines(...text)}S: .\n`;

export const BYE = 'C: QUIT\nS: +OK\n';
