/**
 * Host and port as the proxy compares them: one spelling for each destination. Pure.
 * Odd spellings (0x7f.1, 2130706433, full-width digits, trailing dot, capitals, umlauts) are folded here, once, so
 * that no rule further on can be side-stepped by writing a host differently.
 */
import { domainToASCII } from 'node:url';
import { canonicalAddress } from './ip-address.ts';

/** A host in canonical spelling; `kind` says whether it still needs a look-up. */
export interface Host {
  kind: 'name' | 'address';
  text: string;
}

export interface HostPort {
  host: string;
  port: number;
}

/** RFC 1035 §2.3.4. */
const MAX_NAME_OCTETS = 253;
/** What a URL parser would end the host at, or drop from it: then the rest would go unread. */
const URL_SYNTAX = /[\s/?#\\@:%]/;
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** The canonical host, or null when the text names no host at all. */
export function parseHost(text: string): Host | null {
  const literal = canonicalAddress(text);
  if (literal !== null) return { kind: 'address', text: literal };
  if (URL_SYNTAX.test(text)) return null;
  // WHATWG host parsing: IDNA, lower case, and any "number" (octal, hex, one to four parts) becomes dotted decimal.
  const ascii = domainToASCII(text);
  const address = canonicalAddress(ascii);
  if (address !== null) return { kind: 'address', text: address };
  const name = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  if (name.length > MAX_NAME_OCTETS || !name.split('.').every((label) => LABEL.test(label))) return null;
  return { kind: 'name', text: name };
}

/** Reads `HOST:PORT` or `[IPV6]:PORT` into its canonical spelling; null when it is neither. */
export function parseHostPort(text: string): HostPort | null {
  const parts = /^(.+):(\d{1,5})$/.exec(text);
  if (parts === null) return null;
  const written = parts[1] ?? '';
  const port = Number(parts[2]);
  const host = written.includes(':') && !written.startsWith('[') ? null : parseHost(written);
  return host === null || !isPort(port) ? null : { host: host.text, port };
}

export function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65535;
}
