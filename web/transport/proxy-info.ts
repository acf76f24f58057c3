/** What the proxy beside the page says of itself, checked and in the words of the model. */
import * as v from 'valibot';
import { PoplarError } from '../errors.ts';
import type { ProxyFacts } from '../model/deployment.ts';
import type { Clock } from '../wire/clock.ts';
import { proxyProtocolError } from './proxy-frame.ts';

const TIMEOUT_MS = 15_000;

const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
const filled = v.pipe(v.string(), v.nonEmpty(), v.maxLength(1000));

const demoMailbox = v.object({
  address: filled,
  displayName: v.string(),
  host: filled,
  port,
  submissionPort: port,
  user: filled,
  password: filled,
});

/** What a proxy of another version does not say, or says otherwise, counts as not said. */
const told = <T>(schema: v.GenericSchema<T>) => v.fallback(v.nullish(schema, null), null);
const amount = told(v.pipe(v.number(), v.minValue(1)));
const short = v.pipe(v.string(), v.maxLength(300));

const limits = v.object({
  tunnelsPerClient: amount,
  tunnelsPerMinute: amount,
  idleTimeoutMs: amount,
  lifetimeMs: amount,
  maxOctets: amount,
});

const policy = v.object({
  hosts: told(v.picklist(['any', 'listed'])),
  allowedHosts: v.fallback(v.pipe(v.array(short), v.maxLength(1000)), []),
  minTls: told(short),
  logs: told(v.literal('no-content')),
  limits: v.fallback(limits, v.parse(limits, {})),
});

const proxyInfo = v.object({
  name: v.literal('poplar'),
  version: v.string(),
  ports: v.array(port),
  demo: v.nullable(demoMailbox),
  needsToken: v.fallback(v.boolean(), false),
  policy: v.fallback(policy, v.parse(policy, {})),
});

/** A Poplar of whatever version. */
const anyPoplar = v.object({ name: v.literal('poplar') });

type DemoMailbox = v.InferOutput<typeof demoMailbox>;

export interface ProxyInfoOptions {
  /** See infoUrlOf. */
  infoUrl: string;
  clock: Clock;
  /** The browser's when left out. */
  fetch?: (url: string, init: { signal: AbortSignal; cache: 'no-store' }) => Promise<Response>;
  isOnline?: () => boolean;
}

/** Asks the proxy. Throws PoplarError `offline`, `proxy-unreachable`, `proxy-login-needed`,
 * `proxy-refused-page`, `proxy-protocol`, and `proxy-absent` where a web server without one answers. */
export async function fetchProxyFacts(options: ProxyInfoOptions): Promise<ProxyFacts> {
  if (options.isOnline?.() === false) throw new PoplarError('offline', 'page', { retryable: true });
  const answer = await fetchJson(options);
  const parsed = v.safeParse(proxyInfo, answer);
  if (!parsed.success && !v.is(anyPoplar, answer))
    throw absent('What answers does not describe itself as a proxy of Poplar.');
  if (!parsed.success)
    throw proxyProtocolError('The proxy describes itself in a way that is not understood.');
  const { version, ports, demo, needsToken, policy } = parsed.output;
  return { version, ports, demo: demo === null ? null : toDraft(demo), needsToken, policy };
}

async function fetchJson({ infoUrl, clock, fetch: ask = fetch }: ProxyInfoOptions): Promise<unknown> {
  const timeout = new AbortController();
  const stop = clock.after(TIMEOUT_MS, () => {
    timeout.abort();
  });
  try {
    const response = await ask(infoUrl, { signal: timeout.signal, cache: 'no-store' });
    if (!response.ok) throw refusal(response.status);
    const text = await response.text();
    return parseJson(text);
  } catch (cause) {
    if (cause instanceof PoplarError) throw cause;
    throw new PoplarError('proxy-unreachable', 'proxy', { retryable: true, cause });
  } finally {
    stop();
  }
}

/** What web servers say of a path that they do not know; websockify without a page says 405. */
const NOT_HERE: readonly number[] = [404, 405, 410];

function refusal(status: number): PoplarError {
  if (status === 401) return new PoplarError('proxy-login-needed', 'proxy');
  // 421: the proxy does not know itself by the name in the address bar.
  const code = status === 403 || status === 421 ? 'proxy-refused-page' : 'proxy-unreachable';
  const detail = { message: `The answer had HTTP status ${status}` };
  if (NOT_HERE.includes(status)) return new PoplarError('proxy-absent', 'proxy', { detail });
  return new PoplarError(code, 'proxy', { retryable: status >= 500, detail });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A static host without a proxy answers with its index page.
    throw absent('What answers is a web server, but no proxy of Poplar.');
  }
}

function absent(message: string): PoplarError {
  return new PoplarError('proxy-absent', 'proxy', { detail: { message } });
}

function toDraft(demo: DemoMailbox): ProxyFacts['demo'] {
  const { address, displayName, host, user, password } = demo;
  const incoming = { host, port: demo.port, security: 'none' as const };
  return { address, displayName, incoming, user, password, rememberPassword: true, demo: true };
}
