/**
 * The road from this page to the mailbox, as dots are drawn from it. Pure. An error beyond the road (storage, a single
 * message) has no place on it.
 */
import type { Hop } from '../../errors.ts';
import type { Security } from '../../model/account.ts';

export type RoadHop = Exclude<Hop, 'storage' | 'message'>;
export type DotState = 'waiting' | 'running' | 'passed' | 'failed' | 'skipped';

export interface Dot {
  hop: RoadHop;
  name: string;
  state: DotState;
}

const road: readonly RoadHop[] = ['page', 'proxy', 'name', 'connection', 'tls', 'login', 'maildrop'];

/** What is known of the way beside where it failed. */
export interface Way {
  security?: Security | undefined;
  /** A bridge stands where else the proxy does, and what it leads to is its business. */
  bridged?: boolean;
}

const hopNames: Readonly<Record<RoadHop, string>> = {
  page: 'Page',
  proxy: 'Proxy',
  name: 'Name',
  connection: 'Connection',
  tls: 'TLS',
  login: 'Login',
  maildrop: 'Maildrop',
};

export const dotWords: Readonly<Record<DotState, string>> = {
  waiting: 'not reached',
  running: 'under way',
  passed: 'passed',
  failed: 'failed here',
  skipped: 'not used',
};

/** The dots of an attempt that failed at `failed`; null when that hop is not on the road. */
export function roadTo(failed: Hop, way: Way = {}): Dot[] | null {
  const end = road.findIndex((hop) => hop === failed);
  if (end < 0) return null;
  return road.map((hop, index) => ({
    hop,
    name: hop === 'proxy' && way.bridged === true ? 'Bridge' : hopNames[hop],
    state: stateAt(hop, index, end, way),
  }));
}

function stateAt(hop: RoadHop, index: number, end: number, { security, bridged }: Way): DotState {
  if (index === end) return 'failed';
  if (index > end) return 'waiting';
  // Without TLS its dot must not claim that there was any.
  if (hop === 'tls' && security === 'none') return 'skipped';
  // A bridge does not tell how it found its server.
  return hop === 'name' && bridged === true ? 'skipped' : 'passed';
}
