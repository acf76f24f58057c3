/**
 * Settings -> Config. Every mistake is reported, all at once, each with the rule it breaks. Opens nothing, prints
 * nothing.
 */
import type { Users } from '../door/basic-auth.ts';
import { problemOf, type TlsFiles } from '../door/own-tls.ts';
import { DEFAULTS } from './defaults.ts';
import type { HostPort } from '../address/host-port.ts';
import type { HostRule } from '../address/host-rule.ts';
import { isLoopback } from '../address/ip-address.ts';
import type { RedisTarget } from '../limits/redis-target.ts';
import type { LogLevel } from '../report/log.ts';
import type { AccessTokens } from '../tunnel/access-tokens.ts';
import { helpText, readArguments, type Settings } from './options.ts';
import { readEnvironment, readSettingsFile } from './other-settings.ts';
import * as rules from './rules.ts';
import { SettingsReader } from './settings-reader.ts';

export interface Config {
  host: string;
  port: number;
  /** With a slash at each end. */
  basePath: string;
  /** Null speaks HTTP. */
  tls: TlsFiles | null;
  demo: boolean;
  open: boolean;
  /** The operator knows that strangers can use the tunnel. */
  public: boolean;
  ports: readonly number[];
  allowPrivate: readonly HostPort[];
  allowHosts: readonly HostRule[];
  denyHosts: readonly HostRule[];
  allowOrigins: readonly string[];
  /** Origins of WebSocket bridges that the page may use. */
  connectOrigins: readonly string[];
  /** Null asks nobody for a password. */
  users: Users | null;
  /** Null asks no page for a token. */
  accessTokens: AccessTokens | null;
  /** PEM texts. */
  extraRoots: readonly string[];
  /** Mail servers with which TLS older than 1.2 is spoken. */
  legacyTlsHosts: readonly HostRule[];
  /** Reverse proxies whose word on the client's address counts. */
  trustProxies: readonly HostRule[];
  maxTunnels: number;
  tunnelsPerClient: number;
  tunnelsPerMinute: number;
  failedDialsPerMinute: number;
  wrongPasswordsPerMinute: number;
  /** Where instances count together; null counts alone. */
  redis: RedisTarget | null;
  /** Both directions together; null sets no limit. */
  maxOctets: number | null;
  lifetimeMs: number;
  connectTimeoutMs: number;
  idleTimeoutMs: number;
  /** How long tunnels may go on after SIGTERM. */
  drainMs: number;
  logLevel: LogLevel;
  /** Client addresses whole. */
  wholeAddresses: boolean;
  /** Null has no listener for metrics. */
  metricsPort: number | null;
  metricsHost: string;
  /** Null asks for no token, and serves no metrics beside the page. */
  metricsTokens: AccessTokens | null;
}

/** What the command line asks for. */
export type Asked =
  | { kind: 'run'; config: Config }
  | { kind: 'hash-password' }
  | { kind: 'check-health'; config: Config }
  | { kind: 'help'; text: string }
  | { kind: 'mistakes'; mistakes: string[] };

const OPEN_TO_STRANGERS = `listening beyond this machine would let whoever reaches this port use it to guess the
  passwords of other people's mailboxes and to send spam through ports 465 and 587, in your name. Choose one:
    --basic-auth-file FILE    only people with a password may use it
    --access-token-file FILE  only pages that were given a token may use it
    --allow-host HOST         it connects to your own mail servers only (may be repeated)
    --public                  you know, and something in front of it keeps strangers away`;

/** Reads the arguments after the script's name, the environment, and the file that one of them names. */
export function parseConfig(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): Asked {
  const mistakes: string[] = [];
  const settings = collectSettings(argv, environment, mistakes);
  const read = new SettingsReader(settings, mistakes);
  if (read.flag('help')) return { kind: 'help', text: helpText() };
  const config = readSettings(read);
  if (isOpenToStrangers(config) && !config.public)
    mistakes.push(`--host ${config.host}: ${OPEN_TO_STRANGERS}`);
  if (config.port !== 0 && config.metricsPort === config.port)
    mistakes.push(`--metrics-port ${config.port}: another port than --port`);
  if (mistakes.length > 0) return { kind: 'mistakes', mistakes };
  if (read.flag('hash-password')) return { kind: 'hash-password' };
  return { kind: read.flag('check-health') ? 'check-health' : 'run', config };
}

/** Per option the first source that names it counts: arguments, environment, file. */
function collectSettings(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  mistakes: string[],
): Settings {
  const said = new Map([...readEnvironment(environment, mistakes), ...readArguments(argv, mistakes)]);
  const files = new SettingsReader(said, mistakes).many('config', rules.FILE);
  return new Map([...files.flatMap((file) => [...readSettingsFile(file, mistakes)]), ...said]);
}

