/** Programs that a test starts on loopback: what they said, waiting for it, and their end. */
import type { ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import net, { type AddressInfo } from 'node:net';

/** A program that runs. */
export class Running {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  readonly #news = new EventEmitter();
  #said = '';

  constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
    this.#ended = once(child, 'close').then(([code]) => code as number | null);
    void this.#ended.then(() => this.#news.emit('news'));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (bytes: Buffer) => {
        this.#said += bytes.toString();
        this.#news.emit('news');
      });
    }
  }

  /** All of stdout and stderr so far. */
  get said(): string {
    return this.#said;
  }

  /** Throws with all that it said when it has ended. */
  mustRun(): void {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) throw new Error(`it ended: ${this.#said}`);
  }

  /** Waits until `text` was said so many times, on stdout or stderr. */
  async hasSaid(text: string, times = 1): Promise<void> {
    while (this.#said.split(text).length - 1 < times) {
      this.mustRun();
      await once(this.#news, 'news');
    }
  }

  /** Sends the signal. Resolves with the exit code, null when the signal itself ended it. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    this.#child.kill(signal);
    return this.#ended;
  }
}

/** A port that was free just now. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  return port;
}
