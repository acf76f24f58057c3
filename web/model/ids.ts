/**
 * Branded identifiers: strings and numbers that must not be mixed up.
 * Message numbers belong to one POP3 session and are never stored; see ARCHITECTURE in the README.
 */

declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** An account on this device. Random, never derived from the address. */
export type AccountId = Brand<string, 'AccountId'>;
/** A message on this device: page × 1,024 + slot (see store). Higher is stored later. */
export type MessageId = Brand<number, 'MessageId'>;
/**
 * A message's identity in its maildrop: its unique-id (RFC 1939 §7), bytes as received, one char an octet. With a line feed
 * in it, which no server can say, it was made here: the hash of a message without a unique-id begins with one, and one that
 * shares its unique-id with others has its size and count behind one (sync/identity.ts).
 */
export type Uidl = Brand<string, 'Uidl'>;
/** A message's number in one session (RFC 1939 §5), from 1. */
export type MessageNumber = Brand<number, 'MessageNumber'>;

export const accountId = (value: string): AccountId => value as AccountId;
export const messageId = (value: number): MessageId => value as MessageId;
export const uidl = (value: string): Uidl => value as Uidl;
export const messageNumber = (value: number): MessageNumber => value as MessageNumber;
