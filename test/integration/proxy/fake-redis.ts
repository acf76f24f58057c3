/**
 * A server that speaks as much of Redis's protocol as the proxy hears, with switches for what a real one cannot be made
 * to do at will: fall silent, refuse writes, hang up. It keeps nothing: every count is 1 and every claim is granted.
 */
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import type { RedisTarget } from '../../../proxy/limits/redis-target.ts';

const ANSWERS: Readonly<Record<string, string>> = {
  MULTI: '+OK\r\n',
  GET: '+QUEUED\r\n',
  PTTL: '+QUEUED\r\n',
  EXEC: '*2\r\n$-1\r\n:-2\r\n',
};

export class FakeRedis {
  /** Takes everything and answers nothing. */
  isSilent = false;
  /** Said in place of the answer to these commands. */
  refuse: Readonly<Record<string, string>> = {};
  /** All commands with their arguments. */
  readonly commands: string[][] = [];
  connections = 0;
  readonly target: RedisTarget = {
    host: '127.0.0.1',
    port: 0,
    isTls: false,
    user: 'poplar',
    password: 'correct horse',
    database: 0,
  };
  readonly #server = net.createServer((socket) => this.#serve(socket));
  readonly #sockets = new Set<net.Socket>();

  static async start(): Promise<FakeRedis> {
    const redis = new FakeRedis();
    await new Promise<void>((resolve) => redis.#server.listen(0, '127.0.0.1', resolve));
    redis.target.port = (redis.#server.address() as AddressInfo).port;
    return redis;
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.hangUp();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  #serve(socket: net.Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let read = readCommand(text); read !== null; read = readCommand(text)) {
        text = read.rest;
        this.commands.push(read.command);
        if (!this.isSilent) socket.write(this.#answerTo(read.command));
      }
    });
  }

  #answerTo([verb = '', _script, _keys, key = '']: string[]): string {
    const name = verb.toUpperCase();
    const isClaim = /^poplar:(tunnels|instance):/.test(key);
    const toScript = isClaim ? ':1\r\n' : '*2\r\n:1\r\n:60000\r\n';
    const answer = name.startsWith('EVAL') ? toScript : (ANSWERS[name] ?? '+OK\r\n');
    return this.refuse[name] ?? answer;
  }
}

/** The first command of `text` (an array of bulk strings), or null when it is not whole. */
function readCommand(text: string): { command: string[]; rest: string } | null {
  const head = /^\*(\d+)\r\n/.exec(text);
  if (head === null) return null;
  const command: string[] = [];
  let at = head[0].length;
  while (command.length < Number(head[1])) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at, at + 20));
    if (size === null) return null;
    const from = at + size[0].length;
    at = from + Number(size[1]) + 2;
    if (at > text.length) return null;
    command.push(text.slice(from, at - 2));
  }
  return { command, rest: text.slice(at) };
}
