/**
 * The mail servers of the soak, all on loopback. A conversation is a greeting, perhaps STLS, then `RUN` with the number
 * of the tunnel; from there on both sides send what the plan says, and the server does its part of the fault.
 */
import type net from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import { fixture } from '../support/certs.ts';
import type { LoopbackServers } from '../support/loopback-servers.ts';
import type { Content, ContentStream } from './content.ts';
import { CERTIFICATES, type Door } from './faults.ts';
import type { Ledger } from './ledger.ts';
import { SLOW_READS, type Plan } from './plan.ts';

export const GREETING = '+OK soak\r\n';
export const STLS_REPLY = '+OK begin\r\n';

export interface Stage {
  ledger: Ledger;
  content: Content;
}

/** A port for each door; `clear` is the mail server in clear with STLS, `tls` the one under TLS. */
export type Ports = Record<Exclude<Door, 'mail'> | 'clear' | 'tls' | 'echo', number>;

export async function openServers(servers: LoopbackServers, stage: Stage): Promise<Ports> {
  const key = fixture('server.key');
  const contextOf = (name: string): SecureContext =>
    createSecureContext({ key, cert: fixture(`${name}.pem`) });
  const good = contextOf('good');
  const serveTls = (context: SecureContext): Promise<number> =>
    servers.serve((socket) => new Conversation(socket, stage, context).begin(true));
  const certificates = {} as Record<(typeof CERTIFICATES)[number], number>;
  for (const name of CERTIFICATES) certificates[name] = await serveTls(contextOf(name));
  return {
    ...certificates,
    clear: await servers.serve((socket) => new Conversation(socket, stage, good).begin(false)),
    tls: await serveTls(good),
    echo: await servers.serve((socket) => void socket.pipe(socket)),
    closes: await servers.serve((socket) => void socket.once('data', () => socket.end())),
    resets: await servers.serve((socket) => void socket.once('data', () => socket.resetAndDestroy())),
    stalls: await servers.serve((socket) => void socket.resume().once('end', () => socket.end())),
    chatters: await servers.serve((socket) => void socket.resume().end(GREETING)),
    'hangs-up': await servers.serve((socket) => void socket.resetAndDestroy()),
    nobody: await servers.closedPort(),
    forbidden: await servers.serve(() => {
      throw new Error('the proxy dialled what it must not');
    }),
  };
}

class Conversation {
  readonly #raw: net.Socket;
  readonly #stage: Stage;
  readonly #context: SecureContext;
  #socket: net.Socket;
  #head = '';
  #plan: Plan | null = null;
  #expected: ContentStream | null = null;
  #slowReads = 0;
  #isPageOver = false;
  #isPoured = false;

  constructor(raw: net.Socket, stage: Stage, context: SecureContext) {
    this.#raw = raw;
    this.#socket = raw;
    this.#stage = stage;
    this.#context = context;
  }

  begin(isTls: boolean): void {
    this.#raw.once('close', () => {
      if (this.#plan !== null) this.#stage.ledger.serverOver(this.#plan.id);
    });
    if (isTls) this.#secure();
    else this.#listen();
    this.#socket.write(GREETING);
  }

  #secure(): void {
    this.#socket.removeAllListeners('data').removeAllListeners('end');
    const secured = new TLSSocket(this.#raw, { isServer: true, secureContext: this.#context });
    secured.on('error', () => this.#raw.destroy());
    this.#socket = secured;
    this.#listen();
  }

  #listen(): void {
    this.#socket.on('data', (bytes: Buffer) => {
      if (this.#plan === null) this.#onHead(bytes);
      else this.#onContent(this.#plan, bytes);
    });
    this.#socket.on('end', () => this.#onEnd());
  }

  #onHead(bytes: Buffer): void {
    const before = this.#head.length;
    this.#head += bytes.toString('latin1');
    const end = this.#head.indexOf('\r\n');
    if (end < 0) return;
    const line = this.#head.slice(0, end);
    const rest = bytes.subarray(end + 2 - before);
    this.#head = '';
    if (line === 'STLS') {
      this.#socket.write(STLS_REPLY);
      this.#secure();
    } else if (line === 'STLS AND MORE') {
      // The attack of CVE-2011-0411 from the other side: an answer that is to be read as if it had come under TLS.
      this.#socket.write(`${STLS_REPLY}+OK 1 999999\r\n`);
    } else {
      const plan = this.#stage.ledger.arrive(Number(/^RUN (\d+)$/.exec(line)?.[1]), () => this.#onPageOver());
      if (plan === null) return void this.#raw.destroy();
      this.#run(plan);
      if (rest.length > 0) this.#onContent(plan, rest);
    }
  }

  #run(plan: Plan): void {
    this.#plan = plan;
    this.#expected = this.#stage.content.stream(plan.id, 'up');
    if (plan.fault.server !== 'answers-last')
      this.#pour(plan).catch((error: unknown) => this.#broken(plan, error));
  }

  #onContent(plan: Plan, bytes: Buffer): void {
    this.#stage.ledger.count(plan.id, 'up', bytes.length, this.#expected?.continuesWith(bytes) === true);
    if (plan.fault.server !== 'reads-slowly' || this.#slowReads >= SLOW_READS) return;
    this.#slowReads += 1;
    this.#socket.pause();
    setTimeout(() => this.#socket.resume(), plan.slowMs);
  }

  #onEnd(): void {
    this.#isPageOver = true;
    const plan = this.#plan;
    if (plan?.fault.server === 'answers-last')
      this.#pour(plan).catch((error: unknown) => this.#broken(plan, error));
    else if (plan === null) this.#raw.destroy();
    else if (this.#isPoured) this.#socket.end();
  }

  /** Who has fallen silent does not even answer an end, and would keep the connection half open for good. */
  #onPageOver(): void {
    if (this.#plan?.fault.server === 'falls-silent') this.#raw.destroy();
  }

  /** Sends what the plan says, and then does what it says. */
  async #pour(plan: Plan): Promise<void> {
    const { server: deed, isFast = false } = plan.fault;
    const isBroken = deed === 'resets' || deed === 'breaks-off' || deed === 'falls-silent';
    const octets = isBroken ? plan.breakAtOctets : plan.downOctets;
    const content = this.#stage.content.stream(plan.id, 'down');
    while (content.octets < octets) {
      if (this.#socket.destroyed) return;
      const piece = content.next(Math.min(plan.pieceOctets, octets - content.octets));
      if (!this.#socket.write(piece)) await this.#drained();
      if (!isFast) await pause(plan.pauseMs);
    }
    this.#isPoured = deed !== 'falls-silent';
    if (deed === 'resets') this.#raw.resetAndDestroy();
    else if (deed === 'breaks-off') this.#socket.destroy();
    else if (deed === 'ends-first' || (this.#isPageOver && this.#isPoured)) this.#socket.end();
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        this.#socket.off('drain', settle);
        this.#raw.off('close', settle);
        resolve();
      };
      this.#socket.on('drain', settle);
      this.#raw.on('close', settle);
      if (this.#raw.destroyed) settle();
    });
  }

  #broken(plan: Plan, error: unknown): void {
    this.#stage.ledger.breach(plan, `the server of the soak is broken: ${String(error)}`);
    this.#raw.destroy();
  }
}
