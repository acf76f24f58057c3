/**
 * Automatic visits over all tabs: one tab leads and visits, the others tell it what people do in them. When it is
 * closed, another one leads. Must not know when a visit is due.
 */
import type { MailApi } from '../api/mail-api.ts';
import type { Trigger } from '../model/event.ts';
import type { Exclusive } from '../sync/engine.ts';
import type { Scheduler } from '../sync/scheduler.ts';
import type { Mailroom } from './mailroom.ts';
import type { Tabs } from './tabs.ts';

export interface ScheduleDeskParts {
  scheduler: Scheduler;
  exclusive: Exclusive;
  /** `exclusive` keeps other tabs out too. Without that each tab leads itself. */
  exclusiveOverTabs: boolean;
  tabs: Tabs;
  mailroom: Mailroom;
}

export class ScheduleDesk implements Pick<MailApi, 'wake'> {
  readonly #parts: ScheduleDeskParts;
  #leads = false;
  #joined = false;

  constructor(parts: ScheduleDeskParts) {
    this.#parts = parts;
    parts.tabs.listen((message) => {
      if (message.type === 'wake') this.#heard(message.trigger);
    });
    parts.mailroom.subscribe(({ type }) => {
      if (type === 'proxy-token-changed') this.#heard('token');
      if (type === 'sync-finished' || type === 'sync-failed' || type === 'accounts-changed')
        this.#heard('timer');
    });
  }

  /** The first call is what makes this tab take part. */
  async wake(trigger: Trigger): Promise<void> {
    if (!this.#joined) void this.#lead();
    if (this.#parts.exclusiveOverTabs) this.#parts.tabs.post({ type: 'wake', trigger });
    this.#heard(trigger);
  }

  #heard(trigger: Trigger): void {
    if (this.#leads) void this.#parts.scheduler.wake(trigger);
  }

  /** Until the tab is closed: the lock is never given back. */
  async #lead(): Promise<void> {
    this.#joined = true;
    await this.#parts.exclusive('schedule', new AbortController().signal, () => {
      this.#leads = true;
      this.#heard('opened');
      return new Promise<never>(() => undefined);
    });
  }
}
