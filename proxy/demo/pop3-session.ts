/**
 * The server's half of a POP3 conversation: one line in, one answer out as chunks of octets. A table says which verb
 * is allowed in which state. Must not know sockets, TLS or time; whoever drives it tells when TLS stands or the
 * connection is lost. RFC 1939, 2449 (CAPA), 2595 (STLS), 3206 (AUTH code), 5034 (AUTH), 6856 (UTF8).
 */
import type { Maildrop, MaildropSession } from './maildrop.ts';
import { entryFor, type Faults } from './pop3-faults.ts';
import type { ClientLine } from './pop3-lines.ts';
import { continuationLine, errLine, listing, octetsOf, okLine } from './pop3-reply.ts';
import { readPlain } from './pop3-sasl.ts';
import * as transaction from './pop3-transaction.ts';
import type { TransactionCommand } from './pop3-transaction.ts';

/** Longest command line, line end included (RFC 2449 §4). */
const MAX_COMMAND_OCTETS = 255;

export interface Pop3SessionOptions {
  /** The maildrop of this user, or null when user or password is wrong. */
  login(user: string, password: string): Maildrop | null;
  /** TLS stands already (port 995). */
  secure: boolean;
  /** STLS can be taken. */
  offersTls: boolean;
  /** No password is taken in clear. */
  requiresTls: boolean;
  faults: Faults;
}

/** What the driver does once the answer is written. */
export type AfterReply = 'continue' | 'start-tls' | 'close';

export interface Pop3Reply {
  /** The command that is answered, verb in upper case, secrets left out. `greeting` for the first answer. */
  command: string;
  chunks: Iterable<Uint8Array>;
  after: AfterReply;
}

export type Pop3State = 'authorization' | 'transaction' | 'ended';
type Answer = Omit<Pop3Reply, 'command'>;
type ArgumentShape = keyof typeof ARGUMENT_SHAPES;

interface Verb {
  states: readonly Pop3State[];
  argument: ArgumentShape;
  run: (argument: string) => Answer;
}

/** What may stand behind a verb and its one blank (RFC 1939 §3). Only PASS takes blanks as they come. */
const ARGUMENT_SHAPES = {
  none: /^$/,
  number: /^[0-9]{1,9}$/,
  optionalNumber: /^(?:[0-9]{1,9})?$/,
  twoNumbers: /^[0-9]{1,9} [0-9]{1,9}$/,
  optionalWords: /^(?:[!-~]+(?: [!-~]+)*)?$/,
  name: /^[^\s\0]+(?: [^\s\0]+)*$/,
  anything: /^[^\0]*$/,
} as const;

const SECRETIVE: readonly string[] = ['PASS', 'AUTH', 'APOP'];

export class Pop3Session {
  readonly #options: Pop3SessionOptions;
  readonly #verbs: ReadonlyMap<string, Verb>;
  #state: Pop3State = 'authorization';
  #secure: boolean;
  #utf8 = false;
  #userName: string | null = null;
  #awaitsSaslResponse = false;
  #drop: MaildropSession | null = null;

