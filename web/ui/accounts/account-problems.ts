/** What is wrong with a filled-in account form, field by field, before any server is asked. Pure. */

import { resolveBridge, type BridgeProblem } from '../../model/bridge.ts';
import { providerOfAddress } from '../../model/providers.ts';

export type AccountField = 'address' | 'displayName' | 'host' | 'port' | 'user' | 'password' | 'bridge';
export type AccountProblems = Partial<Record<AccountField, string>>;

/** The fields as typed; `bridge` is null where the way goes through the proxy. */
export type AccountFieldValues = Record<Exclude<AccountField, 'bridge'>, string> & { bridge: string | null };

const bridgeWords: Readonly<Record<BridgeProblem, string>> = {
  empty: 'Type the address of the bridge.',
  'no-websocket': 'The address begins with wss:// or ws://, or is a path on this site, like websockify.',
  'in-clear':
    'ws:// would carry the password in clear to another machine. Use wss://, or a bridge on this site or this machine.',
  login: 'The address can’t hold a user name or a password.',
  fragment: 'The address can’t hold a #.',
};

// A line break in any of these would be a second command to the mail server.
const control = /\p{Cc}/u;

/** Finds every problem; fields that are fine are absent. The path of a bridge is relative to `pageUrl`. */
export function findAccountProblems(values: AccountFieldValues, pageUrl: string): AccountProblems {
  const found: Record<AccountField, string | null> = {
    address: addressProblem(values.address.trim()),
    displayName: controlProblem(values.displayName, 'name'),
    host: hostProblem(values.host.trim(), suggestHost(values.address)),
    port: portProblem(values.port.trim()),
    user: controlProblem(values.user, 'user name'),
    bridge: values.bridge === null ? null : bridgeProblem(values.bridge, pageUrl),
    password: values.password === '' ? 'Type the password.' : controlProblem(values.password, 'password'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, problem]) => problem !== null));
}

/** The POP3 server for an address, `''` where there is none. Of an unknown provider a guess: never used unseen. */
export function suggestHost(address: string): string {
  const provider = providerOfAddress(address);
  if (provider !== null) return provider.incoming?.host ?? '';
  const domain = domainOf(address.trim());
  return domain === null ? '' : `pop.${domain}`;
}

/** The host as it goes over the wire: ASCII, lower case, without brackets round an IPv6 address. */
export function wireHost(host: string): string {
  return parseHost(host.trim())?.replace(/^\[|\]$/g, '') ?? host.trim();
}

function addressProblem(address: string): string | null {
  if (address === '') return 'Type your e-mail address.';
  if (control.test(address) || domainOf(address) === null) {
    return 'Type the whole address, like ada@example.com.';
  }
  return null;
}

function hostProblem(host: string, suggestion: string): string | null {
  if (host === '') {
    return suggestion === ''
      ? 'Type the name of the POP3 server.'
      : `Type the name of the POP3 server, or use the suggestion ${suggestion}.`;
  }
  if (/:\/\/|[/@?#\s]/.test(host)) return 'Only the server’s name goes here, like pop.example.com.';
  if (/^[^:]+:\d+$/.test(host)) return 'The port has its own field.';
  return parseHost(host) === null ? 'This can’t be the name of a server.' : null;
}

function portProblem(port: string): string | null {
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  return number >= 1 && number <= 65_535 ? null : 'A port is a number from 1 to 65535.';
}

function bridgeProblem(bridge: string, pageUrl: string): string | null {
  const found = resolveBridge(bridge, pageUrl);
  return 'problem' in found ? bridgeWords[found.problem] : null;
}

function controlProblem(value: string, field: string): string | null {
  return control.test(value)
    ? `The ${field} holds a character that can’t be sent, such as a line break.`
    : null;
}

function domainOf(address: string): string | null {
  const domain = /^[^@\s]+@([^@\s]+)$/.exec(address)?.[1];
  if (domain === undefined || !domain.includes('.')) return null;
  const host = parseHost(domain);
  return host === null || /[[\]:]/.test(host) || /^[\d.]+$/.test(host) ? null : host;
}

/** Through the URL parser, which knows international names and IPv6 addresses. */
function parseHost(host: string): string | null {
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const address = `http://${bracketed}/`;
  if (!URL.canParse(address)) return null;
  const { hostname, pathname } = new URL(address);
  return hostname === '' || pathname !== '/' ? null : hostname;
}
