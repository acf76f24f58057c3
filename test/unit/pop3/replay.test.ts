/** Every transcript through the session alone: it must not matter in which pieces the server's octets come. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Pop3Session } from '../../../web/pop3/session.ts';
import { commandOf } from '../../support/command-of.ts';
import { CUTS, whole, type Cut } from '../../support/cuts.ts';
import { parseScript } from '../../support/scripted-transport.ts';
import { EventLog, feed, finish } from '../../support/session-driver.ts';

const folder = new URL('../../fixtures/transcripts/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));

/** Speaks as the client of the transcript did. `early`: what the server says is held back as long as anything can be sent. */
class Replay {
  readonly log = new EventLog();
  readonly #session = new Pop3Session();
  readonly #cut: Cut;
  readonly #early: boolean;
  #held = '';

  constructor(cut: Cut, early: boolean) {
    this.#cut = cut;
    this.#early = early;
  }

  run(script: string): readonly string[] {
    for (const step of parseScript(script)) {
      if (step.kind === 'server') this.#hear(step.text);
      else if (step.kind === 'client') this.#say(step.line);
      else this.#feed();
      if (step.kind === 'tls') this.#session.secured();
      if (step.kind === 'end') finish(this.#session, this.log);
    }
    this.#feed();
    return this.log.all;
  }

  #hear(text: string): void {
    this.#held += text;
    if (!this.#early) this.#feed();
  }

  #say(line: string): void {
    if (this.#mayBeSent(line)) return;
    this.#feed();
    if (!this.#mayBeSent(line)) this.#session.respond(line);
  }

  #mayBeSent(line: string): boolean {
    try {
      this.#session.send(commandOf(line));
      return true;
    } catch {
      return false; // Not now, or not a command: then it is a SASL response.
    }
  }

  #feed(): void {
    const text = this.#held;
    this.#held = '';
    feed(this.#session, text, this.#cut, this.log);
  }
}

describe.each(files)('%s', (file) => {
  const script = readFileSync(new URL(file, folder), 'utf8');
  const expected = new Replay(whole, false).run(script);

  it('is understood to its end', () => {
    expect(expected.length).toBeGreaterThan(5);
    expect(expected.filter((line) => /^(?:protocol-error|connection-lost|internal)/.test(line))).toEqual([]);
  });

  it.each(Object.entries(CUTS))('gives the same events, %s', (_, cut) => {
    expect(new Replay(cut, false).run(script)).toEqual(expected);
  });

  it.each(Object.entries(CUTS))(
    'gives the same events when replies to many commands come at once, %s',
    (_, cut) => {
      expect(new Replay(cut, true).run(script)).toEqual(expected);
    },
  );
});