/** True when anybody who reaches the port can go to any mail server through it. */
export function isOpenToStrangers({ host, users, accessTokens, allowHosts }: Config): boolean {
  return !isLocal(host) && users === null && accessTokens === null && allowHosts.length === 0;
}

/** True when anybody who reaches the port of the metrics can read them. */
export function areMetricsOpen({ metricsPort, metricsHost, metricsTokens }: Config): boolean {
  return metricsPort !== null && !isLocal(metricsHost) && metricsTokens === null;
}

function isLocal(host: string): boolean {
  return host === 'localhost' || isLoopback(host);
}

/** Both or neither, and they belong together. */
function readTls(read: SettingsReader): TlsFiles | null {
  const certificate = read.one<rules.TextFile | null>('tls-cert', null, rules.CERTIFICATE_FILE);
  const key = read.one<rules.TextFile | null>('tls-key', null, rules.KEY_FILE);
  if (certificate === null && key === null) return null;
  if (certificate === null || key === null) {
    if (!read.has('tls-cert') || !read.has('tls-key')) {
      read.mistake('--tls-cert and --tls-key: one is of no use without the other');
    }
    return null;
  }
  const problem = problemOf({ cert: certificate.text, key: key.text });
  if (problem !== null) read.mistake(`--tls-cert and --tls-key: ${problem}`);
  return { certificate: certificate.path, key: key.path };
}

function readSettings(read: SettingsReader): Config {
  return {
    host: read.one('host', DEFAULTS.host, rules.LISTEN_ADDRESS),
    port: read.one('port', DEFAULTS.port, rules.LISTEN_PORT),
    basePath: read.one('base-path', DEFAULTS.basePath, rules.BASE_PATH),
    tls: readTls(read),
    demo: !read.flag('no-demo'),
    open: read.flag('open'),
    public: read.flag('public'),
    ports: [...new Set([...DEFAULTS.ports, ...read.many('allow-port', rules.PORT)])],
    allowPrivate: read.many('allow-private', rules.DESTINATION),
    allowHosts: read.many('allow-host', rules.HOST_RULE),
    denyHosts: read.many('deny-host', rules.HOST_RULE),
    allowOrigins: read.many('allow-origin', rules.ORIGIN),
    connectOrigins: read.many('connect-origin', rules.SOCKET_ORIGIN),
    users: read.one<Users | null>('basic-auth-file', null, rules.USERS_FILE),
    accessTokens: read.one<AccessTokens | null>('access-token-file', null, rules.TOKENS_FILE),
    extraRoots: read.many('ca', rules.PEM_FILE),
    legacyTlsHosts: read.many('legacy-tls', rules.HOST_RULE),
    trustProxies: read.many('trust-proxy', rules.NETWORK),
    maxTunnels: read.one('max-tunnels', DEFAULTS.maxTunnels, rules.COUNT),
    tunnelsPerClient: read.one('tunnels-per-client', DEFAULTS.tunnelsPerClient, rules.COUNT),
    tunnelsPerMinute: read.one('tunnels-per-minute', DEFAULTS.tunnelsPerMinute, rules.COUNT),
    failedDialsPerMinute: read.one('failed-dials-per-minute', DEFAULTS.failedDialsPerMinute, rules.COUNT),
    wrongPasswordsPerMinute: read.one(
      'wrong-passwords-per-minute',
      DEFAULTS.wrongPasswordsPerMinute,
      rules.COUNT,
    ),
    redis: read.one<RedisTarget | null>('redis', null, rules.REDIS_URL),
    maxOctets: read.one<number | null>('max-megabytes', null, rules.MEGABYTES),
    lifetimeMs: read.one('lifetime', DEFAULTS.lifetimeMs, rules.SECONDS),
    connectTimeoutMs: read.one('connect-timeout', DEFAULTS.connectTimeoutMs, rules.SECONDS),
    idleTimeoutMs: read.one('idle-timeout', DEFAULTS.idleTimeoutMs, rules.SECONDS),
    drainMs: read.one('drain', DEFAULTS.drainMs, rules.SECONDS_OR_NONE),
    logLevel: read.one<LogLevel>('log', DEFAULTS.logLevel, rules.LEVEL),
    wholeAddresses: read.flag('log-addresses'),
    metricsPort: read.one<number | null>('metrics-port', null, rules.LISTEN_PORT),
    metricsHost: read.one('metrics-host', DEFAULTS.metricsHost, rules.LISTEN_ADDRESS),
    metricsTokens: read.one<AccessTokens | null>('metrics-token-file', null, rules.TOKENS_FILE),
  };
}
