/**
 * From a host and a port to a connection: look up, check, connect to the very address that was checked, TLS.
 * The name is never looked up twice, so a name server cannot show one address to the check and another to the socket.
 */
import dns from 'node:dns/promises';
import type { SecureContext } from 'node:tls';
import { parseHost, type Host } from '../address/host-port.ts';
import { MailConnection } from './mail-connection.ts';
import { allowedAddresses, requireAllowedHost, requireAllowedPort, type Policy } from './policy.ts';
import type { TlsFacts, TunnelSecurity } from '../protocol.ts';
import { firstToConnect } from './race.ts';
import { lookupFailure } from './socket-errors.ts';
import { TunnelFailure } from '../tunnel-failure.ts';

/** All addresses of a name, in the order to try. Throws Node's DNS errors. */
export type Resolve = (name: string) => Promise<string[]>;

export interface DialContext {
  policy: Policy;
  tlsContext: SecureContext;
  /** For each of look-up, connection and TLS handshake. */
  stageTimeoutMs: number;
  resolve: Resolve;
}

export interface DialRequest {
  host: string;
  port: number;
  security: TunnelSecurity;
  onReached(hop: 'name' | 'connection', address: string): void;
}

export interface Dialled {
  connection: MailConnection;
  host: Host;
  tls: TlsFacts | null;
}

/** A name with more addresses than this is not a mail server we have to try to the last one. */
const MAX_ADDRESSES = 8;

/** The system's resolver, so that /etc/hosts and split DNS count. */
export const systemResolve: Resolve = async (name) => {
  const answers = await dns.lookup(name, { all: true, verbatim: true });
  return answers.map((answer) => answer.address);
};

/** Dials, or throws TunnelFailure naming what went wrong. Aborting the signal gives up and closes what was opened. */
export async function dial(
  request: DialRequest,
  context: DialContext,
  signal: AbortSignal,
): Promise<Dialled> {
  const { port, security } = request;
  const host = requireHost(request.host);
  requireAllowedPort(context.policy, host, port);
  requireAllowedHost(context.policy, host, port);
  const found = host.kind === 'address' ? [host.text] : await lookUp(host.text, context);
  const addresses = allowedAddresses(context.policy, host, port, found).slice(0, MAX_ADDRESSES);
  signal.throwIfAborted();
  request.onReached('name', addresses[0] ?? '');
  const connection = await firstToConnect(addresses, {
    connect: (address, attempt) => MailConnection.connect(address, port, attempt),
    discard: (late) => late.destroy(),
    timeoutMs: context.stageTimeoutMs,
    signal,
  });
  request.onReached('connection', connection.address);
  if (security === 'none') return { connection, host, tls: null };
  const tls = await upgrade(connection, host, context, signal);
  return { connection, host, tls };
}

/** Puts TLS on a dialled connection; closes it when that fails or the signal is aborted. Throws TunnelFailure. */
export async function upgrade(
  connection: MailConnection,
  host: Host,
  context: DialContext,
  signal: AbortSignal,
): Promise<TlsFacts> {
  const onAbort = (): void => connection.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await connection.startTls({
      host,
      context: context.tlsContext,
      timeoutMs: context.stageTimeoutMs,
    });
  } catch (error) {
    connection.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function requireHost(text: string): Host {
  if (text.includes('%')) {
    throw new TunnelFailure('address-refused', 'Addresses with a zone belong to one machine only.');
  }
  const host = parseHost(text);
  if (host === null) throw new TunnelFailure('name-not-found', 'That is not the name of a host.');
  return host;
}

async function lookUp(name: string, context: DialContext): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const tooSlow = new Promise<never>((_resolve, reject) => {
    const failure = new TunnelFailure('name-failed', `Looking up ${name} took too long.`);
    timer = setTimeout(() => reject(failure), context.stageTimeoutMs);
  });
  try {
    const found = await Promise.race([context.resolve(name), tooSlow]);
    if (found.length === 0) throw new TunnelFailure('name-not-found', `The name ${name} has no address.`);
    return found;
  } catch (error) {
    throw error instanceof TunnelFailure ? error : lookupFailure(error as Error, name);
  } finally {
    clearTimeout(timer);
  }
}
