/**
 * The commands of the TRANSACTION state (RFC 1939 §5, §7), each a function of an opened maildrop and its argument.
 * Must not know login, states or sockets: the session decides whether a command may run at all.
 */
import { transmittedOctets, type MaildropSession } from './maildrop.ts';
import type { Faults } from './pop3-faults.ts';
import { errLine, listing, messageReply, okLine, topOf } from './pop3-reply.ts';

/** Answers one command; `argument` has the shape that the session's table promises. */
export type TransactionCommand = (
  drop: MaildropSession,
  argument: string,
  faults: Faults,
) => Iterable<Uint8Array>;

/** STAT: the drop listing. */
export const stat: TransactionCommand = (drop) => {
  const { count, octets } = drop.totals();
  return okLine(`${count} ${octets}`);
};

/** LIST, with or without a message number: the scan listing. */
export const list: TransactionCommand = (drop, argument, faults) => {
  const size = (number: number, raw: Uint8Array): string | null => {
    const shown = shownOctets(faults, number, raw);
    return shown === null ? null : String(shown);
  };
  return listed(drop, argument, (number, message) => size(number, message.raw));
};

/** UIDL, with or without a message number: the unique-id listing. */
export const uidl: TransactionCommand = (drop, argument, faults) =>
  listed(drop, argument, (number, message) =>
    faults.uidlOf === undefined ? message.uidl : faults.uidlOf(number, message.uidl),
  );

/** RETR: the whole message. */
export const retr: TransactionCommand = (drop, argument, faults) => {
  const number = Number(argument);
  const message = drop.message(number);
  if (message === null) return noSuchMessage();
  const size = shownOctets(faults, number, message.raw);
  const status = size === null ? 'message follows' : `${size} octets`;
  return messageReply(status, message.raw, { glued: faults.gluedTerminator === true });
};

/** TOP: header and first lines. */
export const top: TransactionCommand = (drop, argument) => {
  const [number, lines] = argument.split(' ').map(Number) as [number, number];
  const message = drop.message(number);
  return message === null ? noSuchMessage() : messageReply('top follows', topOf(message.raw, lines));
};

/** DELE: marks, nothing more; removal is QUIT's. */
export const dele: TransactionCommand = (drop, argument) =>
  drop.markDeleted(Number(argument)) ? okLine(`message ${Number(argument)} marked`) : noSuchMessage();

/** RSET: takes the marks back. */
export const rset: TransactionCommand = (drop) => {
  drop.reset();
  return okLine(`${drop.totals().count} messages`);
};

/** NOOP. */
export const noop: TransactionCommand = () => okLine('');

type Entry = (number: number, message: { uidl: string; raw: Uint8Array }) => string | null;

function listed(drop: MaildropSession, argument: string, entry: Entry): Iterable<Uint8Array> {
  if (argument === '') return listing(`${drop.totals().count} messages`, allEntries(drop, entry));
  const number = Number(argument);
  const message = drop.message(number);
  const shown = message === null ? null : entry(number, message);
  return shown === null ? noSuchMessage() : okLine(`${number} ${shown}`);
}

function* allEntries(drop: MaildropSession, entry: Entry): Generator<string> {
  for (const [number, message] of drop.entries()) {
    const shown = entry(number, message);
    if (shown !== null) yield `${number} ${shown}`;
  }
}

function shownOctets(faults: Faults, number: number, raw: Uint8Array): number | null {
  const octets = transmittedOctets(raw);
  return faults.listOctets === undefined ? octets : faults.listOctets(number, octets);
}

function noSuchMessage(): Iterable<Uint8Array> {
  return errLine('no such message');
}
