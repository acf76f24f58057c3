/**
 * Tabs of one browser over one device: each has a mail service behind a message channel, as a page has; they share the
 * memory disk, the locks and a broadcast channel, and fetch from the embedded POP3 server over real sockets.
 */
import { createMailClient } from '../../../web/api/client.ts';
import type { MailApi } from '../../../web/api/mail-api.ts';
import { serveMailApi } from '../../../web/api/serve.ts';
import { digest } from '../../../web/message/digest.ts';
import { parseMessage } from '../../../web/message/parse.ts';
import type { AccountDraft } from '../../../web/model/account.ts';
import type { MailEvent } from '../../../web/model/event.ts';
import { accountId } from '../../../web/model/ids.ts';
import { MemoryDisk } from '../../../web/store/memory-disk.ts';
import { MemoryStore } from '../../../web/store/memory-store.ts';
import { createLocalExclusive } from '../../../web/worker/locks.ts';
import { deploymentOf } from '../../support/deployment.ts';
import { ProxyToken } from '../../../web/worker/proxy-token.ts';
import { createMailService, type MailServiceParts } from '../../../web/worker/mail-service.ts';
import { serveParses } from '../../../web/worker/serve-parses.ts';
import { joinTabs } from '../../../web/worker/tabs.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { createSocketDial } from '../../support/socket-transport.ts';
import { PASSWORD, USER, type SyncRig } from './rig.ts';

export interface Tab {
  api: MailApi;
  events: MailEvent[];
  store: MemoryStore;
  /** Resolves with the first event of this type from now on. */
  next<Type extends MailEvent['type']>(type: Type): Promise<Extract<MailEvent, { type: Type }>>;
}

let browsers = 0;

export class ServiceRig {
  readonly disk = new MemoryDisk();
  readonly clock = new FakeClock();
  readonly exclusive = createLocalExclusive();
  readonly mail: SyncRig;
  readonly #channel = `service rig ${process.pid} ${(browsers += 1)}`;
  readonly #closing: (() => void)[] = [];
  readonly #given: Partial<MailServiceParts>;
  #ids = 0;

  /** `given` in place of what the services of this rig work with otherwise. */
  constructor(mail: SyncRig, given: Partial<MailServiceParts> = {}) {
    this.mail = mail;
    this.#given = given;
    this.clock.advance(Date.UTC(2026, 10, 23));
  }

  /** What a person types in to reach the server of this rig. */
  draft(given: Partial<AccountDraft> = {}): AccountDraft {
    return {
      address: 'nora@example.org',
      displayName: 'Nora',
      incoming: this.mail.account.incoming,
      user: USER,
      password: PASSWORD,
      rememberPassword: true,
      demo: false,
      ...given,
    };
  }

  /** Opens a tab. */
  tab(): Tab {
    const { port1, port2 } = new MessageChannel();
    const store = new MemoryStore(this.disk);
    serveMailApi(port2, async () => this.#service(store));
    const api = createMailClient(port1, { baseUrl: 'https://mail.example.org/' });
    const events: MailEvent[] = [];
    api.subscribe((event) => events.push(event));
    this.#closing.push(
      () => port1.close(),
      () => port2.close(),
    );
    return { api, events, store, next: (type) => nextEvent(api, type) };
  }

  async stop(): Promise<void> {
    this.leave();
    await this.mail.stop();
  }

  /** Closes the tabs; the mail server goes on for other devices. */
  leave(): void {
    for (const close of this.#closing) close();
  }

  #service(store: MemoryStore): MailApi {
    const tabs = joinTabs(this.#channel);
    this.#closing.push(() => tabs.close());
    return createMailService({
      store,
      clock: this.clock,
      now: () => this.clock.nowMs,
      dial: createSocketDial(),
      proxyToken: new ProxyToken(store, tabs),
      deployment: async () => deploymentOf(),
      digest,
      policy: { maxMessageOctets: 1024 * 1024 },
      exclusive: this.exclusive,
      exclusiveOverTabs: true,
      tabs,
      createParseWorker: () => this.#parseWorker(),
      newId: () => accountId(`account-${(this.#ids += 1)}`),
      subtle: crypto.subtle,
      ...this.#given,
    });
  }

  #parseWorker() {
    const { port1, port2 } = new MessageChannel();
    this.#closing.push(
      () => port1.close(),
      () => port2.close(),
    );
    serveParses(port2, parseMessage);
    return Object.assign(port1, { terminate: () => port1.close() });
  }
}

function nextEvent<Type extends MailEvent['type']>(
  api: MailApi,
  type: Type,
): Promise<Extract<MailEvent, { type: Type }>> {
  return new Promise((resolve) => {
    const leave = api.subscribe((event) => {
      if (event.type !== type) return;
      leave();
      resolve(event as Extract<MailEvent, { type: Type }>);
    });
  });
}
