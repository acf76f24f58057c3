/** A raw client for tests: writes text, waits for text. Octets are kept as latin1, one character an octet. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

export class Conversation {
  #socket: Socket;
  #received = '';
  #closed = false;
  #wake: (() => void) | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#watch(socket);
  }

  static async dial(host: string, port: number): Promise<Conversation> {
    const socket = connect(port, host);
    const conversation = new Conversation(socket);
    await once(socket, 'connect');
    return conversation;
  }

  /** Dials with TLS from the first octet. */
  static async dialTls(host: string, port: number, ca: string): Promise<Conversation> {
    const socket = connectTls({ host, port, ca, servername: 'localhost' });
    const conversation = new Conversation(socket);
    await once(socket, 'secureConnect');
    return conversation;
  }

  /** Puts TLS on the connection; from here on everything is read and written through it. */
  async secure(ca: string): Promise<void> {
    const plain = this.#socket.removeAllListeners('data');
    this.#socket = connectTls({ socket: plain, ca, servername: 'localhost' });
    this.#watch(this.#socket);
    await once(this.#socket, 'secureConnect');
  }

  #watch(socket: Socket): void {
    socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1');
      this.#wake?.();
    });
    // A cut connection may end in a reset; for these tests that is an end like any other.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#closed = true;
      this.#wake?.();
    });
  }

  get socket(): Socket {
    return this.#socket;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Everything received so far and not yet taken. */
  get received(): string {
    return this.#received;
  }

  send(text: string): void {
    this.#socket.write(text, 'latin1');
  }

  /** Takes everything up to and with `mark`. Throws when the connection ends before. */
  async until(mark: string): Promise<string> {
    for (;;) {
      const end = this.#received.indexOf(mark);
      if (end >= 0) {
        const taken = this.#received.slice(0, end + mark.length);
        this.#received = this.#received.slice(end + mark.length);
        return taken;
      }
      if (this.#closed)
        throw new Error(`closed before ${JSON.stringify(mark)}: ${JSON.stringify(this.#received)}`);
      await this.#change();
    }
  }

  /** Sends a line and takes the answer's status line. */
  async ask(line: string): Promise<string> {
    this.send(`${line}\r\n`);
    return (await this.until('\r\n')).slice(0, -2);
  }

  /** Everything up to the end of the connection. */
  async untilClosed(): Promise<string> {
    while (!this.#closed) await this.#change();
    return this.#received;
  }

  close(): void {
    this.#socket.destroy();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
