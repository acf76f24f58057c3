/** The other POP3 clients, each fetching the first `count` messages of a maildrop and leaving them on the server. */
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

export interface FetchJob {
  port: number;
  user: string;
  password: string;
  /** How many messages to fetch; the maildrop may hold more. */
  count: number;
  /** A folder in memory (tmpfs) for what the client writes. */
  memoryDir: string;
  /** A folder on disk. */
  diskDir: string;
}

export interface Peer {
  name: string;
  /** What is on stable storage when it is done. */
  durability: string;
  pipelines: boolean;
  /** Can it stop after `count` messages? Otherwise it always fetches the whole maildrop. */
  partial: boolean;
  /** Milliseconds for the job; throws when the client fails. */
  fetch(job: FetchJob): Promise<number>;
}

async function timed(
  command: string,
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
) {
  const startedAt = performance.now();
  await exec(command, args, { maxBuffer: 256 * 1024 * 1024, timeout: 580_000, ...options });
  return performance.now() - startedAt;
}

/** Runs `work` in a fresh folder that is gone afterwards. */
async function inFolder<T>(parent: string, work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(parent, 'peer-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function secretFile(dir: string, name: string, text: string): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  chmodSync(path, 0o600);
  return path;
}

function mpop(where: 'memoryDir' | 'diskDir'): Peer {
  return {
    name: where === 'memoryDir' ? 'mpop → Maildir in RAM' : 'mpop → Maildir on disk',
    durability: where === 'memoryDir' ? 'none (RAM)' : 'fsync each message',
    pipelines: true,
    partial: false,
    fetch: (job) =>
      inFolder(job[where], async (dir) => {
        for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(dir, 'mail', name), { recursive: true });
        const config = [
          'account bench',
          'host 127.0.0.1',
          `port ${job.port}`,
          `user ${job.user}`,
          `password ${job.password}`,
          'auth user',
          'tls off',
          'keep on',
          `uidls_file ${join(dir, 'uidls')}`,
          `delivery maildir ${join(dir, 'mail')}`,
        ].join('\n');
        return timed('mpop', ['-q', '-C', secretFile(dir, 'rc', `${config}\n`), 'bench']);
      }),
  };
}

const fetchmail: Peer = {
  name: 'fetchmail → file',
  durability: 'none (RAM)',
  pipelines: false,
  partial: true,
  fetch: (job) =>
    inFolder(job.memoryDir, async (dir) => {
      const rc = `poll 127.0.0.1 service ${job.port} protocol pop3 auth password user "${job.user}" password "${job.password}" sslproto "" keep fetchall fetchlimit ${job.count} bsmtp "${join(dir, 'out')}"\n`;
      const args = [
        '-f',
        secretFile(dir, 'rc', rc),
        '-i',
        join(dir, 'ids'),
        '--pidfile',
        join(dir, 'pid'),
        '--nosyslog',
        '-s',
      ];
      const startedAt = performance.now();
      try {
        await timed('fetchmail', args, { env: { ...process.env, FETCHMAILHOME: dir } });
      } catch (error) {
        // 13: the fetch limit was reached, which is what we asked for.
        if ((error as { code?: number }).code !== 13) throw error;
      }
      return performance.now() - startedAt;
    }),
};

const curl: Peer = {
  name: 'curl, one by one',
  durability: 'none (RAM)',
  pipelines: false,
  partial: true,
  fetch: (job) =>
    inFolder(job.memoryDir, async (dir) => {
      const lines = [`user = "${job.user}:${job.password}"`];
      for (let n = 1; n <= job.count; n += 1) {
        lines.push(`url = "pop3://127.0.0.1:${job.port}/${n}"`, `output = "${join(dir, String(n))}"`);
      }
      return timed('curl', ['-sS', '-K', secretFile(dir, 'urls', lines.join('\n'))]);
    }),
};

const poplib: Peer = {
  name: 'Python poplib',
  durability: 'none (not stored)',
  pipelines: false,
  partial: true,
  fetch: (job) => {
    const code = `import poplib,sys
p=poplib.POP3('127.0.0.1',int(sys.argv[1]));p.user(sys.argv[2]);p.pass_(sys.argv[3]);p.uidl();p.list()
for n in range(1,int(sys.argv[4])+1): p.retr(n)
p.quit()`;
    return timed('python3', ['-c', code, String(job.port), job.user, job.password, String(job.count)]);
  },
};

/** A package of npm, in a process of its own, that runs `code` with port, user, password and count as its arguments. */
function npmPeer(name: string, version: string, code: string): Peer {
  return {
    name,
    durability: 'none (not stored)',
    pipelines: false,
    partial: true,
    fetch: ({ port, user, password, count, diskDir }) =>
      timed(
        process.execPath,
        ['--input-type=module', '-e', code, String(port), user, password, String(count)],
        {
          cwd: installed(diskDir, name, version),
        },
      ),
  };
}

const nodePop3 = npmPeer(
  'node-pop3',
  '0.11.0',
  `import Pop3Command from 'node-pop3';
const [port,user,password,count]=process.argv.slice(1);
const pop3=new Pop3Command({host:'127.0.0.1',port:Number(port),user,password});
await pop3.UIDL();
for(let n=1;n<=Number(count);n++) await pop3.RETR(n);
await pop3.QUIT();process.exit(0)`,
);

const yapople = npmPeer(
  'yapople',
  '0.4.10',
  `import yapople from 'yapople';
const [port,username,password,count]=process.argv.slice(1);
const client=new yapople.Client({host:'127.0.0.1',port:Number(port),username,password,tls:false,mailparser:false});
await client.connect();
await client.count();
for(let n=1;n<=Number(count);n++) await client.retrieve(n);
await client.quit();process.exit(0)`,
);

function installed(parent: string, name: string, version: string): string {
  const dir = join(parent, name);
  if (!existsSync(join(dir, 'node_modules'))) {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'package.json'), '{"private":true}');
    execFileSync('npm', ['install', '--silent', '--no-audit', '--no-fund', `${name}@${version}`], {
      cwd: dir,
    });
  }
  return dir;
}

/** Peers whose program is on this machine; the others are named in one line each. */
export async function availablePeers(): Promise<Peer[]> {
  const found: Peer[] = [];
  const wanted: [string, Peer[]][] = [
    ['mpop', [mpop('memoryDir'), mpop('diskDir')]],
    ['fetchmail', [fetchmail]],
    ['curl', [curl]],
    ['python3', [poplib]],
    ['npm', [nodePop3, yapople]],
  ];
  for (const [program, peers] of wanted) {
    try {
      await exec('sh', ['-c', `command -v ${program}`]);
      found.push(...peers);
    } catch {
      console.log(`${program} is not installed here: left out`);
    }
  }
  return found;
}
