/**
 * Puts a sample letter together: header and parts to the octets that lie in the maildrop. Pure.
 * Message-ID and UIDL come from the letter's name, never from its date: a demo that is started again tomorrow offers
 * the same letters under the same ids. A page that has them keeps its copies, with the dates they had then.
 */
import { createHash } from 'node:crypto';
import { mailDate, type SampleClock, type When } from './clock.ts';
import { headerText, type SampleCharset } from './encode.ts';
import { partOctets, text, type Part } from './parts.ts';
import { mira, type Person } from './people.ts';

export interface Letter {
  /** Unique among all samples, lower case with hyphens. */
  name: string;
  from: Person;
  /** Default: Mira. */
  to?: readonly Person[];
  cc?: readonly Person[];
  replyTo?: Person;
  /** Null for a letter without the header line. */
  subject: string | null;
  when: When;
  /** Names of the letters before it in the thread, oldest first; the last one is answered. */
  after?: readonly string[];
  /** Further header lines, such as `List-Id: …`. */
  headers?: readonly string[];
  /** Charset of encoded words; default UTF-8. */
  headerCharset?: SampleCharset;
  body: Part | string;
}

const CRLF = '\r\n';

const hashOf = (name: string): Buffer => createHash('sha256').update(name).digest();

/** The unique-id of a letter, stable across starts (RFC 1939 §7: at most 70 characters). */
export function uidlOf(name: string): string {
  return `poplar-demo-${name}`;
}

/** The Message-ID of a letter, with angle brackets. */
export function messageIdOf(name: string): string {
  return `<${hashOf(name).toString('hex').slice(0, 12)}.${name}@letters.example>`;
}

/** When a letter was sent, in milliseconds since 1970; the seconds come from the name. */
export function sentAt(letter: Letter, clock: SampleClock): number {
  const ms = clock.moment(letter.when, letter.from.zone);
  return Math.floor(ms / 60_000) * 60_000 - ((hashOf(letter.name)[0] ?? 0) % 60) * 1000;
}

/** The letter as octets, CRLF throughout. */
export function compose(letter: Letter, clock: SampleClock): Uint8Array {
  const body = typeof letter.body === 'string' ? text(letter.body) : letter.body;
  const headers = [
    ...trace(letter, clock),
    ...originator(letter, clock),
    'MIME-Version: 1.0',
    ...body.headers,
  ];
  return partOctets({ headers, body: body.body });
}

/** What the servers on the way would have written. */
function trace(letter: Letter, clock: SampleClock): string[] {
  const domain = letter.from.address.split('@')[1] ?? '';
  const id = hashOf(letter.name).toString('hex').slice(12, 22).toUpperCase();
  const mailFrom = (letter.from.bounces || letter.from.address).split('@')[1] ?? '';
  const verdict = letter.from.suspect === true ? 'fail' : 'pass';
  return [
    `Return-Path: <${letter.from.bounces ?? letter.from.address}>`,
    `Delivered-To: ${mira.address}`,
    `Received: from out.${domain} (out.${domain} [192.0.2.${(hashOf(letter.name)[1] ?? 0) % 250}])${CRLF}` +
      ` by mx.poplar.example with ESMTPS id ${id}${CRLF} for <${mira.address}>; ${mailDate(sentAt(letter, clock), '+0000')}`,
    `Authentication-Results: mx.poplar.example;${CRLF} spf=${verdict} smtp.mailfrom=${mailFrom};${CRLF} dkim=${verdict} header.d=${domain}`,
  ];
}

function originator(letter: Letter, clock: SampleClock): string[] {
  const { after = [], headers = [], headerCharset = 'utf-8' } = letter;
  const answered = after.at(-1);
  return [
    `Date: ${mailDate(sentAt(letter, clock), letter.from.zone)}`,
    `From: ${mailbox(letter.from, headerCharset)}`,
    ...(letter.replyTo === undefined ? [] : [`Reply-To: ${mailbox(letter.replyTo, headerCharset)}`]),
    `To: ${mailboxes(letter.to ?? [mira], headerCharset)}`,
    ...(letter.cc === undefined ? [] : [`Cc: ${mailboxes(letter.cc, headerCharset)}`]),
    ...(letter.subject === null ? [] : [`Subject: ${headerText(letter.subject, headerCharset)}`]),
    `Message-ID: ${messageIdOf(letter.name)}`,
    ...(answered === undefined ? [] : [`In-Reply-To: ${messageIdOf(answered)}`]),
    ...(after.length === 0 ? [] : [`References: ${after.map(messageIdOf).join(`${CRLF} `)}`]),
    ...headers,
  ];
}

function mailboxes(people: readonly Person[], charset: SampleCharset): string {
  return people.map((person) => mailbox(person, charset)).join(`,${CRLF} `);
}

function mailbox(person: Person, charset: SampleCharset): string {
  if (person.name === '') return person.address;
  const plain = /^[A-Za-z0-9 '-]+$/.test(person.name);
  const ascii = /^[ -~]+$/.test(person.name);
  const name = plain ? person.name : ascii ? `"${person.name}"` : headerText(person.name, charset);
  return `${name} <${person.address}>`;
}

/** Quoted text below an answer: a lead line and the lines with `> ` before them. */
export function quote(lead: string, quoted: string): string {
  const quotedLines = quoted
    .trim()
    .split('\n')
    .map((line) => (line.startsWith('>') ? `>${line}` : line === '' ? '>' : `> ${line}`));
  return `${lead}\n${quotedLines.join('\n')}`;
}
