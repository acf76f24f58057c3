/**
 * From a host and a port to a connection: look up, check, connect to the very address that was checked, TLS.
 * The name is never looked up twice, so a name server cannot show one address to the check and another to the socket.
 */
import dns from 'node:dns/promises';
import { parseHost, type Host } from '../address/host-port.ts';
import { MailConnection } from './mail-connection.ts';
import type { PeerIdentity, TlsTarget } from './secure.ts';
import type { TlsContexts } from './tls-contexts.ts';
import { allowedAddresses, requireAllowedHost, requireAllowedPort, type Policy } from './policy.ts';
import type { TlsFacts, TunnelSecurity } from '../protocol.ts';
import { firstToConnect } from './race.ts';
import { lookupFailure } from './socket-errors.ts';
import { TunnelFailure } from '../tunnel-failure.ts';

/** All addresses of a name, in the order to try. Throws Node's DNS errors. */
export type Resolve = (name: string) => Promise<string[]>;

export interface DialContext {
  policy: Policy;
  tls: TlsContexts;
  /** For each of look-up, connection and TLS handshake. */
  stageTimeoutMs: number;
  resolve: Resolve;
  /** Hears how long a stage took that was passed. */
  onStage?: (stage: Stage, durationMs: number) => void;
}

type Stage = 'name' | 'connection' | 'tls';

/** Where to. */
export interface Destination {
  host: string;
  port: number;
  onReached(hop: 'name' | 'connection', address: string): void;
}

export interface DialRequest extends Destination {
  security: TunnelSecurity;
  /** SHA-256 of the only certificate that is accepted; null verifies as usual. */
  pin: string | null;
}

/** A connection that stands, and the host it was made for. */
export interface Line {
  connection: MailConnection;
  host: Host;
}

export interface Dialled extends Line {
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
  const line = await reach(request, context, signal);
  const tls = request.security === 'none' ? null : await upgrade(line, request.pin, context, signal);
  return { ...line, tls };
}

/** Puts TLS on a line; closes it when that fails or the signal is aborted. Throws TunnelFailure. */
export async function upgrade(
  line: Line,
  pin: string | null,
  context: DialContext,
  signal: AbortSignal,
): Promise<TlsFacts> {
  const handshake = (): Promise<TlsFacts> => line.connection.startTls(targetOf(line, context), pin);
  return closingOnFailure(line, signal, () => timed('tls', context, handshake()));
}

/** Dials under the same rules, only to learn who answers; the connection is closed. Throws TunnelFailure. */
export async function lookUp(
  destination: Destination,
  context: DialContext,
  signal: AbortSignal,
): Promise<PeerIdentity> {
  return lookUpOn(await reach(destination, context, signal), context, signal);
}

/** The same on a line in clear whose server waits for a handshake. */
export async function lookUpOn(line: Line, context: DialContext, signal: AbortSignal): Promise<PeerIdentity> {
  const { connection } = line;
  const peer = await closingOnFailure(line, signal, () => connection.identifyPeer(targetOf(line, context)));
  connection.destroy();
  return peer;
}

async function reach(destination: Destination, context: DialContext, signal: AbortSignal): Promise<Line> {
  const { port } = destination;
  const host = requireHost(destination.host);
  requireAllowedPort(context.policy, host, port);
  requireAllowedHost(context.policy, host, port);
  const found =
    host.kind === 'address' ? [host.text] : await timed('name', context, resolve(host.text, context));
  const addresses = allowedAddresses(context.policy, host, port, found).slice(0, MAX_ADDRESSES);
  signal.throwIfAborted();
  destination.onReached('name', addresses[0] ?? '');
  const race = firstToConnect(addresses, {
    connect: (address, attempt) => MailConnection.connect(address, port, attempt),
    discard: (late) => late.destroy(),
    timeoutMs: context.stageTimeoutMs,
    signal,
  });
  const connection = await timed('connection', context, race);
  destination.onReached('connection', connection.address);
  return { connection, host };
}

async function closingOnFailure<T>(
  { connection }: Line,
  signal: AbortSignal,
  action: () => Promise<T>,
): Promise<T> {
  const onAbort = (): void => connection.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    // One that was aborted before never says so again.
    signal.throwIfAborted();
    return await action();
  } catch (error) {
    connection.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function timed<T>(stage: Stage, { onStage }: DialContext, work: Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await work;
  onStage?.(stage, performance.now() - startedAt);
  return result;
}

function targetOf({ connection, host }: Line, { tls, stageTimeoutMs }: DialContext): TlsTarget {
  return { host, strictness: tls.for(host, connection.address), timeoutMs: stageTimeoutMs };
}

function requireHost(text: string): Host {
  if (text.includes('%')) {
    throw new TunnelFailure('address-refused', 'Addresses with a zone belong to one machine only.');
  }
  const host = parseHost(text);
  if (host === null) throw new TunnelFailure('name-not-found', 'That is not the name of a host.');
  return host;
}

async function resolve(name: string, context: DialContext): Promise<string[]> {
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
