/**
 * The list of mail servers that the generic suite is pointed at: a line each, `HOST PORT USER PASSWORD SECURITY`, and
 * `may-delete` behind it for a mailbox that may lose a message. It must not know what is done with them.
 */
import { readFileSync } from 'node:fs';
import type { Security, ServerAddress } from '../../web/model/account.ts';

export interface ListedServer extends ServerAddress {
  user: string;
  password: string;
  /** One message may be deleted for good. */
  mayDelete: boolean;
}

const FORM = 'HOST PORT USER PASSWORD tls|starttls|none [may-delete]';

/** Throws an error with all lines that cannot be read. Blank lines and those that begin with # say nothing. */
export function readServerList(path: string): ListedServer[] {
  return parseServerList(readFileSync(path, 'utf8'));
}

export function parseServerList(text: string): ListedServer[] {
  const mistakes: string[] = [];
  const servers = text.split(/\r?\n/).flatMap((line, index) => {
    if (/^\s*(#|$)/.test(line)) return [];
    const server = parseLine(line.trim());
    // Without the line itself: there is a password in it.
    if (server === null) mistakes.push(`line ${index + 1}`);
    return server ?? [];
  });
  if (mistakes.length > 0) throw new Error(`${mistakes.join(', ')}: a line has to be ${FORM}`);
  if (servers.length === 0) throw new Error(`no server in the list: a line has to be ${FORM}`);
  return servers;
}

function parseLine(line: string): ListedServer | null {
  const [host = '', port = '', user = '', password = '', security = '', extra, ...more] = line.split(/\s+/);
  const isPort = /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535;
  const isExtra = extra === undefined || extra === 'may-delete';
  if (!isPort || !isSecurity(security) || !isExtra || more.length > 0) return null;
  return { host, port: Number(port), user, password, security, mayDelete: extra !== undefined };
}

function isSecurity(text: string): text is Security {
  return text === 'tls' || text === 'starttls' || text === 'none';
}
