/**
 * Mail for long histories: each message is of another size than all others, so that sizes tell messages apart as far as they
 * ever do. Two may share their header, or be the same octet for octet.
 */
import { pick, type Random } from '../support/seeded.ts';

/** Of larger messages the beginning alone is fetched, where a person chose that. Smaller than anybody may choose. */
export const LARGE_OCTETS = 2_000;
/** More than any comparison of sizes forgives (SLACK_OCTETS). */
const STEP_OCTETS = 7;

export class MailMaker {
  #made = 0;
  readonly #heads: string[] = [];

  /** A new message that came to the server at `at`, milliseconds since 1970; one in six has the header of an earlier one. */
  make(random: Random, at: number): Uint8Array {
    this.#made += 1;
    const number = this.#made;
    const isLike = this.#heads.length > 0 && random() < 1 / 6;
    const head = isLike ? pick(random, this.#heads) : headOf(number, at);
    this.#heads.push(head);
    // The first line tells which it is, also where only the beginning came.
    const first = `This is message ${number}.\r\n`;
    const base = random() < 1 / 5 ? LARGE_OCTETS + 500 : 600;
    const octets = base + number * STEP_OCTETS - head.length - first.length;
    return new TextEncoder().encode(head + first + text(octets));
  }
}

function headOf(number: number, at: number): string {
  const date = new Date(at).toUTCString().replace('GMT', '+0000');
  return [
    `Received: from a by b; ${date}`,
    `From: Sender ${number} <s${number}@example.org>`,
    `Subject: Message ${number}`,
    `Date: ${date}`,
    `Message-ID: <${number}@example.org>`,
    '\r\n',
  ].join('\r\n');
}

/** So many octets of text, in lines of which some begin with a dot. */
function text(octets: number): string {
  const line = '.a line of a text that has a dot in front\r\n';
  const lines = Math.floor((octets - 3) / line.length);
  const rest = octets - lines * line.length;
  return line.repeat(lines) + `${'x'.repeat(rest - 2)}\r\n`;
}

export const textOf = (raw: Uint8Array): string => Buffer.from(raw).toString('latin1');

/** What a message is called where something is told of it. */
export const nameOf = (text: string): string =>
  /^This is (message \d+)/m.exec(text)?.[1] ?? text.slice(0, 60);
