/**
 * Who may use this proxy: the users of a file, by HTTP Basic authentication (RFC 7617), which browsers ask for by
 * themselves. A wrong answer costs a second, a right one is remembered as a digest. It must not log or return what was
 * sent.
 */
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

/** How a password is kept: as a scrypt hash, or for those written in clear as a digest while the proxy runs. */
type Secret =
  | { kind: 'scrypt'; cost: number; blockSize: number; parallelization: number; salt: Buffer; hash: Buffer }
  | { kind: 'clear'; digest: Buffer };

export type Users = ReadonlyMap<string, Secret>;
export type Verdict = 'known' | 'unknown' | 'busy';

/** RFC 7617 §2.1: the browser then sends UTF-8. */
export const CHALLENGE = 'Basic realm="Poplar", charset="UTF-8"';

const LOG2_COST = 15;
const HASH_OCTETS = 32;
/** Passwords being hashed or waiting for it. More would keep the look-ups, which share the threads, from their work. */
const MAX_CHECKS = 8;
const MAX_REMEMBERED = 1000;
const WRONG_DELAY_MS = 1000;

/** Reads `USER:PASSWORD` lines, the password in clear or from `hashPassword`; null when a line is neither. */
export function parseUsers(text: string): Users | null {
  const users = new Map<string, Secret>();
  for (const line of text.split(/\r?\n/)) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const { user, password } = splitAtColon(line) ?? { user: '', password: '' };
    const secret = password.startsWith('$')
      ? parseHash(password)
      : { kind: 'clear' as const, digest: digest(password) };
    if (user === '' || password === '' || secret === null || users.has(user)) return null;
    users.set(user, secret);
  }
  return users.size === 0 ? null : users;
}

/** The password as a line of the file keeps it: `$scrypt$ln=15,r=8,p=1$SALT$HASH`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, { cost: 2 ** LOG2_COST, blockSize: 8, parallelization: 1, salt });
  return `$scrypt$ln=${LOG2_COST},r=8,p=1$${salt.toString('base64')}$${hash.toString('base64')}`;
}

export class BasicAuth {
  readonly #users: Users;
  readonly #wrongDelayMs: number;
  /** Digests of headers that were right, so that a page of thirty files costs one hash. */
  readonly #remembered = new Set<string>();
  #checks = 0;

  constructor(users: Users, wrongDelayMs = WRONG_DELAY_MS) {
    this.#users = users;
    this.#wrongDelayMs = wrongDelayMs;
  }

  /**
   * Judges an `authorization` header. Resolves late for a wrong one, and at once when none was sent. `countWrong` hears of
   * a wrong one before the wait: who asks many times at once is counted as often.
   */
  async check(header: string | undefined, countWrong: () => Promise<void>): Promise<Verdict> {
    const given = readHeader(header);
    if (given === null) return 'unknown';
    const key = digest(header ?? '').toString('base64');
    if (this.#remembered.has(key)) return 'known';
    if (this.#checks >= MAX_CHECKS) return 'busy';
    this.#checks += 1;
    // Counted from before the check: the time until the answer does not tell whether there is such a user.
    const lateness = delay(this.#wrongDelayMs, undefined, { ref: false });
    const isRight = await this.#isRight(given.user, given.password).finally(() => (this.#checks -= 1));
    if (isRight) {
      this.#remember(key);
      return 'known';
    }
    await countWrong();
    await lateness;
    return 'unknown';
  }

  async #isRight(user: string, password: string): Promise<boolean> {
    const secret = this.#users.get(user);
    if (secret === undefined) return false;
    if (secret.kind === 'clear') return timingSafeEqual(secret.digest, digest(password));
    return timingSafeEqual(secret.hash, await derive(password, secret));
  }

  #remember(key: string): void {
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.add(key);
  }
}

/** RFC 7617 §2. */
function readHeader(header: string | undefined): { user: string; password: string } | null {
  const encoded = /^basic +([\w+/=-]+)$/i.exec(header ?? '')?.[1];
  return encoded === undefined ? null : splitAtColon(Buffer.from(encoded, 'base64').toString('utf8'));
}

function splitAtColon(text: string): { user: string; password: string } | null {
  const colon = text.indexOf(':');
  return colon < 1 ? null : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

const HASH = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]+={0,2})\$([\w+/]+={0,2})$/;

function parseHash(text: string): Secret | null {
  const [, ln, r, p, salt = '', hash = ''] = HASH.exec(text) ?? [];
  const [log2Cost, blockSize, parallelization] = [Number(ln), Number(r), Number(p)];
  // A typing error must not turn into gigabytes, nor into a hash that is none.
  const isSane = log2Cost >= 10 && log2Cost <= 18 && blockSize >= 1 && blockSize <= 16;
  const isLong = Buffer.from(hash, 'base64').length === HASH_OCTETS;
  if (!isSane || !isLong || parallelization < 1 || parallelization > 4) return null;
  return {
    kind: 'scrypt',
    cost: 2 ** log2Cost,
    blockSize,
    parallelization,
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

interface Derivation {
  cost: number;
  blockSize: number;
  parallelization: number;
  salt: Buffer;
}

/** RFC 7914. */
function derive(password: string, { cost, blockSize, parallelization, salt }: Derivation): Promise<Buffer> {
  const maxmem = 256 * cost * blockSize;
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_OCTETS, { cost, blockSize, parallelization, maxmem }, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
