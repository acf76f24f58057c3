/**
 * Real programs on loopback for one test file: redis-server, HAProxy, nginx and instances of the built proxy, each on a free
 * port with its files in one temporary folder. All are ended by their own process, and nothing is left.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { debianPrograms } from '../support/debian-program.ts';
import { freePort, Running } from '../support/running.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export const programs = debianPrograms({
  'redis-server': 'redis-server',
  haproxy: 'haproxy',
  nginx: 'nginx',
});

export const BALANCERS = ['haproxy', 'nginx'] as const;
export type BalancerName = (typeof BALANCERS)[number];

export class Rack {
  readonly #folder = mkdtempSync(join(tmpdir(), 'poplar-rack-'));
  readonly #running: Running[] = [];

  /** Builds the proxy as it is shipped: one file. */
  async build(): Promise<void> {
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    const outDir = join(this.#folder, 'dist/proxy');
    const args = [vite, 'build', '--mode', 'proxy', '--outDir', outDir, '--logLevel', 'error'];
    await promisify(execFile)(process.execPath, args, { cwd: root });
    mkdirSync(join(this.#folder, 'dist/web'));
    mkdirSync(join(this.#folder, 'empty'));
    writeFileSync(join(this.#folder, 'dist/web/index.html'), '<!doctype html><title>Poplar</title>');
  }

  /** `args` beside those that every instance here needs. */
  async proxy(...args: string[]): Promise<Running> {
    const port = await freePort();
    const command = join(this.#folder, 'dist/proxy/main.js');
    const common = ['--port', String(port), '--no-demo', '--log', 'info', '--trust-proxy', '127.0.0.0/8'];
    const child = spawn(process.execPath, [command, ...common, ...args], {
      cwd: join(this.#folder, 'empty'),
    });
    const proxy = this.#keep(new Running(child, port));
    await proxy.hasSaid('Poplar is at');
    return proxy;
  }

  /** A file in the rack's folder; returns its path. */
  file(name: string, text: string): string {
    const path = join(this.#folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** An empty Redis without a file, at a free port or where another one was; with `tls` (arguments) under TLS alone. */
  async redis(port?: number, tls: readonly string[] = []): Promise<Running> {
    const at = port ?? (await freePort());
    const listen = tls.length === 0 ? ['--port', `${at}`] : ['--port', '0', '--tls-port', `${at}`, ...tls];
    const args = [...listen, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = spawn(programs.paths['redis-server'], [...args, '--requirepass', 'correct-horse'], {
      cwd: this.#folder,
    });
    const redis = this.#keep(new Running(child, at));
    await redis.hasSaid('Ready to accept connections');
    return redis;
  }

  /** A balancer at `port` before instances, without sticky sessions. */
  async balancer(name: BalancerName, port: number, instances: readonly Running[]): Promise<Running> {
    const file = join(this.#folder, `${name}-${port}.conf`);
    const ports = instances.map((instance) => instance.port);
    writeFileSync(file, name === 'haproxy' ? haproxyConfig(port, ports) : nginxConfig(port, ports));
    const args = name === 'haproxy' ? ['-db', '-f', file] : ['-p', this.#folder, '-c', file];
    const balancer = this.#keep(new Running(spawn(programs.paths[name], args), port));
    await untilReady(balancer);
    return balancer;
  }

  /** Any other program; ended with the rest. The caller waits until it is ready. */
  start(command: string, args: readonly string[], port: number, env: NodeJS.ProcessEnv = {}): Running {
    const options = { cwd: this.#folder, env: { ...process.env, ...env } };
    return this.#keep(new Running(spawn(command, args, options), port));
  }

  get folder(): string {
    return this.#folder;
  }

  async stop(): Promise<void> {
    for (const program of this.#running.splice(0).reverse()) await program.end('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #keep(program: Running): Running {
    this.#running.push(program);
    return program;
  }
}

async function untilReady(balancer: Running): Promise<void> {
  const isReady = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${balancer.port}/readyz`)).ok;
  while (!(await isReady().catch(() => false))) balancer.mustRun();
}

function haproxyConfig(port: number, instances: readonly number[]): string {
  return `
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 60s
  timeout tunnel 11m
  option forwardfor
  option redispatch
frontend people
  bind 127.0.0.1:${port}
  default_backend poplar
backend poplar
  balance roundrobin
  option httpchk GET /readyz
  default-server check inter 200ms fall 1 rise 1
${instances.map((at, index) => `  server poplar${index} 127.0.0.1:${at}\n`).join('')}`;
}

function nginxConfig(port: number, instances: readonly number[]): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
master_process off;
pid nginx.pid;
error_log stderr warn;
events { worker_connections 512; }
http {
  access_log off;
  ${paths.map((path) => `${path}_temp_path temp-${path};`).join(' ')}
  upstream poplar {
${instances.map((at) => `    server 127.0.0.1:${at} max_fails=1 fail_timeout=1s;\n`).join('')}  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://poplar;
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $http_connection;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_read_timeout 11m;
    }
  }
}
`;
}
