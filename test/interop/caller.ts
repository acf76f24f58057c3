/** Sessions with one mail server, through a real proxy, in every way that the generic suite looks at it. */
import { PoplarError } from '../../web/errors.ts';
import type { ListedMessage } from '../../web/pop3/listing.ts';
import { Pop3Client } from '../../web/pop3/client.ts';
import { VisitNotes, type WayNote } from '../../web/pop3/visit-notes.ts';
import { MECHANISMS } from '../../web/sasl/choose.ts';
import { saslContext } from '../../web/sync/session.ts';
import type { Dial } from '../../web/wire/transport.ts';
import { systemClock } from '../support/proxy-dial.ts';
import type { ListedServer } from './server-list.ts';

/** Names of all ways in that Poplar has. */
export const WAYS: readonly string[] = ['USER', 'APOP', ...MECHANISMS.map(({ name }) => name)];

const MAX_OCTETS = 256 * 1024 * 1024;
const WINDOW = { windowOctets: 8 * 1024 * 1024, windowCommands: 1000 };

/** A visit that knows of one way in only. */
class OneWay extends VisitNotes {
  readonly #name: string;

  constructor(name: string) {
    super();
    this.#name = name;
  }

  override mayTry(way: WayNote): boolean {
    return way.name === this.#name && super.mayTry(way);
  }
}

export interface SessionOptions {
  /** The only way to log in. */
  way?: string;
  mayPipeline?: boolean;
  /** The work says goodbye itself. */
  endsItself?: boolean;
}

export class Caller {
  readonly #server: ListedServer;
  readonly #dial: Dial;

  constructor(server: ListedServer, dial: Dial) {
    this.#server = server;
    this.#dial = dial;
  }

  /** Logs in, works and says goodbye; hangs up when the work fails. */
  async session<Result>(
    work: (client: Pop3Client) => Promise<Result>,
    { way, mayPipeline = true, endsItself = false }: SessionOptions = {},
  ): Promise<Result> {
    const { user, password, security } = this.#server;
    const transport = await this.#dial(this.#server, {}, new AbortController().signal);
    const client = await Pop3Client.open(transport, {
      security,
      clock: systemClock,
      sasl: saslContext(this.#server),
      mayPipeline,
      ...(way === undefined ? {} : { notes: new OneWay(way) }),
    });
    try {
      await client.login({ user, password });
      const result = await work(client);
      if (!endsItself) await client.quit();
      return result;
    } finally {
      client.close();
    }
  }

  /** The ways that the server lets this person in by; those on offer that it refuses are thrown. */
  async waysIn(): Promise<string[]> {
    const ways: string[] = [];
    for (const way of WAYS) {
      try {
        await this.session(() => Promise.resolve(), { way });
        ways.push(way);
      } catch (error) {
        if (!isNoOffer(error)) throw new Error(`${way} is on offer and fails`, { cause: error });
      }
    }
    return ways;
  }

  /** All messages, by number; whether the server lets commands be sent ahead or not. */
  async fetchAll(options: SessionOptions = {}): Promise<Fetched> {
    return this.session(async (client) => {
      const listed = await client.identify(await client.list());
      return { listed, raw: await retrieveAll(client, listed) };
    }, options);
  }
}

export interface Fetched {
  listed: ListedMessage[];
  raw: Map<number, string>;
}

export async function retrieveAll(
  client: Pop3Client,
  listed: readonly ListedMessage[],
): Promise<Map<number, string>> {
  const raw = new Map<number, string>();
  const options = { ...WINDOW, signal: new AbortController().signal, maxOctets: MAX_OCTETS };
  for await (const message of client.retrieve(listed, options)) {
    if ('error' in message) throw message.error;
    raw.set(message.listed.number, Buffer.from(message.raw).toString('latin1'));
  }
  return raw;
}

/** This way is not among those that the server offers. */
function isNoOffer(error: unknown): boolean {
  return (
    error instanceof PoplarError && (error.code === 'login-no-mechanism' || error.code === 'login-needs-tls')
  );
}
