/**
 * Settings -> Config. Every mistake is reported, all at once, each with the rule it breaks. Reads only the files that
 * `--ca` names; opens nothing, prints nothing.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DEFAULTS } from './defaults.ts';
import { parseHost, parseHostPort, type HostPort } from './host-port.ts';
import { parseHostRule, type HostRule } from './host-rule.ts';
import { LOG_LEVELS, type LogLevel } from './log.ts';
import { helpText, quote, readArguments, type OptionName, type Settings } from './options.ts';
import { parseOrigin } from './origin.ts';

export interface Config {
  host: string;
  port: number;
  demo: boolean;
  open: boolean;
  ports: readonly number[];
  allowPrivate: readonly HostPort[];
  allowHosts: readonly HostRule[];
  denyHosts: readonly HostRule[];
  allowOrigins: readonly string[];
  /** PEM texts. */
  extraRoots: readonly string[];
  maxTunnels: number;
  connectTimeoutMs: number;
  idleTimeoutMs: number;
  logLevel: LogLevel;
}

/** What the command line asks for. */
export type Asked =
  { kind: 'run'; config: Config } | { kind: 'help'; text: string } | { kind: 'mistakes'; mistakes: string[] };

/** Reads the arguments after the script's name. */
export function parseConfig(argv: readonly string[]): Asked {
  const mistakes: string[] = [];
  const settings = readArguments(argv, mistakes);
  if (settings.help === true) return { kind: 'help', text: helpText() };
  const config = readSettings(new SettingsReader(settings, mistakes));
  return mistakes.length === 0 ? { kind: 'run', config } : { kind: 'mistakes', mistakes };
}

const PORT: Rule<number> = { rule: 'a port is a whole number from 1 to 65535', parse: wholeNumber(1, 65535) };
const HOST_RULE: Rule<HostRule> = {
  rule: 'a mail server is HOST, *.DOMAIN, an IP address, or a network such as 192.0.2.0/24',
  parse: parseHostRule,
};
const SECONDS: Rule<number> = {
  rule: 'a number of seconds from 1 to 86400',
  parse: (text) => {
    const seconds = wholeNumber(1, 86_400)(text);
    return seconds === null ? null : seconds * 1000;
  },
};

function readSettings(read: SettingsReader): Config {
  return {
    host: read.one('host', DEFAULTS.host, LISTEN_ADDRESS),
    port: read.one('port', DEFAULTS.port, {
      rule: 'a port is a whole number from 0 to 65535',
      parse: wholeNumber(0, 65535),
    }),
    demo: !read.flag('no-demo'),
    open: read.flag('open'),
    ports: [...new Set([...DEFAULTS.ports, ...read.many('allow-port', PORT)])],
    allowPrivate: read.many('allow-private', {
      rule: 'a destination is HOST:PORT, or [ADDRESS]:PORT for IPv6',
      parse: parseHostPort,
    }),
    allowHosts: read.many('allow-host', HOST_RULE),
    denyHosts: read.many('deny-host', HOST_RULE),
    allowOrigins: read.many('allow-origin', {
      rule: 'an origin is https://HOST or https://HOST:PORT, without a path',
      parse: parseOrigin,
    }),
    extraRoots: read.many('ca', { rule: 'a readable file of PEM certificates', parse: readPem }),
    maxTunnels: read.one('max-tunnels', DEFAULTS.maxTunnels, {
      rule: 'a whole number from 1 to 100000',
      parse: wholeNumber(1, 100_000),
    }),
    connectTimeoutMs: read.one('connect-timeout', DEFAULTS.connectTimeoutMs, SECONDS),
    idleTimeoutMs: read.one('idle-timeout', DEFAULTS.idleTimeoutMs, SECONDS),
    logLevel: read.one<LogLevel>('log', DEFAULTS.logLevel, {
      rule: `one of ${LOG_LEVELS.join(', ')}`,
      parse: (text) => LOG_LEVELS.find((level) => level === text) ?? null,
    }),
  };
}

/** A value in words, and how to read it: null when the text breaks the rule. */
interface Rule<T> {
  rule: string;
  parse(text: string): T | null;
}

const LISTEN_ADDRESS: Rule<string> = {
  rule: 'an IP address of this machine, or localhost',
  parse: (text) => {
    const host = parseHost(text);
    return host !== null && (host.kind === 'address' || host.text === 'localhost') ? host.text : null;
  },
};

class SettingsReader {
  readonly #settings: Settings;
  readonly #mistakes: string[];

  constructor(settings: Settings, mistakes: string[]) {
    this.#settings = settings;
    this.#mistakes = mistakes;
  }

  flag(name: OptionName): boolean {
    return this.#settings[name] === true;
  }

  one<T>(name: OptionName, fallback: T, rule: Rule<T>): T {
    return this.many(name, rule).at(-1) ?? fallback;
  }

  many<T>(name: OptionName, { rule, parse }: Rule<T>): T[] {
    return [this.#settings[name] ?? []].flat().flatMap((text) => {
      const value = typeof text === 'string' ? parse(text) : null;
      if (value !== null) return [value];
      this.#mistakes.push(`--${name} ${typeof text === 'string' ? quote(text) : 'has no value'}: ${rule}`);
      return [];
    });
  }
}

function wholeNumber(min: number, max: number): (text: string) => number | null {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
    return value >= min && value <= max ? value : null;
  };
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates of a file, each one checked: OpenSSL would take a broken file for an empty one without a word. */
function readPem(file: string): string | null {
  try {
    const certificates = readFileSync(file, 'latin1').match(PEM_CERTIFICATE) ?? [];
    for (const certificate of certificates) new X509Certificate(certificate);
    return certificates.length === 0 ? null : certificates.join('\n');
  } catch {
    return null;
  }
}
