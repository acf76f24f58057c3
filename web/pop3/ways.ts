/** The ways into a maildrop that a server and the credentials leave open, best first. Pure. */
import { chooseMechanisms } from '../sasl/choose.ts';
import type { Credentials, MechanismKind } from '../sasl/mechanism.ts';
import type { Capabilities } from './capabilities.ts';
import type { WayNote } from './visit-notes.ts';

export type Way = WayNote &
  ({ readonly by: 'sasl'; readonly kind: MechanismKind } | { readonly by: 'apop' | 'user' });

/** What the choice hangs on. */
export interface Entrance {
  readonly capabilities: Capabilities;
  /** Mechanisms on offer, by CAPA or by AUTH alone. */
  readonly offered: readonly string[];
  /** The stream is protected by TLS. */
  readonly secure: boolean;
  /** The timestamp of the greeting, when it is one and was not said in clear before TLS. */
  readonly stamp: string | null;
}

const USER: Way = { name: 'USER', reveals: 'clear', by: 'user' };
const APOP: Way = { name: 'APOP', reveals: 'proof', by: 'apop' };

/**
 * Over TLS: SCRAM, then the password as it is, then the old challenge mechanisms; in clear those come before. APOP is the
 * last of its kind: its MD5 was broken for this very use (CVE-2007-1558).
 */
export function waysIn(entrance: Entrance, credentials: Credentials): readonly Way[] {
  const { offered, secure, stamp } = entrance;
  const sasl = chooseMechanisms(offered, { secure, credentials }).map(saslWay);
  if (credentials.accessToken !== undefined) return sasl;
  const apop = stamp === null ? [] : [APOP];
  const user = mayUseUserAndPass(entrance) ? [USER] : [];
  const last = sasl.findLastIndex(({ reveals }) => reveals === (secure ? 'clear' : 'proof')) + 1;
  const scram = sasl.filter(({ name }) => name.startsWith('SCRAM-')).length;
  const at = Math.max(last, scram);
  return secure
    ? [...sasl.slice(0, at), ...user, ...sasl.slice(at), ...apop]
    : [...sasl.slice(0, at), ...apop, ...sasl.slice(at), ...user];
}

function saslWay(kind: MechanismKind): Way {
  return { name: kind.name, reveals: kind.reveals, by: 'sasl', kind };
}

/**
 * RFC 2449 §6.2: a server that answers CAPA without USER has it disabled, mostly because the stream is in clear. Some
 * only forget the tag, so over TLS, or when nothing else is on offer, it is tried all the same.
 */
function mayUseUserAndPass({ capabilities, offered, secure }: Entrance): boolean {
  if (!capabilities.known || capabilities.has('USER')) return true;
  if (offered.length > 0) return false;
  return secure || !capabilities.has('STLS');
}
