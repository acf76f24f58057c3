/**
 * The mailboxes of the benchmarks: seeded, so that every run and every machine measures the same bytes.
 * A: 10,000 messages of 3.6–8.2 KB (mean 6.0 KB). B: 1,000 messages, mean 66 KB, with attachments up to 4 MB. C: 100,000
 * small ones, for what a large maildrop costs before the first message is there.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pick, seeded, type Random } from '../support/seeded.ts';

const words =
  'garden tomorrow meeting poplar river letter invoice photo bicycle window morning answer question paper number city train summer winter bread music teacher doctor village street mountain evening market coffee green quiet little remember between another because through always never perhaps together'.split(
    ' ',
  );

function prose(random: Random, octets: number): string {
  const lines: string[] = [];
  let line = '';
  for (let length = 0; length < octets;) {
    const word = random() < 0.02 ? 'café' : pick(random, words);
    if (line.length + word.length > 72) {
      lines.push(line);
      length += line.length + 2;
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\r\n');
}

function base64Lines(random: Random, octets: number): string {
  const bytes = Buffer.alloc(octets);
  for (let i = 0; i < octets; i += 1) bytes[i] = Math.floor(random() * 256);
  return bytes.toString('base64').replace(/.{76}/g, '$&\r\n');
}

function headers(random: Random, index: number): string {
  const date = new Date(Date.UTC(2026, 0, 1) + index * 47_000).toUTCString().replace('GMT', '+0000');
  const hex = (n: number): string =>
    Array.from({ length: n }, () => Math.floor(random() * 16).toString(16)).join('');
  const received = (hop: number): string =>
    `Received: from relay${hop}.example.test (relay${hop}.example.test [192.0.2.${hop}])\r\n\tby mx${hop}.example.test (Postfix) with ESMTPS id ${hex(10)}\r\n\tfor <bob@example.test>; ${date}\r\n`;
  return [
    'Return-Path: <sender@example.test>\r\n',
    received(1),
    received(2),
    `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.test; s=mail;\r\n\th=from:to:subject:date:message-id; bh=${base64Lines(random, 32)};\r\n\tb=${base64Lines(random, 192).replace(/\r\n/g, '\r\n\t ')}\r\n`,
    `From: ${pick(random, words)} ${pick(random, words)} <${pick(random, words)}${index}@example.test>\r\n`,
    'To: Bob <bob@example.test>\r\n',
    `Subject: ${prose(random, 30).split('\r\n')[0] ?? ''} ${index}\r\n`,
    `Date: ${date}\r\n`,
    `Message-ID: <${hex(24)}.${index}@example.test>\r\n`,
    `References: <${hex(24)}@example.test>\r\n\t<${hex(24)}@example.test>\r\n`,
    'List-Id: Bench <bench.example.test>\r\nList-Unsubscribe: <mailto:leave@example.test>\r\nMIME-Version: 1.0\r\n',
  ].join('');
}

function body(random: Random, octets: number): string {
  const kind = random();
  if (kind < 0.35) {
    return `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${prose(random, octets)}\r\n`;
  }
  if (kind < 0.45) {
    const text = Buffer.from(prose(random, octets * 0.7))
      .toString('base64')
      .replace(/.{76}/g, '$&\r\n');
    return `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${text}\r\n`;
  }
  const half = prose(random, octets / 2).replace(/é/g, '=C3=A9');
  const part = (type: string, text: string): string =>
    `--b0undary\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${text}\r\n`;
  return `Content-Type: multipart/alternative; boundary="b0undary"\r\n\r\n${part('text/plain', half)}${part('text/html', `<html><body><p>${half}</p></body></html>`)}--b0undary--\r\n`;
}

function withAttachment(random: Random, octets: number): string {
  return `Content-Type: multipart/mixed; boundary="m1xed"\r\n\r\n--m1xed\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${prose(random, 800)}\r\n--m1xed\r\nContent-Type: application/octet-stream; name="data.bin"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="data.bin"\r\n\r\n${base64Lines(random, octets)}\r\n--m1xed--\r\n`;
}

/** Message `index` of mailbox A, CRLF lines. */
export function messageA(index: number): Buffer {
  const random = seeded(index + 1);
  return Buffer.from(headers(random, index) + body(random, 2320 + random() * 4000));
}

/** Message `index` of mailbox B: 60 % small, 10 % 20–80 KB of HTML, the rest with attachments up to 4 MB. */
export function messageB(index: number): Buffer {
  const random = seeded(index + 1_000_003);
  const kind = index % 10;
  if (kind < 6) return Buffer.from(headers(random, index) + body(random, 2500));
  if (kind === 6) return Buffer.from(headers(random, index) + body(random, 20_000 + random() * 60_000));
  // A few very large ones, most moderate: the mean comes out near 66 KB.
  const octets = index % 250 === 9 ? 3_000_000 : 20_000 + random() ** 3 * 320_000;
  return Buffer.from(headers(random, index) + withAttachment(random, octets));
}

/** Message `index` of mailbox C. */
export function messageC(index: number): Buffer {
  const random = seeded(index + 2_000_003);
  return Buffer.from(headers(random, index) + `\r\n${prose(random, 200)}\r\n`);
}

/** Writes a mailbox as a Maildir (LF lines, sizes in the names, so that no server has to count). Returns its octets. */
export function writeMaildir(dir: string, count: number, message: (index: number) => Buffer): number {
  for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(dir, name), { recursive: true });
  let octets = 0;
  for (let index = 0; index < count; index += 1) {
    const crlf = message(index);
    const lf = Buffer.from(crlf.toString('latin1').replace(/\r\n/g, '\n'), 'latin1');
    const name = `${1_767_225_600 + index}.M${index}P1.bench,S=${lf.length},W=${crlf.length}:2,`;
    writeFileSync(join(dir, 'cur', name), lf);
    octets += crlf.length;
  }
  return octets;
}
