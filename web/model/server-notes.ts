/** What was learnt of a mail server that holds beyond one visit. Kept with the account; see pop3/visit-notes. */
export interface ServerNotes {
  /** Tells whether it is still the same server: what is lasting in its greeting. */
  fingerprint: string;
  learntAt: number;
  /** It knows no CAPA, or hangs up on it. */
  skipCapa: boolean;
  /** It knows no AUTH without a mechanism, or hangs up on it. */
  skipAuthListing: boolean;
  /** It hangs up on an initial response. */
  twoSteps: boolean;
  /** It hands out some mail in UTF-8 mode only, though it does not say that it has one (RFC 6856). */
  utf8: boolean;
  /** It offers PIPELINING and does not bear it. */
  oneByOne: boolean;
  /** Ways to log in that failed where another one did not. */
  deadWays: string[];
}
