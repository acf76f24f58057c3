/** Starts a proxy in a process of its own (proxy-process.mjs) and asks it how it is. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ProxyOptions } from '../../proxy/proxy-options.ts';

export interface ProxyState {
  tunnels: number;
  heldOctets: number;
  /** Of the whole process; /proc must be there. */
  descriptors: number;
  /** JavaScript heap and buffers, after a collection. */
  usedOctets: number;
  rssOctets: number;
  /** What nobody caught. */
  faults: string[];
}

export interface ProxyProcess {
  url: string;
  port: number;
  /** Null when the options name none. */
  metricsPort: number | null;
  pid: number;
  /** Lines of the log so far. */
  log: () => string[];
  state(): Promise<ProxyState>;
  /** Asks until `condition` holds. */
  until(condition: (state: ProxyState) => boolean): Promise<ProxyState>;
  drain(): void;
  close(): Promise<void>;
}

/** `options` travel as JSON; all names resolve to 127.0.0.1, and the log is written as the command writes it. */
export async function startProxyProcess(
  options: Omit<ProxyOptions, 'resolve' | 'log'>,
): Promise<ProxyProcess> {
  const script = fileURLToPath(new URL('proxy-process.mjs', import.meta.url));
  const child = fork(script, [JSON.stringify(options)], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  let log = '';
  child.stderr?.on('data', (bytes: Buffer) => (log += bytes.toString()));
  const exited = once(child, 'exit');
  const answer = async <T>(): Promise<T> => {
    const first = await Promise.race([once(child, 'message'), exited.then(() => null)]);
    if (first === null) throw new Error(`the proxy has ended: ${log}`);
    return first[0] as T;
  };
  const { url, port, metricsPort } = await answer<Pick<ProxyProcess, 'url' | 'port' | 'metricsPort'>>();
  if (child.pid === undefined) throw new Error('the proxy has no process');
  const state = (): Promise<ProxyState> => {
    const answered = answer<ProxyState>();
    child.send('state');
    return answered;
  };
  return {
    url,
    port,
    metricsPort,
    pid: child.pid,
    log: () => log.split('\n').filter((line) => line !== ''),
    state,
    async until(condition) {
      for (;;) {
        const now = await state();
        if (condition(now)) return now;
        await turn();
      }
    },
    drain: () => void child.send('drain'),
    async close() {
      // One that was killed hears nothing, and may not be known to be gone yet.
      if (child.connected) child.send('close', () => undefined);
      await exited;
    },
  };
}
