/**
 * Fault switches of the test server, and what they do to the octets that leave it. Everything is off by default.
 * The switches are read at each use: a test may flip them while the server runs. Pure: knows no socket.
 */

/**
 * Names a command: a verb (`RETR`, any argument) or a verb with its argument (`RETR 3`). Upper case.
 * `greeting` is no command; it has its own switch.
 */
export type CommandName = string;

export interface Faults {
  /** Said in place of the greeting: a line that is sent as it is, or null for a server that stays silent. */
  greeting?: string | null;
  /** Answers `-ERR text` to these commands, e.g. `{ 'RETR 3': '[SYS/TEMP] try later', CAPA: 'what' }`. */
  refuse?: Readonly<Record<CommandName, string>>;
  /** Sends these octets in place of the whole answer (garbage, half an answer, another protocol). */
  instead?: Readonly<Record<CommandName, string | Uint8Array>>;
  /** Takes these commands and never answers on this connection again. */
  stallAt?: readonly CommandName[];
  /** Cuts the connection when these commands come, without an answer. */
  dropAt?: readonly CommandName[];

  /** Cuts the connection after so many octets were sent on it, greeting included. */
  dropAfterOctets?: number;
  /** Cuts the connection within the answer to the n-th RETR of a connection (from 1), after so many octets of it. */
  dropInRetr?: { nth: number; afterOctets: number };
  /** Falls silent within the answer to the n-th RETR of a connection (from 1), after so many octets of it. */
  stallInRetr?: { nth: number; afterOctets: number };
  /** Writes so many octets at a time, giving the reader a turn after each. */
  dripOctets?: number;
  /** Ends every line with LF alone. */
  bareLineFeeds?: boolean;
  /** Forgets the line end before the termination octet of RETR (Exchange 2000 without final newline). */
  gluedTerminator?: boolean;
  /** Octets sent in clear right behind the +OK of STLS (the injection that a client must refuse). */
  afterStls?: string;

  /** Size shown by LIST and RETR for a message; null leaves the entry out. */
  listOctets?: (number: number, octets: number) => number | null;
  /** Unique-id shown by UIDL for a message; null leaves the entry out. */
  uidlOf?: (number: number, uidl: string) => string | null;
  /** The whole of CAPA's list, in place of the true one. */
  capabilities?: readonly string[];
  /** CAPA without PIPELINING, and the connection is cut when a command comes before the last one was answered. */
  punishPipelining?: boolean;
}

/** Does one of `names` name this command? `command` is the verb in upper case with its argument, if any. */
export function names(list: readonly CommandName[] | undefined, command: string): boolean {
  return list?.some((name) => name === command || name === verbOf(command)) ?? false;
}

/** What a table of command names says for this command; the one with the argument wins. */
export function entryFor<T>(
  table: Readonly<Record<CommandName, T>> | undefined,
  command: string,
): T | undefined {
  return table?.[command] ?? table?.[verbOf(command)];
}

function verbOf(command: string): string {
  const space = command.indexOf(' ');
  return space < 0 ? command : command.slice(0, space);
}

/** How the sending of one answer ended. */
export type SendEnd = 'sent' | 'cut' | 'silence';

/** Applies the switches to all that leaves one connection: it counts octets and RETRs. */
export class OutgoingFaults {
  readonly #faults: Faults;
  #sentOctets = 0;
  #retrs = 0;

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Yields what is really to be written for `command`; the generator's return value says how it ends. */
  *apply(command: string, chunks: Iterable<Uint8Array>): Generator<Uint8Array, SendEnd> {
    const cut = this.#cutFor(command);
    let left = cut.octets;
    for (const chunk of this.#shaped(chunks)) {
      if (chunk.length >= left) {
        if (left > 0) yield chunk.subarray(0, left);
        return cut.how;
      }
      left -= chunk.length;
      this.#sentOctets += chunk.length;
      yield chunk;
    }
    return 'sent';
  }

  #cutFor(command: string): { octets: number; how: SendEnd } {
    const { dropAfterOctets, dropInRetr, stallInRetr } = this.#faults;
    if (verbOf(command) === 'RETR') {
      this.#retrs += 1;
      if (dropInRetr?.nth === this.#retrs) return { octets: dropInRetr.afterOctets, how: 'cut' };
      if (stallInRetr?.nth === this.#retrs) return { octets: stallInRetr.afterOctets, how: 'silence' };
    }
    if (dropAfterOctets === undefined) return { octets: Infinity, how: 'sent' };
    return { octets: Math.max(0, dropAfterOctets - this.#sentOctets), how: 'cut' };
  }

  *#shaped(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
    const lines = this.#faults.bareLineFeeds === true ? bareLineFeeds(chunks) : chunks;
    const drip = this.#faults.dripOctets;
    for (const chunk of lines) {
      const step = drip ?? Math.max(1, chunk.length);
      for (let offset = 0; offset < chunk.length; offset += step) yield chunk.subarray(offset, offset + step);
    }
  }
}

/** CRLF becomes LF, also where a chunk ends between the two; a lone CR stays. */
function* bareLineFeeds(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  let heldCr = false;
  for (const chunk of chunks) {
    const out: number[] = [];
    for (const octet of chunk) {
      if (heldCr && octet !== 10) out.push(13);
      heldCr = octet === 13;
      if (!heldCr) out.push(octet);
    }
    yield Uint8Array.from(out);
  }
  if (heldCr) yield Uint8Array.of(13);
}
