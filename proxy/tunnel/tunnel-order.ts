/**
 * The states of a tunnel, and what the page may say in which. Pure.
 *
 *   waiting --connect--> judging --> dialling --> open <--> securing
 *                                                 open --> leaving    the page has ended and gone; its last bytes still go out
 *   everything --> over                                               a failure, a page that breaks off, both ends, a look-up
 *
 * Bytes are carried in `open` only.
 */
import { badFrame } from './control-frame.ts';
import type { PageFrame } from '../protocol.ts';

export type State = 'waiting' | 'judging' | 'dialling' | 'open' | 'securing' | 'leaving' | 'over';
export type Said = PageFrame['type'] | 'bytes';

const ORDER: Readonly<Record<State, readonly Said[]>> = {
  waiting: ['connect', 'look-up'],
  // While the access token is judged nothing is held but the first frame.
  judging: [],
  dialling: [],
  open: ['bytes', 'credit', 'start-tls', 'start-look-up', 'end'],
  // Credit for bytes that were sent before the upgrade may still be on its way.
  securing: ['credit'],
  leaving: [],
  over: [],
};

/** Throws TunnelFailure `bad-frame` when the page may not say this now. After its `end` it may only give credit. */
export function requireOrder(state: State, said: Said, pageEnded: boolean): void {
  const isTooLate = pageEnded && said !== 'credit';
  if (isTooLate || !ORDER[state].includes(said)) {
    throw badFrame(`'${said}' is out of order (${isTooLate ? 'after end' : state}).`);
  }
}
