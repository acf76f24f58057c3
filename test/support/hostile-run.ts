/** Many hostile conversations beside one that must not notice, and what has to be so afterwards. */
import fc from 'fast-check';
import type { ProxyProcess } from './proxy-process.ts';
import { startProxyProcess } from './proxy-process.ts';
import { conversation, converse, type HostilePorts } from './hostile-page.ts';
import { LoopbackServers } from './loopback-servers.ts';

/** Conversations at a time. */
const AT_A_TIME = 24;

export interface HostileStage {
  ports: HostilePorts;
  proxy: ProxyProcess;
  /** Connections to the server that the proxy must never dial. */
  forbiddenDials: () => number;
  close(): Promise<void>;
}

/** A proxy in a process of its own, and servers of every kind. */
export async function setHostileStage(): Promise<HostileStage> {
  const servers = new LoopbackServers();
  let forbidden = 0;
  const ports = {
    echo: await servers.serve((socket) => void socket.pipe(socket)),
    closing: await servers.serve((socket) => void socket.resume().end('+OK bye\r\n')),
    resetting: await servers.serve((socket) => void socket.resetAndDestroy()),
    nobody: await servers.closedPort(),
    forbidden: await servers.serve(() => void (forbidden += 1)),
  };
  const allowed = [ports.echo, ports.closing, ports.resetting, ports.nobody];
  const proxy = await startProxyProcess({
    allowPrivate: allowed.map((port) => ({ host: '127.0.0.1', port })),
    tunnelsPerClient: 1000,
    tunnelsPerMinute: 10_000_000,
    failedDialsPerMinute: 10_000_000,
  });
  return {
    ports: { ...ports, proxy: proxy.port },
    proxy,
    forbiddenDials: () => forbidden,
    async close() {
      await proxy.close();
      await servers.close();
    },
  };
}

/** Holds so many conversations; rejects with seed and steps of the first that did not end as it may. */
export async function holdConversations(
  { ports }: HostileStage,
  seed: number,
  numRuns: number,
): Promise<void> {
  const waiting = fc.sample(conversation, { numRuns, seed });
  const hold = async (): Promise<void> => {
    for (let steps = waiting.pop(); steps !== undefined; steps = waiting.pop()) {
      await converse(ports, steps).catch((error: unknown) => {
        waiting.splice(0);
        throw new Error(`seed ${seed}: ${JSON.stringify(steps)}: ${String(error)}`, { cause: error });
      });
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, hold));
}
