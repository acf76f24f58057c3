/** What Thunderbird's popstate.dat says, as it is shown before any of it counts. */

/** What Thunderbird has noted of one mailbox. */
export interface PopstateSection {
  host: string;
  user: string;
  /** Messages that it has fetched whole. */
  fetched: number;
  /** Messages of which it has the header alone: they are fetched here. */
  partial: number;
  /** When it fetched the first and the last of them, milliseconds since 1970; null where it did not say. */
  firstAt: number | null;
  lastAt: number | null;
  /** Host and user are those of the account. */
  isThis: boolean;
}

export interface PopstateFacts {
  sections: PopstateSection[];
  /** Lines that could not be read and are left out, from 1, in order; the first few of them. */
  oddLines: number[];
  /** How many there are. */
  odd: number;
}
