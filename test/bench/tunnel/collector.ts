/**
 * Has a Node process collect its garbage, over the inspector that every one of them opens on SIGUSR1: what is resident
 * right after many tunnels were opened is mostly what the opening left behind, and when Node collects it is chance.
 */
import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { WebSocket } from 'ws';

/** To start Node with, so that many can have an inspector at once. */
export const COLLECTABLE = '--inspect-port=127.0.0.1:0';

/** Passes on what a child says on its standard error, but for the lines of the inspector. */
export class Collector {
  readonly #child: ChildProcess;
  readonly #address: Promise<string>;
  #isOpen = false;

  constructor(child: ChildProcess, errors: Readable) {
    this.#child = child;
    this.#address = new Promise((resolve) => {
      let said = '';
      errors.setEncoding('utf8').on('data', (text: string) => {
        if (!this.#isOpen) return void process.stderr.write(text);
        said += text;
        const address = /ws:\/\/\S+/.exec(said)?.[0];
        if (address !== undefined) resolve(address);
      });
    });
  }

  /** Twice, because the first finds what is only weakly held. */
  async collect(): Promise<void> {
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#child.kill('SIGUSR1');
    }
    const inspector = new WebSocket(await this.#address);
    await once(inspector, 'open');
    for (const id of [1, 2]) {
      inspector.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
      await once(inspector, 'message');
    }
    inspector.terminate();
  }
}
