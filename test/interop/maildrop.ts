/**
 * A real server and everything of ours between it and the store: proxy, tunnel, client, fetch. What the servers hold at
 * start are the ten awkward mails of their start scripts (account bob, password secret).
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startProxy, type RunningProxy } from '../../proxy/server.ts';
import { digest } from '../../web/message/digest.ts';
import type { DeletingRule } from '../../web/model/retention.ts';
import type { Account, Security, ServerAddress } from '../../web/model/account.ts';
import type { SyncResult } from '../../web/model/event.ts';
import { accountId } from '../../web/model/ids.ts';
import type { MessageSummary } from '../../web/model/message.ts';
import { MemoryStore } from '../../web/store/memory-store.ts';
import { completeFromServer } from '../../web/sync/completion.ts';
import { syncMaildrop, type SyncParts } from '../../web/sync/maildrop-sync.ts';
import type { Dial } from '../../web/wire/transport.ts';
import type { MailServer } from '../support/mail-servers.ts';
import { dialThrough, systemClock } from '../support/proxy-dial.ts';

export interface Way {
  proxy: RunningProxy;
  dial: Dial;
}

/** A proxy that may dial this server; with `trusted` it trusts the server's certificate too. */
export async function openWay(server: MailServer, { trusted }: { trusted: boolean }): Promise<Way> {
  const proxy = await startProxy({
    allowPrivate: [server.port, server.tlsPort].map((port) => ({ host: 'localhost', port })),
    extraRoots: trusted ? [readFileSync(server.certificatePath, 'utf8')] : [],
  });
  return { proxy, dial: dialThrough(proxy.url) };
}

/** Where a server of the start scripts is to be found. */
export function addressOf({ port, tlsPort }: MailServer, security: Security): ServerAddress {
  return { host: 'localhost', port: security === 'tls' ? tlsPort : port, security };
}

/** An account on this server and a device that keeps its mail. */
export class Device {
  readonly store = new MemoryStore();
  readonly #dial: Dial;
  readonly #account: Account;

  constructor(dial: Dial, incoming: ServerAddress, user = 'bob') {
    this.#dial = dial;
    this.#account = {
      id: accountId('bob'),
      address: 'bob@example.test',
      displayName: 'Bob',
      incoming,
      user,
      demo: false,
      addedAt: 0,
    };
  }

  /** With a rule: and deletes on the server. `given` of the account in place of what it has. */
  async fetch(
    password = 'secret',
    { removes, given = {} }: { removes?: DeletingRule; given?: Partial<Account> } = {},
  ): Promise<SyncResult> {
    const retention = removes && { ...removes, confirmedAt: 1 };
    const account = { ...this.#account, ...given, ...(retention && { retention }) };
    await this.store.putAccount(account, null);
    return syncMaildrop(this.#parts(), {
      account,
      password,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onAdded: () => undefined,
    });
  }

  /** The rest of a message whose beginning is here. */
  async complete(message: MessageSummary): Promise<MessageSummary | null> {
    return completeFromServer(this.#parts(), {
      account: this.#account,
      password: 'secret',
      message,
      onOctets: () => undefined,
      signal: new AbortController().signal,
    });
  }

  #parts(): SyncParts {
    return {
      dial: this.#dial,
      store: this.store,
      clock: systemClock,
      now: Date.now,
      digest,
      policy: { maxMessageOctets: 64 * 1024 * 1024 },
      isKept: () => Promise.resolve(true),
    };
  }

  /** What is kept, by subject. */
  async kept(): Promise<Map<string, string>> {
    const kept = new Map<string, string>();
    for (const { id, subject } of await this.store.summaries()) {
      kept.set(subject, Buffer.from((await this.store.raw(id)) ?? []).toString('latin1'));
    }
    return kept;
  }
}

/** The ten mails exactly as they were made, CRLF lines, by their decoded subject. */
export function injectedMails(serversFolder: string, scratch: string): Map<string, string> {
  execFileSync('python3', [join(serversFolder, 'common', 'samples.py'), 'dir', scratch]);
  const mails = readdirSync(scratch).map((name) => readFileSync(join(scratch, name)));
  return new Map(mails.map((raw) => [digest(raw).subject, raw.toString('latin1')]));
}

/** A message ends with a line end when it travels by POP3, whether it was stored with one or not. */
export function withFinalLineEnd(raw: string): string {
  return raw.endsWith('\r\n') ? raw : `${raw}\r\n`;
}

/** What an mbox makes of a message: lines that begin with From are quoted (RFC 4155), and it ends with a line end. */
export function asMbox(raw: string): string {
  const split = raw.indexOf('\r\n\r\n');
  const body = raw.slice(split).replace(/(?<=\r\n)(>*From )/g, '>$1');
  return withFinalLineEnd(raw.slice(0, split) + body);
}
