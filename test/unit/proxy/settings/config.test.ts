import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parseConfig, type Config } from '../../../../proxy/settings/config.ts';

const certificate = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/certs/${name}`, import.meta.url));

function config(...argv: string[]): Config {
  const asked = parseConfig(argv);
  if (asked.kind !== 'run') throw new Error(JSON.stringify(asked));
  return asked.config;
}

function mistakes(...argv: string[]): string[] {
  const asked = parseConfig(argv);
  return asked.kind === 'mistakes' ? asked.mistakes : [];
}

const folder = mkdtempSync(join(tmpdir(), 'poplar-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of users with this text. */
function users(text: string): string {
  const file = join(folder, 'users');
  writeFileSync(file, text);
  return file;
}

/** A file of access tokens with this text. */
function tokens(text: string): string {
  const file = join(folder, 'tokens');
  writeFileSync(file, text);
  return file;
}

describe('parseConfig', () => {
  it('is safe when nothing is said', () => {
    expect(config()).toEqual({
      host: '127.0.0.1',
      port: 8025,
      basePath: '/',
      tls: null,
      demo: true,
      open: false,
      public: false,
      ports: [110, 995, 465, 587],
      allowPrivate: [],
      allowHosts: [],
      denyHosts: [],
      allowOrigins: [],
      connectOrigins: [],
      users: null,
      accessTokens: null,
      extraRoots: [],
      legacyTlsHosts: [],
      trustProxies: [],
      maxTunnels: 256,
      tunnelsPerClient: 32,
      tunnelsPerMinute: 120,
      failedDialsPerMinute: 30,
      wrongPasswordsPerMinute: 20,
      redis: null,
      maxOctets: null,
      lifetimeMs: 43_200_000,
      connectTimeoutMs: 15_000,
      idleTimeoutMs: 600_000,
      drainMs: 8_000,
      logLevel: 'warn',
      wholeAddresses: false,
      metricsPort: null,
      metricsHost: '127.0.0.1',
      metricsTokens: null,
    });
  });

  it.each<[string[], Partial<Config>]>([
    [['--port', '0'], { port: 0 }],
    [['--port=9000'], { port: 9000 }],
    [['--port', '1', '--port', '2'], { port: 2 }],
    [['--host', '0.0.0.0', '--public'], { host: '0.0.0.0', public: true }],
    [['--host', '::', '--allow-host', '*.example.org'], { host: '::', public: false }],
    [['--host', '192.0.2.1', '--basic-auth-file', users('bob:secret')], { host: '192.0.2.1' }],
    [['--host', '192.0.2.1', '--access-token-file', tokens('a-token-of-16-chars')], { public: false }],
    [['--host', '[::1]'], { host: '::1' }],
    [['--host', 'localhost'], { host: 'localhost' }],
    [['--no-demo', '--open'], { demo: false, open: true }],
    [['--allow-port', '25', '--allow-port', '110'], { ports: [110, 995, 465, 587, 25] }],
    [['--allow-private', 'Mail.LAN:995'], { allowPrivate: [{ host: 'mail.lan', port: 995 }] }],
    [
      ['--allow-private', '10.0.0.1:110', '--allow-private', '[fd00::1]:995'],
      {
        allowPrivate: [
          { host: '10.0.0.1', port: 110 },
          { host: 'fd00::1', port: 995 },
        ],
      },
    ],
    [['--allow-origin', 'https://mail.example.org'], { allowOrigins: ['https://mail.example.org'] }],
    [
      ['--connect-origin', 'wss://bridge.example.org', '--connect-origin', 'ws://127.0.0.1:6080'],
      { connectOrigins: ['wss://bridge.example.org', 'ws://127.0.0.1:6080'] },
    ],
    [
      ['--allow-host', 'POP.example.org', '--allow-host', '*.example.net', '--deny-host', '1.2.3.4'],
      {
        allowHosts: [
          { kind: 'host', text: 'pop.example.org' },
          { kind: 'below', text: '.example.net' },
        ],
        denyHosts: [{ kind: 'host', text: '1.2.3.4' }],
      },
    ],
    [
      ['--legacy-tls', 'old.example.org', '--legacy-tls', '*.example.net'],
      {
        legacyTlsHosts: [
          { kind: 'host', text: 'old.example.org' },
          { kind: 'below', text: '.example.net' },
        ],
      },
    ],
    [['--max-tunnels', '5'], { maxTunnels: 5 }],
    [
      ['--tunnels-per-client', '2', '--tunnels-per-minute', '3'],
      { tunnelsPerClient: 2, tunnelsPerMinute: 3 },
    ],
    [
      ['--failed-dials-per-minute', '4', '--wrong-passwords-per-minute', '5'],
      { failedDialsPerMinute: 4, wrongPasswordsPerMinute: 5 },
    ],
    [
      ['--redis', 'rediss://ann:s%40f@redis.lan/2'],
      {
        redis: { host: 'redis.lan', port: 6379, isTls: true, user: 'ann', password: 's@f', database: 2 },
      },
    ],
    [['--max-megabytes', '2', '--lifetime', '60'], { maxOctets: 2_000_000, lifetimeMs: 60_000 }],
    [['--trust-proxy', '[::1]'], { trustProxies: [{ kind: 'host', text: '::1' }] }],
    [['--connect-timeout', '3', '--idle-timeout', '60'], { connectTimeoutMs: 3000, idleTimeoutMs: 60_000 }],
    [['--drain', '0'], { drainMs: 0 }],
    [['--log', 'info'], { logLevel: 'info' }],
  ])('reads %j', (argv, expected) => {
    expect(config(...argv)).toMatchObject(expected);
  });

  it('reads certificate and key of its own', () => {
    const [cert, key] = [certificate('good.pem'), certificate('server.key')];
    expect(config('--tls-cert', cert, '--tls-key', key).tls).toEqual({ certificate: cert, key });
  });

  it.each([
    [['--tls-cert', certificate('good.pem')], 'one is of no use without the other'],
    [['--tls-key', certificate('server.key')], 'one is of no use without the other'],
    [
      ['--tls-cert', certificate('ca.pem'), '--tls-key', certificate('server.key')],
      'the key does not belong',
    ],
    [
      ['--tls-cert', certificate('server.key'), '--tls-key', certificate('server.key')],
      'a readable file of PEM',
    ],
    [['--tls-cert', certificate('good.pem'), '--tls-key', certificate('good.pem')], 'a PEM private key'],
    [['--tls-cert', '/nowhere', '--tls-key', certificate('server.key')], 'a readable file of PEM'],
  ])('refuses %j with one line', (argv, words) => {
    expect(mistakes(...argv)).toEqual([expect.stringContaining(words)]);
  });

  it('reads the certificates of a PEM file, all of them', () => {
    const [pem = ''] = config('--ca', certificate('complete-chain.pem')).extraRoots;
    expect(pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });

  it.each([
    [['--port', 'x'], '--port "x": a port is a whole number from 0 to 65535'],
    [['--port', '65536'], '--port "65536": a port is a whole number from 0 to 65535'],
    [['--port', '-1'], '--port "-1": a port is a whole number from 0 to 65535'],
    [['--port'], '--port has no value: a port is a whole number from 0 to 65535'],
    [['--port='], '--port "": a port is a whole number from 0 to 65535'],
    [['--host', 'example.org'], '--host "example.org": an IP address of this machine, or localhost'],
    [['--allow-port', '0'], '--allow-port "0": a port is a whole number from 1 to 65535'],
    [
      ['--allow-private', '10.0.0.1'],
      '--allow-private "10.0.0.1": a destination is HOST:PORT, or [ADDRESS]:PORT for IPv6',
    ],
    [
      ['--allow-private', '10.0.0.0/8:110'],
      '--allow-private "10.0.0.0/8:110": a destination is HOST:PORT, or [ADDRESS]:PORT for IPv6',
    ],
    [
      ['--connect-origin', "wss://a.example 'unsafe-inline'"],
      `--connect-origin "wss://a.example 'unsafe-inline'": a bridge is at wss://HOST or wss://HOST:PORT, without a path; ws:// on this machine only`,
    ],
    [
      ['--allow-origin', '*'],
      '--allow-origin "*": an origin is https://HOST or https://HOST:PORT, without a path',
    ],
    [
      ['--allow-host', 'a b'],
      '--allow-host "a b": a mail server is HOST, *.DOMAIN, an IP address, or a network such as 192.0.2.0/24',
    ],
    [['--ca', '/nowhere/ca.pem'], '--ca "/nowhere/ca.pem": a readable file of PEM certificates'],
    [
      ['--ca', certificate('server.key')],
      `--ca "${certificate('server.key')}": a readable file of PEM certificates`,
    ],
    [
      ['--basic-auth-file', '/nowhere/users'],
      '--basic-auth-file "/nowhere/users": a readable file with one USER:PASSWORD a line, each user once',
    ],
    [
      ['--access-token-file', '/nowhere/tokens'],
      '--access-token-file "/nowhere/tokens": a readable file with one token a line, 16 to 256 characters of ASCII each',
    ],
    [['--max-tunnels', '0'], '--max-tunnels "0": a whole number from 1 to 100000'],
    [['--max-megabytes', '0'], '--max-megabytes "0": a number of megabytes from 1 to 1000000'],
    [
      ['--trust-proxy', 'proxy.lan'],
      '--trust-proxy "proxy.lan": an IP address, or a network such as 192.0.2.0/24',
    ],
    [['--trust-proxy', '*.lan'], '--trust-proxy "*.lan": an IP address, or a network such as 192.0.2.0/24'],
    [['--drain', '-1'], '--drain "-1": a number of seconds from 0 to 86400'],
    [['--idle-timeout', '0.5'], '--idle-timeout "0.5": a number of seconds from 1 to 86400'],
    [['--log', 'loud'], '--log "loud": one of silent, error, warn, info, debug'],
    [['--prot', '1'], '--prot: there is no such option, see --help'],
    [['--__proto__'], '--__proto__: there is no such option, see --help'],
    [['--no-open'], '--no-open: there is no such option, see --help'],
    [['--open=yes'], '--open: takes no value'],
    [['start'], '"start": there are options only, see --help'],
  ])('names the mistake in %j', (argv, expected) => {
    expect(mistakes(...argv)).toContain(expected);
  });

  it('does not repeat what may hold a password', () => {
    const file = join(folder, 'secret.json');
    writeFileSync(file, JSON.stringify({ redis: 'http://ann:hunter2@redis.lan' }));
    const wrong = parseConfig(['--config', file], {});
    const [mistake = ''] = wrong.kind === 'mistakes' ? wrong.mistakes : [];
    expect(mistake).toContain(`redis in ${file} is not understood: redis://HOST:PORT, or rediss:// for TLS`);
    expect(mistake).not.toContain('hunter2');
  });

  it.each(['0.0.0.0', '::', '192.0.2.1', '[fd00::1]'])('does not listen at %s for strangers', (host) => {
    const [mistake = ''] = mistakes('--host', host, '--deny-host', 'pop.example.org');
    expect(mistake).toMatch(/^--host \S+: listening beyond this machine would let whoever reaches this port/);
    for (const way of ['--basic-auth-file', '--access-token-file', '--allow-host', '--public', 'spam'])
      expect(mistake).toContain(way);
  });

  it('does not repeat what stands in a file of tokens that it cannot take', () => {
    const file = join(folder, 'bad-tokens');
    writeFileSync(file, 'short\na-token-of-16-chars\n');
    const [mistake = ''] = mistakes('--access-token-file', file);
    expect(mistake).toContain('16 to 256 characters');
    expect(mistake).not.toMatch(/short|a-token/);
  });

  it.each(['127.0.0.1', '127.8.9.10', '::1', 'localhost'])('asks nothing of who listens at %s', (host) => {
    expect(config('--host', host).host).toContain(host);
  });

  /** The config of these variables and, when there is a text, of a file with it. */
  function from(environment: Record<string, string>, text?: string, ...argv: string[]): Config | string[] {
    const file = join(folder, 'poplar.json');
    if (text !== undefined) writeFileSync(file, text);
    const asked = parseConfig([...argv, ...(text === undefined ? [] : ['--config', file])], environment);
    if (asked.kind === 'mistakes') return asked.mistakes.map((mistake) => mistake.replace(file, 'FILE'));
    return asked.kind === 'run' ? asked.config : [asked.kind];
  }

  it.each<[string, Record<string, string>, string | undefined, string[], Partial<Config>]>([
    ['a variable', { POPLAR_PORT: '9000' }, undefined, [], { port: 9000 }],
    ['an empty variable', { POPLAR_PORT: ' ' }, undefined, [], { port: 8025 }],
    [
      'variables of others',
      { PORT: '9', POPLAR: 'x', POPLAR_SERVERS: '/x', POPLAR_SERVERS_SKIP: '1' },
      undefined,
      [],
      { port: 8025 },
    ],
    ['a list', { POPLAR_ALLOW_PORT: '25, 26' }, undefined, [], { ports: [110, 995, 465, 587, 25, 26] }],
    ['a switch', { POPLAR_NO_DEMO: 'Yes', POPLAR_OPEN: '1' }, undefined, [], { demo: false, open: true }],
    ['a switch that is off', { POPLAR_NO_DEMO: '0' }, undefined, [], { demo: true }],
    ['a file', {}, '{ "port": 9000, "no-demo": true }', [], { port: 9000, demo: false }],
    ['a list in a file', {}, '{ "allow-port": [25, "26"] }', [], { ports: [110, 995, 465, 587, 25, 26] }],
    ['a single value in a file', {}, '{ "allow-port": 25 }', [], { ports: [110, 995, 465, 587, 25] }],
    ['a variable over a file', { POPLAR_PORT: '2' }, '{ "port": 3 }', [], { port: 2 }],
    ['an argument over both', { POPLAR_PORT: '2' }, '{ "port": 3 }', ['--port', '1'], { port: 1 }],
    ['a variable that takes a switch back', { POPLAR_OPEN: 'off' }, '{ "open": true }', [], { open: false }],
  ])('reads %s', (_kind, environment, text, argv, expected) => {
    expect(from(environment, text, ...argv)).toMatchObject(expected);
  });

  it.each<[Record<string, string>, string | undefined, string]>([
    [{ POPLAR_PORT: 'x' }, undefined, 'POPLAR_PORT "x": a port is a whole number from 0 to 65535'],
    [{ POPLAR_PROT: '1' }, undefined, 'POPLAR_PROT: there is no such option, see --help'],
    [{ POPLAR_HELP: '1' }, undefined, 'POPLAR_HELP: there is no such option, see --help'],
    [{ POPLAR_OPEN: 'perhaps' }, undefined, 'POPLAR_OPEN "perhaps": on or off'],
    [{ POPLAR_CONFIG: '/nowhere' }, undefined, '--config "/nowhere": a readable file with one JSON object'],
    [{}, '[]', '--config "FILE": a readable file with one JSON object'],
    [{}, '{ "port": 1', '--config "FILE": a readable file with one JSON object'],
    [{}, '{ "port": "x" }', 'port in FILE "x": a port is a whole number from 0 to 65535'],
    [{}, '{ "port": [1, 2] }', 'port in FILE: a text or a number'],
    [{}, '{ "port": null }', 'port in FILE: a text or a number'],
    [{}, '{ "open": "yes" }', 'open in FILE: true or false'],
    [{}, '{ "config": "x" }', 'config in FILE: there is no such option, see --help'],
    [{}, '{ "constructor": 1 }', 'constructor in FILE: there is no such option, see --help'],
  ])('names the mistake in %j %s', (environment, text, expected) => {
    expect(from(environment, text)).toContain(expected);
  });

  it('reports the mistakes of all sources together', () => {
    expect(from({ POPLAR_HOST: 'x y', POPLAR_LOG: 'q' }, '{ "prot": 1 }', '--bogus')).toHaveLength(4);
  });

  it('reports all mistakes at once', () => {
    expect(mistakes('--port', 'x', '--host', 'y z', '--bogus', '--log', 'q')).toHaveLength(4);
  });

  it('shows every option in the help, whatever else is wrong', () => {
    const asked = parseConfig(['--help', '--port', 'x']);
    expect(asked.kind).toBe('help');
    const text = asked.kind === 'help' ? asked.text : '';
    for (const option of [
      '--port',
      '--host',
      '--no-demo',
      '--open',
      '--allow-private',
      '--ca',
      '--idle-timeout',
    ]) {
      expect(text).toContain(`${option} `);
    }
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});
