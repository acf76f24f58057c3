/** The rules that settings keep to, each a sentence and a reader. Reads the files that settings name, opens nothing else. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseUsers, type Users } from '../door/basic-auth.ts';
import { parseHost, parseHostPort, type HostPort } from '../address/host-port.ts';
import { parseHostRule, type HostRule } from '../address/host-rule.ts';
import { canonicalAddress } from '../address/ip-address.ts';
import { parseRedisUrl, type RedisTarget } from '../limits/redis-target.ts';
import { LOG_LEVELS, type LogLevel } from '../report/log.ts';
import { parseOrigin, parseSocketOrigin } from '../door/origin.ts';
import { parseBasePath } from '../door/site-path.ts';
import { parseTokens, type AccessTokens } from '../tunnel/access-tokens.ts';
import type { Rule } from './settings-reader.ts';

export const LISTEN_PORT: Rule<number> = {
  rule: 'a port is a whole number from 0 to 65535',
  parse: readWhole(0, 65535),
};

export const PORT: Rule<number> = {
  rule: 'a port is a whole number from 1 to 65535',
  parse: readWhole(1, 65535),
};

/** Seconds in the setting, milliseconds here. */
export const SECONDS: Rule<number> = {
  rule: 'a number of seconds from 1 to 86400',
  parse: (text) => {
    const seconds = readWhole(1, 86_400)(text);
    return seconds === null ? null : seconds * 1000;
  },
};

/** Seconds in the setting, milliseconds here; none is allowed. */
export const SECONDS_OR_NONE: Rule<number> = {
  rule: 'a number of seconds from 0 to 86400',
  parse: (text) => {
    const seconds = readWhole(0, 86_400)(text);
    return seconds === null ? null : seconds * 1000;
  },
};

export const LISTEN_ADDRESS: Rule<string> = {
  rule: 'an IP address of this machine, or localhost',
  parse: (text) => {
    const host = parseHost(text);
    return host !== null && (host.kind === 'address' || host.text === 'localhost') ? host.text : null;
  },
};

export const DESTINATION: Rule<HostPort> = {
  rule: 'a destination is HOST:PORT, or [ADDRESS]:PORT for IPv6',
  parse: parseHostPort,
};

export const HOST_RULE: Rule<HostRule> = {
  rule: 'a mail server is HOST, *.DOMAIN, an IP address, or a network such as 192.0.2.0/24',
  parse: parseHostRule,
};

export const NETWORK: Rule<HostRule> = {
  rule: 'an IP address, or a network such as 192.0.2.0/24',
  parse: (text) => {
    const rule = parseHostRule(text);
    const isAddress = rule?.kind === 'host' && canonicalAddress(rule.text) !== null;
    return rule?.kind === 'network' || isAddress ? rule : null;
  },
};

export const ORIGIN: Rule<string> = {
  rule: 'an origin is https://HOST or https://HOST:PORT, without a path',
  parse: parseOrigin,
};

export const SOCKET_ORIGIN: Rule<string> = {
  rule: 'a bridge is at wss://HOST or wss://HOST:PORT, without a path; ws:// on this machine only',
  parse: parseSocketOrigin,
};

export const LEVEL: Rule<LogLevel> = {
  rule: `one of ${LOG_LEVELS.join(', ')}`,
  parse: (text) => LOG_LEVELS.find((level) => level === text) ?? null,
};

/** The certificates of a file, each one checked: OpenSSL would take a broken file for an empty one without a word. */
export const PEM_FILE: Rule<string> = {
  rule: 'a readable file of PEM certificates',
  parse: (file) =>
    readWith(file, (text) => {
      const certificates = text.match(PEM_CERTIFICATE) ?? [];
      for (const certificate of certificates) new X509Certificate(certificate);
      return certificates.length === 0 ? null : certificates.join('\n');
    }),
};

export interface TextFile {
  path: string;
  text: string;
}

export const CERTIFICATE_FILE: Rule<TextFile> = {
  rule: 'a readable file of PEM certificates',
  parse: (path) => readWith(path, (text) => (text.match(PEM_CERTIFICATE) === null ? null : { path, text })),
};

export const KEY_FILE: Rule<TextFile> = {
  rule: 'a readable file with a PEM private key',
  parse: (path) =>
    readWith(path, (text) => (/-----BEGIN .*PRIVATE KEY-----/.test(text) ? { path, text } : null)),
};

export const BASE_PATH: Rule<string> = {
  rule: 'a path such as /mail/, of letters, digits, dots, hyphens, underscores and tildes',
  parse: parseBasePath,
};

export const FILE: Rule<string> = {
  rule: 'the path of a file',
  parse: (text) => (text === '' ? null : text),
};

export const USERS_FILE: Rule<Users> = {
  rule: 'a readable file with one USER:PASSWORD a line, each user once',
  parse: (file) => readWith(file, parseUsers),
};

export const REDIS_URL: Rule<RedisTarget> = {
  rule: 'redis://HOST:PORT, or rediss:// for TLS; with a password redis://USER:PASSWORD@HOST:PORT',
  isSecret: true,
  parse: parseRedisUrl,
};

export const TOKENS_FILE: Rule<AccessTokens> = {
  rule: 'a readable file with one token a line, 16 to 256 characters of ASCII each',
  parse: (file) => readWith(file, parseTokens),
};

export const COUNT: Rule<number> = {
  rule: 'a whole number from 1 to 100000',
  parse: readWhole(1, 100_000),
};

/** Megabytes in the setting, octets here. */
export const MEGABYTES: Rule<number> = {
  rule: 'a number of megabytes from 1 to 1000000',
  parse: (text) => {
    const megabytes = readWhole(1, 1_000_000)(text);
    return megabytes === null ? null : megabytes * 1_000_000;
  },
};

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function readWith<T>(file: string, parse: (text: string) => T | null): T | null {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function readWhole(min: number, max: number): (text: string) => number | null {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
    return value >= min && value <= max ? value : null;
  };
}
