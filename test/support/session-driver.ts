/** Drives a Pop3Session by hand and writes down what it says, one short line an event, body pieces joined. */
import { PoplarError } from '../../web/errors.ts';
import type { Pop3Event } from '../../web/pop3/event.ts';
import type { Pop3Session } from '../../web/pop3/session.ts';
import type { Cut } from './cuts.ts';
import { bytes, latin1 } from './octets.ts';

export class EventLog {
  readonly lines: string[] = [];
  #body = '';

  /** Body octets that came so far and were not ended yet count as a line of their own. */
  get all(): string[] {
    return this.#body === '' ? this.lines : [...this.lines, `part ${JSON.stringify(this.#body)}`];
  }

  add(event: Pop3Event): void {
    switch (event.type) {
      case 'greeting':
        this.lines.push(`greeting ${event.status.line}`);
        return;
      case 'reply':
        this.lines.push(`${event.command.verb} ${event.status.line}${event.more ? ' …' : ''}`);
        return;
      case 'challenge':
        this.lines.push(`challenge ${event.text}`);
        return;
      case 'body':
        this.#body += latin1(event.bytes);
        return;
      case 'end':
        this.lines.push(`body ${JSON.stringify(this.#body)}`);
        this.#body = '';
    }
  }

  fail(error: unknown): void {
    if (!(error instanceof PoplarError)) throw error;
    const detail = Object.entries(error.detail).map(([key, value]) => ` ${key}=${value}`);
    this.lines.push(`${error.code}${detail.join('')}`);
  }
}

/** Feeds the octets, cut into chunks, and takes every event. Stops at the first error; says whether there was none. */
export function feed(session: Pop3Session, text: string, cut: Cut, log: EventLog): boolean {
  try {
    for (const chunk of cut(bytes(text))) {
      session.receive(chunk);
      takeAll(session, log);
    }
    return true;
  } catch (error) {
    log.fail(error);
    return false;
  }
}

/** The peer finishes. */
export function finish(session: Pop3Session, log: EventLog): void {
  try {
    session.receiveEnd();
    takeAll(session, log);
  } catch (error) {
    log.fail(error);
  }
}

function takeAll(session: Pop3Session, log: EventLog): void {
  for (let event = session.nextEvent(); event !== null; event = session.nextEvent()) log.add(event);
}
