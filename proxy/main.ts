#!/usr/bin/env node
/**
 * The command: settings, demo mail server, proxy, one line with the URL, and an orderly end. Runs as dist/proxy/main.js
 * with the built page beside it in dist/web, from any folder.
 */
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { version } from '../package.json';
import { checkHealth } from './check-health.ts';
import { hashPassword } from './door/basic-auth.ts';
import { areMetricsOpen, isOpenToStrangers, parseConfig, type Config } from './settings/config.ts';
import { startDemo } from './demo/demo.ts';
import type { HostPort } from './address/host-port.ts';
import { createLog, type LogFacts } from './report/log.ts';
import { openStderr } from './report/log-sink.ts';
import { ThrottledLog } from './report/throttled-log.ts';
import { openBrowser } from './open-browser.ts';
import type { DemoMailbox } from './protocol.ts';
import { startProxy, type RunningProxy } from './server.ts';
import { errorCode } from './error-code.ts';

/** After this the process ends, whatever still hangs. */
const SHUTDOWN_LIMIT_MS = 2_000;

const PUBLIC_WARNING = `Warning: Poplar listens beyond this machine. Whoever reaches it can connect to any public mail
server through it; keep it behind a firewall, or a reverse proxy that asks people who they are.`;

const METRICS_WARNING = `Warning: the metrics are beyond this machine. Whoever reaches their port can read them; keep it
behind a firewall, or ask for a token with --metrics-token-file.`;

/** What was started, in order; closed in the opposite one. */
const running: { close(): Promise<void> }[] = [];

let isEnding = false;

await main();

async function main(): Promise<void> {
  const asked = parseConfig(process.argv.slice(2), process.env);
  if (asked.kind === 'help') return void process.stdout.write(asked.text);
  if (asked.kind === 'mistakes') return fail(`Poplar was not started:\n  ${asked.mistakes.join('\n  ')}`);
  if (asked.kind === 'hash-password') return printHash();
  const { config } = asked;
  if (asked.kind === 'check-health') process.exit((await checkHealth(config)) ? 0 : 1);
  process.once('SIGINT', () => void shutDown());
  process.once('SIGTERM', () => void shutDown());
  try {
    const { url, drain, reloadTls } = await start(config);
    // Without a certificate SIGHUP stays what it is: the terminal has gone, and so does the process.
    if (config.tls !== null) process.on('SIGHUP', () => void reloadTls());
    process.removeAllListeners('SIGTERM').once('SIGTERM', () => void drain(config.drainMs).then(shutDown));
    process.stdout.write(`Poplar is at ${url}\n`);
    if (isOpenToStrangers(config)) say(PUBLIC_WARNING);
    if (areMetricsOpen(config)) say(METRICS_WARNING);
    if (config.open) openBrowser(url, () => say(`No browser could be opened; visit ${url}`));
  } catch (error) {
    fail(explain(error as Error, config));
  }
}

async function printHash(): Promise<void> {
  const password = (await text(process.stdin)).replace(/\r?\n$/, '');
  process.stdout.write(`${await hashPassword(password)}\n`);
}

/** Starts everything. */
async function start(config: Config): Promise<RunningProxy> {
  const demo = config.demo ? await startDemo({ host: '127.0.0.1' }) : null;
  if (demo !== null) running.push(demo);
  const stderr = openStderr();
  const log = new ThrottledLog(createLog(config.logLevel, stderr));
  const proxy = await startProxy({
    ...config,
    version,
    staticRoot: fileURLToPath(new URL('../web', import.meta.url)),
    demo: demo?.mailbox ?? null,
    allowPrivate: [...config.allowPrivate, ...destinationsOf(demo?.mailbox ?? null)],
    log,
  });
  const endLog = async (): Promise<void> => {
    log.close();
    log.info('stopped', {});
    // What the exit itself has to write overtakes a write under way.
    await stderr.written();
  };
  running.push({ close: endLog }, proxy);
  log.info('listening', { ...inShort(config), port: proxy.port, metricsPort: proxy.metricsPort });
  return proxy;
}

/** The settings that say who may come in and where they may go, for the log. Lists are only counted. */
function inShort(config: Config): LogFacts {
  const { host, ports, allowHosts, denyHosts, allowPrivate, allowOrigins, trustProxies } = config;
  return {
    version,
    host,
    tls: config.tls !== null,
    password: config.users !== null,
    accessToken: config.accessTokens !== null,
    redis: config.redis !== null,
    ports: ports.join(','),
    allowHosts: allowHosts.length,
    denyHosts: denyHosts.length,
    allowPrivate: allowPrivate.length,
    allowOrigins: allowOrigins.length,
    trustProxies: trustProxies.length,
  };
}

/** The demo mail server is on loopback: allowed, but at the two ports it was given just now and nowhere else. */
function destinationsOf(mailbox: DemoMailbox | null): HostPort[] {
  if (mailbox === null) return [];
  return [mailbox.port, mailbox.submissionPort].map((port) => ({ host: mailbox.host, port }));
}

/** Ends everything now. Also the way out of a drain that somebody does not want to wait for. */
async function shutDown(): Promise<void> {
  // The drain that it cut short ends here as well.
  if (isEnding) return;
  isEnding = true;
  // A second signal finds no handler and ends the process at once.
  setTimeout(() => process.exit(0), SHUTDOWN_LIMIT_MS).unref();
  for (const part of running.reverse()) await part.close();
  process.exit(0);
}

function explain(error: Error, config: Config): string {
  const isMetrics = isOfMetrics(error, config);
  const [port, host] = isMetrics ? [config.metricsPort, config.metricsHost] : [config.port, config.host];
  const [portOption, hostOption] = isMetrics ? ['--metrics-port', '--metrics-host'] : ['--port', '--host'];
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return `Port ${port} is in use. Perhaps Poplar is running already; if not, choose another one with ${portOption}.`;
    case 'EACCES':
      return `Port ${port} may not be used by this user; choose one above 1023 with ${portOption}.`;
    case 'EADDRNOTAVAIL':
      return `${host} is not an address of this machine; choose another one with ${hostOption}.`;
    case 'ENOENT':
      return `The page has not been built (${error.message}); run "npm run build".`;
    default:
      return `Poplar could not start: ${error.message}`;
  }
}

/** Was it the listener for metrics that could not listen? Two that take any free port differ in their address. */
function isOfMetrics(error: Error, { port, metricsPort, host, metricsHost }: Config): boolean {
  if (!('address' in error)) return false;
  // Node says no port when it was 0.
  const refused = 'port' in error ? error.port : 0;
  return (
    refused === metricsPort &&
    (metricsPort !== port || (error.address === metricsHost && metricsHost !== host))
  );
}

/** To the person at the terminal; stdout carries the URL alone. */
function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

function fail(message: string): never {
  say(message);
  process.exit(1);
}