  constructor(options: Pop3SessionOptions) {
    this.#options = options;
    this.#secure = options.secure;
    this.#verbs = new Map<string, Verb>([
      ...this.#authorizationVerbs(),
      ['STAT', this.#inTransaction('none', transaction.stat)],
      ['LIST', this.#inTransaction('optionalNumber', transaction.list)],
      ['UIDL', this.#inTransaction('optionalNumber', transaction.uidl)],
      ['RETR', this.#inTransaction('number', transaction.retr)],
      ['TOP', this.#inTransaction('twoNumbers', transaction.top)],
      ['DELE', this.#inTransaction('number', transaction.dele)],
      ['RSET', this.#inTransaction('none', transaction.rset)],
      ['NOOP', this.#inTransaction('none', transaction.noop)],
    ]);
  }

  get state(): Pop3State {
    return this.#state;
  }

  /** The first line of the conversation (RFC 1939 §3); an -ERR greeting ends it. */
  greeting(): Pop3Reply {
    const line = this.#options.faults.greeting;
    if (line === undefined) return { command: 'greeting', ...ok('Poplar demo maildrop') };
    const after = line?.startsWith('-ERR') === true ? 'close' : 'continue';
    return { command: 'greeting', chunks: line === null ? [] : [octetsOf(`${line}\r\n`)], after };
  }

  /** Answers one line. Never throws, whatever the line holds. */
  receive(line: ClientLine): Pop3Reply {
    if (line === null) return { command: '', ...err('line too long') };
    if (this.#awaitsSaslResponse) {
      this.#awaitsSaslResponse = false;
      return this.#reply('AUTH', () => this.#authenticate(Buffer.from(line).toString('latin1')));
    }
    if (line.length + 2 > MAX_COMMAND_OCTETS) return { command: '', ...err('line too long') };
    const text = new TextDecoder().decode(line);
    const space = text.indexOf(' ');
    const verb = (space < 0 ? text : text.slice(0, space)).toUpperCase();
    const argument = space < 0 ? null : text.slice(space + 1);
    const command = argument === null || SECRETIVE.includes(verb) ? verb : `${verb} ${argument}`;
    return this.#reply(command, () => this.#dispatch(verb, argument));
  }

  /** TLS stands: everything that was said in clear is forgotten (RFC 2595 §4). */
  secured(): void {
    this.#secure = true;
    this.#userName = null;
  }

  /** The connection is gone. Without QUIT the lock is released and nothing is deleted (RFC 1939 §6). */
  lost(): void {
    this.#drop?.abandon();
    this.#drop = null;
    this.#state = 'ended';
  }

  /** Lets the fault switches speak first; a command that they answer is not carried out. */
  #reply(command: string, carryOut: () => Answer): Pop3Reply {
    const { refuse, instead } = this.#options.faults;
    const foreign = entryFor(instead, command);
    if (foreign !== undefined) {
      const bytes = typeof foreign === 'string' ? octetsOf(foreign) : foreign;
      return { command, chunks: [bytes], after: 'continue' };
    }
    const refusal = entryFor(refuse, command);
    return { command, ...(refusal === undefined ? carryOut() : err(refusal)) };
  }

  #dispatch(verb: string, argument: string | null): Answer {
    const entry = this.#verbs.get(verb);
    if (entry === undefined) return err('unknown command');
    if (!entry.states.includes(this.#state)) return err('not in this state');
    // A blank with nothing behind it, or two blanks, is no RFC 1939 §3 command; popa3d and mailutils refuse it too.
    const dangling = argument === '' && entry.argument !== 'anything';
    if (dangling || !ARGUMENT_SHAPES[entry.argument].test(argument ?? '')) return err('invalid arguments');
    return entry.run(argument ?? '');
  }

  #authorizationVerbs(): [string, Verb][] {
    const both: readonly Pop3State[] = ['authorization', 'transaction'];
    const before: readonly Pop3State[] = ['authorization'];
    return [
      ['CAPA', { states: both, argument: 'none', run: () => this.#capa() }],
      ['QUIT', { states: both, argument: 'none', run: () => this.#quit() }],
      ['STLS', { states: before, argument: 'none', run: () => this.#stls() }],
      ['UTF8', { states: before, argument: 'none', run: () => this.#enableUtf8() }],
      ['USER', { states: before, argument: 'name', run: (name) => this.#user(name) }],
      ['PASS', { states: before, argument: 'anything', run: (password) => this.#pass(password) }],
      ['AUTH', { states: before, argument: 'optionalWords', run: (words) => this.#auth(words) }],
    ];
  }

  #inTransaction(argument: ArgumentShape, command: TransactionCommand): Verb {
    const run = (text: string): Answer =>
      this.#drop === null ? err('no maildrop') : sent(command(this.#drop, text, this.#options.faults));
    return { states: ['transaction'], argument, run };
  }

  #capa(): Answer {
    return sent(listing('capabilities follow', this.#options.faults.capabilities ?? this.#capabilities()));
  }

  #capabilities(): string[] {
    const list = ['TOP', 'UIDL', 'RESP-CODES', 'AUTH-RESP-CODE', 'UTF8'];
    if (this.#options.faults.punishPipelining !== true) list.push('PIPELINING');
    if (this.#state === 'authorization') {
      if (this.#mayStartTls()) list.push('STLS');
      if (this.#mayLogIn()) list.push('USER', 'SASL PLAIN');
    }
    return [...list, 'EXPIRE NEVER', 'IMPLEMENTATION Poplar-demo'];
  }

  #mayStartTls(): boolean {
    return this.#options.offersTls && !this.#secure;
  }

  #mayLogIn(): boolean {
    return this.#secure || !this.#options.requiresTls;
  }

  #stls(): Answer {
    // RFC 6856 §2.1: no STLS once UTF8 was taken.
    if (!this.#mayStartTls() || this.#utf8) return err('STLS is not possible now');
    const injected = this.#options.faults.afterStls ?? '';
    return { chunks: [octetsOf(`+OK begin TLS\r\n${injected}`)], after: 'start-tls' };
  }

  #enableUtf8(): Answer {
    this.#utf8 = true;
    return ok('UTF-8 from here on');
  }

  #user(name: string): Answer {
    if (!this.#mayLogIn()) return err('[AUTH] no password is taken in clear, use STLS');
    this.#userName = name;
    return ok('name heard');
  }

  #pass(password: string): Answer {
    const name = this.#userName;
    this.#userName = null;
    return name === null ? err('USER comes first') : this.#open(name, password);
  }

  /** RFC 5034 §4. Without a mechanism the known ones are listed, as most servers do. */
  #auth(words: string): Answer {
    if (words === '') return sent(listing('mechanisms follow', this.#mayLogIn() ? ['PLAIN'] : []));
    const [mechanism = '', initial, ...more] = words.split(' ');
    if (mechanism.toUpperCase() !== 'PLAIN' || more.length > 0) return err('[AUTH] mechanism is not known');
    if (!this.#mayLogIn()) return err('[AUTH] no password is taken in clear, use STLS');
    if (initial !== undefined) return this.#authenticate(initial === '=' ? '' : initial);
    this.#awaitsSaslResponse = true;
    return sent(continuationLine());
  }

  #authenticate(response: string): Answer {
    if (response === '*') return err('authentication cancelled');
    const credentials = readPlain(response);
    if (credentials === null) return err('response is not a PLAIN message in base64');
    return this.#open(credentials.user, credentials.password);
  }

  #open(user: string, password: string): Answer {
    const maildrop = this.#options.login(user, password);
    if (maildrop === null) return err('[AUTH] name or password is wrong');
    this.#drop = maildrop.open();
    if (this.#drop === null) return err('[IN-USE] another session has this maildrop');
    this.#state = 'transaction';
    const { count, octets } = this.#drop.totals();
    return ok(`maildrop has ${count} messages (${octets} octets)`);
  }

  #quit(): Answer {
    const gone = this.#drop?.commit() ?? 0;
    this.#drop = null;
    this.#state = 'ended';
    return ok(gone === 0 ? 'bye' : `bye, ${gone} messages deleted`, 'close');
  }
}

function sent(chunks: Iterable<Uint8Array>): Answer {
  return { chunks, after: 'continue' };
}

function ok(text: string, after: AfterReply = 'continue'): Answer {
  return { chunks: okLine(text), after };
}

function err(text: string): Answer {
  return sent(errLine(text));
}
