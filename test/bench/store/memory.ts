/** What a page and its workers hold, asked of each of their own engines after a collection. */
import type { CDPSession, Page } from 'playwright-core';

/** Octets of JavaScript objects and of buffers beside them, of the page and of all its workers together. */
export async function heldMb(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  const workers: string[] = [];
  session.on('Target.attachedToTarget', ({ sessionId }) => workers.push(sessionId));
  // Not flat: Playwright hands out no sessions of workers, but passes messages on to them.
  await session.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  await session.send('HeapProfiler.collectGarbage');
  let octets = used(await session.send('Runtime.getHeapUsage'));
  for (const worker of workers) octets += await usedByWorker(session, worker);
  await session.detach();
  return octets / 1e6;
}

async function usedByWorker(session: CDPSession, sessionId: string): Promise<number> {
  await askWorker(session, sessionId, 1, 'HeapProfiler.collectGarbage');
  return used(await askWorker(session, sessionId, 2, 'Runtime.getHeapUsage'));
}

function askWorker(session: CDPSession, sessionId: string, id: number, method: string): Promise<HeapUsage> {
  return new Promise((resolve, reject) => {
    session.on('Target.receivedMessageFromTarget', ({ sessionId: from, message }) => {
      const answer = JSON.parse(message) as { id?: number; result?: HeapUsage };
      if (from === sessionId && answer.id === id && answer.result) resolve(answer.result);
    });
    session
      .send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method }) })
      .catch(reject);
  });
}

interface HeapUsage {
  usedSize: number;
  backingStorageSize?: number;
}

const used = ({ usedSize, backingStorageSize = 0 }: HeapUsage): number => usedSize + backingStorageSize;
