/**
 * The sockets of the embedded POP3 server: listens, builds a session per connection, upgrades to TLS, closes.
 * For the demo mailbox and, with fault switches, for tests. Not meant to face a network.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import type { Maildrop } from './maildrop.ts';
import { Pop3Connection } from './pop3-connection.ts';
import type { Faults } from './pop3-faults.ts';
import { Pop3Session } from './pop3-session.ts';

/** Who may log in, and to which maildrop. */
export interface MaildropUser {
  user: string;
  password: string;
  maildrop: Maildrop;
}

export interface Pop3ServerOptions {
  users: readonly MaildropUser[];
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0 takes a free one. */
  port?: number;
  /** PEM. Offers STLS, or with `implicitTls` speaks TLS from the first octet. */
  tls?: { key: string; cert: string };
  implicitTls?: boolean;
  /** Takes no password in clear. */
  requiresTls?: boolean;
  /** Read at each use, so a test may change the object while the server runs. */
  faults?: Faults;
  /** Hears every command as it is answered (verb in upper case, secrets left out), `greeting` first. */
  onCommand?: (command: string, connection: number) => void;
  /** A silent client is cut after this time (RFC 1939 §3: at least ten minutes). */
  idleTimeoutMs?: number;
}

export interface Pop3Server {
  readonly host: string;
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: number;
  /** Connections that were ever accepted. */
  readonly accepted: number;
  /** Cuts all connections and stops listening; resolves when the port is free. */
  close(): Promise<void>;
}

const IDLE_TIMEOUT_MS = 10 * 60 * 1000;

/** Starts a server; rejects with Node's error when the port cannot be taken. */
export async function startPop3Server(options: Pop3ServerOptions): Promise<Pop3Server> {
  const context = options.tls === undefined ? null : createSecureContext(options.tls);
  const open = new Set<Socket>();
  let accepted = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    accepted += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    serve(socket, accepted, options, context);
  });
  await listening(server, options.port ?? 0, options.host ?? '127.0.0.1');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP address');
  return {
    host: address.address,
    port: address.port,
    get connections() {
      return open.size;
    },
    get accepted() {
      return accepted;
    },
    close: () => closed(server, open),
  };
}

function serve(
  socket: Socket,
  number: number,
  options: Pop3ServerOptions,
  context: SecureContext | null,
): void {
  const faults = options.faults ?? {};
  const implicit = options.implicitTls === true && context !== null;
  const session = new Pop3Session({
    login: (user, password) => findMaildrop(options.users, user, password),
    secure: implicit,
    offersTls: context !== null,
    requiresTls: options.requiresTls ?? false,
    faults,
  });
  socket.setTimeout(options.idleTimeoutMs ?? IDLE_TIMEOUT_MS, () => socket.destroy());
  const startTls = (): Duplex => (context === null ? socket : serverTls(socket, context));
  const connection = new Pop3Connection(implicit ? startTls() : socket, session, faults, {
    startTls,
    onCommand: (command) => options.onCommand?.(command, number),
  });
  void connection.run();
}

function serverTls(socket: Socket, secureContext: SecureContext): Duplex {
  socket.on('error', () => socket.destroy());
  return new TLSSocket(socket, { isServer: true, secureContext });
}

function findMaildrop(users: readonly MaildropUser[], user: string, password: string): Maildrop | null {
  return users.find((entry) => entry.user === user && entry.password === password)?.maildrop ?? null;
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of open) socket.destroy();
  });
}
