/**
 * JSON lines on stderr. What must not be in them: content, credentials, full client addresses. The callers pass
 * facts, never frames or errors from the other side; shortenAddress is for the one fact about clients there is.
 */
import ipaddr from 'ipaddr.js';
import { pino, type DestinationStream } from 'pino';
import { openStderr } from './log-sink.ts';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';
export const LOG_LEVELS: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'debug'];

export type LogFacts = Readonly<Record<string, string | number | boolean | null>>;

/** error: somebody must look; warn: somebody should know; info: a change of state. */
export interface Log {
  error(event: string, facts: LogFacts, error?: unknown): void;
  warn(event: string, facts: LogFacts): void;
  info(event: string, facts: LogFacts): void;
}

export function createLog(level: LogLevel, sink: DestinationStream = openStderr()): Log {
  const logger = pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
    },
    sink,
  );
  return {
    error: (event, facts, error) =>
      logger.error({ ...facts, ...(error === undefined ? {} : { err: error }) }, event),
    warn: (event, facts) => logger.warn(facts, event),
    info: (event, facts) => logger.info(facts, event),
  };
}

/**
 * What the log says of an error: kind, code, message, and where it was thrown, of its causes too. Nothing else that hangs
 * on it: Node's HTTP errors carry the packet that they choked on (`rawPacket`), with its credentials.
 */
export function describeError(error: unknown): Record<string, string | null> {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return { type: error.name, code, message: error.message, stack: stackOf(error) };
}

/** A chain of causes that is longer than this, or a circle, is cut. */
const MAX_CAUSES = 5;

function stackOf(error: Error, causes = MAX_CAUSES): string {
  const stack = error.stack ?? `${error.name}: ${error.message}`;
  if (!(error.cause instanceof Error) || causes === 0) return stack;
  return `${stack}\ncaused by: ${stackOf(error.cause, causes - 1)}`;
}

/** How client addresses are written: their network alone, unless the operator wants to see them whole. */
export function addressWriter(isWhole: boolean): (address: string) => string {
  return isWhole ? (address) => (address === '' ? 'unknown' : address) : shortenAddress;
}

/** For whoever does not want to hear anything: tests, mostly. */
export const silentLog: Log = { error: () => undefined, warn: () => undefined, info: () => undefined };

/** The network of an address, not the address: /24 of IPv4, /48 of IPv6. */
export function shortenAddress(address: string | undefined): string {
  if (address === undefined || !ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  const bytes = parsed.toByteArray();
  const [keep, suffix] = parsed.kind() === 'ipv4' ? [3, '/24'] : [6, '/48'];
  const network = ipaddr.fromByteArray(bytes.map((byte, index) => (index < keep ? byte : 0)));
  return `${network.toString()}${suffix}`;
}
