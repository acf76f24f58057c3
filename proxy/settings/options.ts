/**
 * The options of the command line: names, defaults, help. It must not know what the values mean.
 *
 * OPTIONS is the one table. The other sources of settings (other-settings.ts) hand in the same names and texts, and
 * config.ts reads them by the same rules.
 */
import { parseArgs } from 'node:util';
import { DEFAULTS } from './defaults.ts';

interface Option {
  type: 'boolean' | 'string';
  multiple?: boolean;
  /** What stands for the value in the help. */
  value?: string;
  help: string;
}

const OPTIONS = {
  port: { type: 'string', value: 'PORT', help: `port to listen on, 0 for any free one (${DEFAULTS.port})` },
  host: {
    type: 'string',
    value: 'ADDRESS',
    help: `address to listen on (${DEFAULTS.host}, this machine only)`,
  },
  'base-path': {
    type: 'string',
    value: 'PATH',
    help: `where the page is, such as /mail/, when a reverse proxy keeps the path (${DEFAULTS.basePath})`,
  },
  'tls-cert': {
    type: 'string',
    value: 'FILE',
    help: 'speak HTTPS with this PEM certificate (and those in between); read again on SIGHUP',
  },
  'tls-key': { type: 'string', value: 'FILE', help: 'the PEM key of --tls-cert' },
  'no-demo': { type: 'boolean', help: 'do not start the demo mail server' },
  open: { type: 'boolean', help: 'open the page in the browser' },
  'allow-private': {
    type: 'string',
    multiple: true,
    value: 'HOST:PORT',
    help: 'allow exactly this mail server although it is not on the public internet',
  },
  'allow-port': {
    type: 'string',
    multiple: true,
    value: 'PORT',
    help: `allow this port on every public mail server (beside ${DEFAULTS.ports.join(', ')})`,
  },
  'allow-host': {
    type: 'string',
    multiple: true,
    value: 'HOST',
    help: 'connect to this mail server only; also *.DOMAIN or a network such as 192.0.2.0/24',
  },
  'deny-host': {
    type: 'string',
    multiple: true,
    value: 'HOST',
    help: 'never connect to this mail server; written like --allow-host, and stronger',
  },
  'allow-origin': {
    type: 'string',
    multiple: true,
    value: 'ORIGIN',
    help: 'allow pages of this origin, such as https://mail.example.org, to use the tunnel',
  },
  'connect-origin': {
    type: 'string',
    multiple: true,
    value: 'ORIGIN',
    help: 'let the page use a WebSocket bridge of this origin, such as wss://bridge.example.org',
  },
  'basic-auth-file': {
    type: 'string',
    value: 'FILE',
    help: 'ask for a password: one USER:PASSWORD a line, in clear or from --hash-password',
  },
  'access-token-file': {
    type: 'string',
    value: 'FILE',
    help: 'ask pages for an access token: one a line, 16 characters or more',
  },
  'hash-password': {
    type: 'boolean',
    help: 'read a password from stdin, print its hash for --basic-auth-file, and end',
  },
  public: { type: 'boolean', help: 'listen beyond this machine although strangers could use the tunnel' },
  ca: {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'trust the authorities in this PEM file beside those that Node knows',
  },
  'legacy-tls': {
    type: 'string',
    multiple: true,
    value: 'HOST',
    help: 'speak TLS 1.0 and old ciphers with this mail server; written like --allow-host',
  },
  'max-tunnels': {
    type: 'string',
    value: 'N',
    help: `connections to mail servers at the same time, in this instance (${DEFAULTS.maxTunnels})`,
  },
  'tunnels-per-client': {
    type: 'string',
    value: 'N',
    help: `the same for one client address (${DEFAULTS.tunnelsPerClient})`,
  },
  'tunnels-per-minute': {
    type: 'string',
    value: 'N',
    help: `new connections a minute for one client address (${DEFAULTS.tunnelsPerMinute})`,
  },
  'failed-dials-per-minute': {
    type: 'string',
    value: 'N',
    help: `failed connections a minute until a client has to wait (${DEFAULTS.failedDialsPerMinute})`,
  },
  'wrong-passwords-per-minute': {
    type: 'string',
    value: 'N',
    help: `wrong passwords or tokens a minute until a client has to wait (${DEFAULTS.wrongPasswordsPerMinute})`,
  },
  redis: {
    type: 'string',
    value: 'URL',
    help: 'count what clients may do together with other instances, in this Redis',
  },
  'max-megabytes': {
    type: 'string',
    value: 'N',
    help: 'ends a connection that has carried so much, both ways together (no limit)',
  },
  lifetime: {
    type: 'string',
    value: 'SECONDS',
    help: `ends a connection that is so old (${DEFAULTS.lifetimeMs / 1000})`,
  },
  'trust-proxy': {
    type: 'string',
    multiple: true,
    value: 'ADDRESS',
    help: 'take the client from the X-Forwarded-For of this reverse proxy, or network of them',
  },
  'connect-timeout': {
    type: 'string',
    value: 'SECONDS',
    help: `for look-up, connection and TLS handshake, each (${DEFAULTS.connectTimeoutMs / 1000})`,
  },
  'idle-timeout': {
    type: 'string',
    value: 'SECONDS',
    help: `until a silent connection is closed (${DEFAULTS.idleTimeoutMs / 1000})`,
  },
  drain: {
    type: 'string',
    value: 'SECONDS',
    help: `on SIGTERM connections may go on for so long, while new ones are refused (${DEFAULTS.drainMs / 1000})`,
  },
  log: {
    type: 'string',
    value: 'LEVEL',
    help: `JSON lines on stderr: silent, error, warn, info, debug (${DEFAULTS.logLevel})`,
  },
  'log-addresses': {
    type: 'boolean',
    help: 'write client addresses whole into the log, not their network alone',
  },
  'metrics-port': {
    type: 'string',
    value: 'PORT',
    help: 'serve figures for Prometheus at /metrics on this port, which has nothing else (none)',
  },
  'metrics-host': {
    type: 'string',
    value: 'ADDRESS',
    help: `address for the metrics (${DEFAULTS.metricsHost}); open to whoever reaches it, but for a token`,
  },
  'metrics-token-file': {
    type: 'string',
    value: 'FILE',
    help: 'ask for one of these bearer tokens; without a port of its own /metrics is on --port',
  },
  config: {
    type: 'string',
    value: 'FILE',
    help: 'read options from this JSON file: { "port": 8025, "allow-host": ["*.example.org"] }',
  },
  'check-health': {
    type: 'boolean',
    help: 'ask the instance with these settings whether it is alive; ends with 0 or 1',
  },
  help: { type: 'boolean', help: 'show this' },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;

/** One value as it was written; `from` is how a mistake in it is reported: `--port`, `POPLAR_PORT`, `port in FILE`. */
export interface Setting {
  value: string | boolean;
  from: string;
}
/** All settings, wherever they were written. */
export type Settings = ReadonlyMap<OptionName, readonly Setting[]>;

/** What environment and file may set too: all but what makes the command do something else. */
export const OUTSIDE_COMMAND_LINE: ReadonlySet<string> = new Set(
  Object.keys(OPTIONS).filter((name) => !['help', 'hash-password', 'check-health'].includes(name)),
);

/** The option of this name, if there is one. */
export function findOption(name: string): Option | undefined {
  return Object.hasOwn(OPTIONS, name) ? OPTIONS[name as OptionName] : undefined;
}

const HELP_HEAD = `Poplar: a webmail that lives in the browser, with the proxy that takes it to its mail servers.

Options (defaults in brackets; * may be repeated). Each may also stand in the environment, --allow-host as
POPLAR_ALLOW_HOST with commas between several, or in a JSON file; an option here counts first, then the environment.

`;

/** The text of `--help`. */
export function helpText(): string {
  const lines = Object.entries<Option>(OPTIONS).map(([name, option]) => {
    const left = option.value === undefined ? `--${name}` : `--${name} ${option.value}`;
    return `${option.multiple === true ? '*' : ' '} ${left.padEnd(32)}${option.help}\n`;
  });
  return HELP_HEAD + lines.join('');
}

/** The arguments as settings; what is no option at all is added to `mistakes`. */
export function readArguments(argv: readonly string[], mistakes: string[]): Settings {
  const { tokens } = parseArgs({ args: [...argv], options: OPTIONS, strict: false, tokens: true });
  const settings = new Map<OptionName, Setting[]>();
  for (const token of tokens) {
    if (token.kind === 'positional')
      mistakes.push(`${quote(token.value)}: there are options only, see --help`);
    if (token.kind !== 'option') continue;
    const option = findOption(token.name);
    if (option === undefined) mistakes.push(`${token.rawName}: there is no such option, see --help`);
    else if (option.type === 'boolean' && token.value !== undefined)
      mistakes.push(`${token.rawName}: takes no value`);
    const name = token.name as OptionName;
    const setting = { value: token.value ?? true, from: `--${token.name}` };
    if (option !== undefined) settings.set(name, [...(settings.get(name) ?? []), setting]);
  }
  return settings;
}

export function quote(text: string): string {
  return JSON.stringify(text);
}
