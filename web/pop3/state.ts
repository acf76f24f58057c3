/**
 * The states of a POP3 session and what may be said in each: the whole state machine as one table (RFC 1939 §3,
 * RFC 2449 §5, RFC 2595 §4, RFC 6856 §3). Pure data.
 */
import type { Verb } from './command.ts';

/**
 * `securing`: STLS was agreed to and TLS does not run yet. `update`: QUIT was sent from the transaction state.
 * `closed` and `broken` are final.
 */
export type State =
  'greeting' | 'authorization' | 'securing' | 'transaction' | 'update' | 'closed' | 'broken';

interface Rule {
  /** States in which the verb may be sent. */
  readonly sentIn: readonly State[];
  /** The state after sending it, where sending alone changes it. */
  readonly whenSent?: Partial<Record<State, State>>;
  /** The state after +OK. */
  readonly whenOk?: State;
  /** The state after -ERR. */
  readonly whenErr?: State;
  /** Nothing may be sent behind it before its reply is here: the reply decides what may follow. */
  readonly barrier?: true;
}

const ANTE: readonly State[] = ['authorization'];
const POST: readonly State[] = ['transaction'];
const BOTH: readonly State[] = ['authorization', 'transaction'];

export const RULES: Readonly<Record<Verb, Rule>> = {
  CAPA: { sentIn: BOTH },
  STLS: { sentIn: ANTE, whenOk: 'securing', barrier: true },
  UTF8: { sentIn: ANTE, barrier: true },
  USER: { sentIn: ANTE, barrier: true },
  PASS: { sentIn: ANTE, whenOk: 'transaction', barrier: true },
  APOP: { sentIn: ANTE, whenOk: 'transaction', barrier: true },
  AUTH: { sentIn: ANTE, whenOk: 'transaction', barrier: true },
  'AUTH-LISTING': { sentIn: ANTE, barrier: true },
  STAT: { sentIn: POST },
  LIST: { sentIn: POST },
  UIDL: { sentIn: POST },
  RETR: { sentIn: POST },
  TOP: { sentIn: POST },
  DELE: { sentIn: POST },
  // RFC 1939 §5: in the authorization state every server refuses it, and some count it as a strike.
  NOOP: { sentIn: POST },
  RSET: { sentIn: POST },
  LAST: { sentIn: POST },
  LANG: { sentIn: BOTH },
  QUIT: {
    sentIn: BOTH,
    whenSent: { transaction: 'update' },
    whenOk: 'closed',
    whenErr: 'closed',
    barrier: true,
  },
};
