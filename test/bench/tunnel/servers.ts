/**
 * The servers that are compared, each a process of its own on a port of its own, and the target behind them. Ours is
 * the built command, as an operator runs it. All end by their process id.
 */
import { execFile, execFileSync, spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Collector, COLLECTABLE } from './collector.ts';
import { endIfAlive, familyOf } from './processes.ts';
import type { Way, Wire } from './load-tunnel.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const fixture = (name: string): string => join(root, 'test/fixtures/certs', name);
const script = (name: string): string => join(root, 'test/bench/tunnel', name);

/** As the image and the unit in proxy/deploy start it; for all, so that they are alike. */
const NODE_OPTIONS = ['--max-semi-space-size=2', '--initial-heap-size=128'];

const WISP_VERSION = '0.5.0';
const START_LIMIT_MS = 10_000;

export interface Target {
  port: number;
  tlsPort: number;
  stop(): void;
}

export interface BenchServer {
  name: string;
  /** The server's process; null for a direct connection. */
  pid: number | null;
  /** It forks a process for each connection. */
  forks: boolean;
  way: Way;
  /** Has it collect its garbage; those that are not Node keep none to speak of. */
  collect(): Promise<void>;
  stop(): Promise<void>;
}

/** What can be started, by name; the first is ours, the second what Node can do at best. */
export interface Candidate {
  name: string;
  start(target: Target): Promise<BenchServer>;
}

const poplar: Candidate = {
  name: 'Poplar',
  async start(target) {
    const many = '100000';
    const started = await startNode([
      join(root, 'dist/proxy/main.js'),
      ...['--no-demo', '--port', '0', '--ca', fixture('ca.pem')],
      ...['--allow-private', `127.0.0.1:${target.port}`, '--allow-private', `localhost:${target.tlsPort}`],
      ...['--max-tunnels', many, '--tunnels-per-client', many, '--tunnels-per-minute', many],
      ...['--failed-dials-per-minute', many],
    ]);
    return serverOf('Poplar', 'poplar', started, Number(/:(\d+)\/$/.exec(started.line)?.[1]), target);
  },
};

const direct: Candidate = {
  name: 'direct TCP',
  start: (target) =>
    Promise.resolve({
      name: 'direct TCP',
      pid: null,
      forks: false,
      way: { wire: 'raw', port: target.port, target: destination(target) },
      collect: () => Promise.resolve(),
      stop: () => Promise.resolve(),
    }),
};

/** A script of ours that takes the target's port and prints its own. */
function scripted(name: string, wire: Wire, file: string): Candidate {
  return {
    name,
    async start(target) {
      const started = await startNode([script(file), String(target.port)]);
      return serverOf(name, wire, started, Number(started.line), target);
    },
  };
}

const websockify: Candidate = {
  name: 'websockify',
  async start(target) {
    const port = await freePort();
    const args = [`127.0.0.1:${port}`, `127.0.0.1:${target.port}`];
    const child = spawn('websockify', args, { stdio: 'ignore' });
    await untilListening(port, child);
    const collect = (): Promise<void> => Promise.resolve();
    return { ...serverOf('websockify', 'websocket', { child, collect }, port, target), forks: true };
  },
};

