/**
 * A proxy in a process of its own, from the sources: memory and descriptors are then those of the proxy alone, and what
 * it fails to catch is counted. Child of proxy-process.ts; `argv[2]` are ProxyOptions as JSON.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const faults = [];
process.on('uncaughtException', (error) => faults.push(String(error?.stack ?? error)));
process.on('unhandledRejection', (error) => faults.push(`unhandled: ${String(error?.stack ?? error)}`));

const load = async (file) =>
  (await runnerImport(join(root, file), { root, configFile: false, logLevel: 'warn' })).module;
const { startProxy } = await load('proxy/server.ts');
const { createLog } = await load('proxy/report/log.ts');
const { ThrottledLog } = await load('proxy/report/throttled-log.ts');

const log = new ThrottledLog(createLog('info'));
const proxy = await startProxy({
  ...JSON.parse(process.argv[2] ?? '{}'),
  resolve: async () => ['127.0.0.1'],
  log,
});

/** What stands and is held now, after collections: buffers are freed beside them, and counted as freed by the next. */
async function state() {
  for (let n = 0; n < 3; n += 1) {
    globalThis.gc?.();
    await turn();
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  const descriptors = readdirSync('/proc/self/fd').length;
  return { ...proxy.counters(), descriptors, usedOctets: heapUsed + external, rssOctets: rss, faults };
}

process.on('message', (asked) => {
  if (asked === 'state') void state().then((now) => process.send?.(now));
  if (asked === 'drain') void proxy.drain(60_000);
  if (asked === 'close') void proxy.close().then(() => (log.close(), process.exit(0)));
});
process.on('disconnect', () => process.exit(0));
process.send?.({ url: proxy.url, port: proxy.port, metricsPort: proxy.metricsPort });
