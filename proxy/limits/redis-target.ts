/**
 * Where a Redis is and how to log in to it, read from a URL. Pure. The URL itself is kept nowhere: it holds a password,
 * and what is not kept cannot get into a log.
 */
export interface RedisTarget {
  host: string;
  port: number;
  isTls: boolean;
  user: string | null;
  password: string | null;
  database: number;
}

const DEFAULT_PORT = 6379;

/** Reads `redis://` or `rediss://` `[USER:PASSWORD@]HOST[:PORT][/DATABASE]`; null when it is something else. */
export function parseRedisUrl(text: string): RedisTarget | null {
  if (!URL.canParse(text)) return null;
  const { protocol, hostname, port, pathname, username, password, search, hash } = new URL(text);
  const database = /^\/?(\d{0,4})$/.exec(pathname)?.[1];
  const [user, secret] = [decode(username), decode(password)];
  if ((protocol !== 'redis:' && protocol !== 'rediss:') || database === undefined) return null;
  // A name alone is nearly always a password that was put in the wrong place.
  if (hostname === '' || search + hash !== '' || user === null || !secret !== !(user + secret)) return null;
  return {
    host: hostname.replace(/^\[(.+)\]$/, '$1'),
    port: port === '' ? DEFAULT_PORT : Number(port),
    isTls: protocol === 'rediss:',
    user: user === '' ? null : user,
    password: secret === '' ? null : secret,
    database: Number(database),
  };
}

/** For people and logs: the place without the secret. */
export function redisPlace({ host, port }: RedisTarget): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