/** What no proxy goes below: needs a C compiler. */
function cRelay(dir: string): Candidate {
  const program = join(dir, 'relay');
  execFileSync('cc', ['-O2', '-o', program, script('relay.c')]);
  return {
    name: 'C relay',
    async start(target) {
      const child = spawn(program, [String(target.port)], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const collect = (): Promise<void> => Promise.resolve();
      return { ...serverOf('C relay', 'raw', { child, collect }, Number(line), target), forks: true };
    },
  };
}

const WISP_CODE = `import { createServer } from 'node:http';
import { server, logging } from '@mercuryworkshop/wisp-js/server';
logging.set_level(logging.NONE);
server.options.allow_loopback_ips = true;
server.options.allow_private_ips = true;
const http = createServer().on('upgrade', (request, socket, head) => server.routeRequest(request, socket, head));
http.listen(0, '127.0.0.1', () => console.log(http.address().port));
process.on('disconnect', () => process.exit(0));`;

function wisp(dir: string): Candidate {
  const name = `wisp-js ${WISP_VERSION}`;
  return {
    name,
    async start(target) {
      const started = await startNode(['--input-type=module', '-e', WISP_CODE], dir);
      return serverOf(name, 'wisp', started, Number(started.line), target);
    },
  };
}

function installWisp(parent: string): string {
  const dir = join(parent, 'wisp-js');
  if (existsSync(join(dir, 'node_modules'))) return dir;
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{"private":true}');
  // Its command line wants a newer Node than its server does.
  const args = ['install', '--silent', '--no-audit', '--no-fund', '--no-engine-strict'];
  execFileSync('npm', [...args, `@mercuryworkshop/wisp-js@${WISP_VERSION}`], { cwd: dir, timeout: 60_000 });
  return dir;
}

/** Those that can be had on this machine; the others are named in one line each. */
export async function availableCandidates(scratchDir: string): Promise<Candidate[]> {
  const found = [
    poplar,
    scripted('net.pipe', 'raw', 'pipe.mjs'),
    scripted('ws bridge', 'websocket', 'ws-bridge.mjs'),
  ];
  try {
    await promisify(execFile)('sh', ['-c', 'command -v websockify']);
    found.push(websockify);
  } catch {
    console.log('websockify is not installed here: left out');
  }
  try {
    found.push(wisp(installWisp(scratchDir)));
  } catch (error) {
    console.log(`wisp-js could not be installed: left out (${(error as Error).message})`);
  }
  try {
    found.push(cRelay(scratchDir));
  } catch (error) {
    console.log(`there is no C compiler: the relay in C is left out (${(error as Error).message})`);
  }
  return [...found, direct];
}

/** Ours and two pipes, to a target that speaks TLS. */
export function throughTls(server: BenchServer, target: Target): BenchServer {
  const tls = { host: 'localhost', port: target.tlsPort, security: 'tls' as const };
  return { ...server, way: { ...server.way, target: tls }, stop: () => Promise.resolve() };
}

export async function startTlsPipe(target: Target): Promise<BenchServer> {
  const started = await startNode([script('pipe.mjs'), String(target.tlsPort), fixture('ca.pem')]);
  return serverOf('net.pipe', 'raw', started, Number(started.line), target);
}

export async function startTarget(): Promise<Target> {
  const args = [script('target.mjs'), fixture('server.key'), fixture('good.pem')];
  const { child, line } = await startNode(args);
  const [port = 0, tlsPort = 0] = line.split(' ').map(Number);
  return { port, tlsPort, stop: () => void child.kill() };
}

function destination(target: Target): Way['target'] {
  return { host: '127.0.0.1', port: target.port, security: 'none' };
}

function serverOf(
  name: string,
  wire: Wire,
  { child, collect }: Pick<Started, 'child' | 'collect'>,
  port: number,
  target: Target,
): BenchServer {
  const pid = child.pid ?? 0;
  const stop = async (): Promise<void> => {
    const left = once(child, 'exit');
    const family = familyOf(pid);
    child.kill('SIGKILL');
    await left;
    for (const member of family) endIfAlive(member);
  };
  return { name, pid, forks: false, way: { wire, port, target: destination(target) }, collect, stop };
}

interface Started {
  child: ChildProcess;
  line: string;
  collect(): Promise<void>;
}

/** Starts Node on these arguments; resolves with the first line that it prints. */
async function startNode(args: string[], cwd = root): Promise<Started> {
  // The channel ends with us, whatever becomes of us, and the scripts end with it.
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe', 'ipc'];
  const child = spawn(process.execPath, [COLLECTABLE, ...NODE_OPTIONS, ...args], { cwd, stdio });
  const { stdout: output, stderr } = child;
  if (output === null || stderr === null) throw new Error('no pipe from the child');
  const collector = new Collector(child, stderr);
  const printed = once(output, 'data') as Promise<[Buffer]>;
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${args.join(' ')} ended before it was ready`);
  });
  const [line] = await Promise.race([printed, ended]);
  ended.catch(() => undefined);
  return { child, line: line.toString().trim(), collect: () => collector.collect() };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** websockify says that it listens before it does. */
async function untilListening(port: number, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (child.exitCode === null && performance.now() < deadline) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await wait(50);
  }
  throw new Error('websockify does not listen');
}
