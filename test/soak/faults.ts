/**
 * What is done to the tunnels of the soak, and how each may then end: the wire contract's word for it and no other.
 * Data only; who does it is in server.ts and page.ts.
 */

/** How the stream is secured: not at all, by STLS on the way, or from the start. */
export type Way = 'clear' | 'stls' | 'tls';

/** Servers, each on a port of its own. `mail` stands for the one that fits the way. */
export const CERTIFICATES = [
  'expired',
  'not-yet-valid',
  'wrong-name',
  'self-signed',
  'unknown-issuer',
  'incomplete-chain',
] as const;
export const HANDSHAKES = ['closes', 'resets', 'stalls', 'chatters'] as const;
export type Door =
  | 'mail'
  | (typeof CERTIFICATES)[number]
  | (typeof HANDSHAKES)[number]
  /** Resets what it has accepted. */
  | 'hangs-up'
  /** Nobody listens there. */
  | 'nobody'
  /** Somebody listens there, and the proxy must not go. */
  | 'forbidden';

export type ServerDeed =
  | 'ends-first'
  | 'answers-last'
  | 'reads-slowly'
  | 'pours-without-end'
  | 'resets'
  | 'breaks-off'
  | 'falls-silent';

export type PageDeed =
  | 'reads-slowly'
  | 'pings'
  | 'looks-up'
  | 'says-goodbye'
  | 'breaks-off'
  | 'resets'
  | 'gives-up-dialling'
  | 'talks-nonsense'
  | 'breaks-a-frame'
  | 'invents-credit'
  | 'goes-on-after-end'
  | 'keeps-its-credit'
  | 'never-ends'
  | 'says-nothing'
  | 'sends-bytes-first'
  | 'asks-for-tls-too-late';

export interface Fault {
  name: string;
  /** How often, against the others. */
  weight: number;
  ways: readonly Way[];
  door: Door;
  server?: ServerDeed;
  page?: PageDeed;
  /** Without pauses between the pieces. */
  isFast?: true;
  /** So much in this direction that the kernel does not hold it, and the proxy has to. */
  bulk?: 'down' | 'up';
  /** Code of the failure, if there is one, and of the WebSocket's end. */
  endings: readonly string[];
}

const ALL: readonly Way[] = ['clear', 'stls', 'tls'];
const UNDER_TLS: readonly Way[] = ['stls', 'tls'];

/** All octets have come, and nothing else. */
export const IN_ORDER = '1000';
/** The page's own doing: it does not hear what became of the tunnel. */
const BROKEN_OFF = '1006';
const failed = (...codes: string[]): string[] => codes.map((code) => `${code} 4000`);

type Rest = Partial<Fault>;
const fault = (name: string, weight: number, endings: readonly string[], rest: Rest = {}): Fault => ({
  name,
  weight,
  ways: ALL,
  door: 'mail',
  endings,
  ...rest,
});

export const FAULTS: readonly Fault[] = [
  fault('none', 24, [IN_ORDER]),
  fault('fast server', 6, [IN_ORDER], { isFast: true }),
  fault('slow page', 5, [IN_ORDER], { page: 'reads-slowly', isFast: true, bulk: 'down' }),
  fault('slow server', 5, [IN_ORDER], { server: 'reads-slowly', isFast: true, bulk: 'up' }),
  fault('server ends first', 6, [IN_ORDER], { server: 'ends-first' }),
  fault('page ends first', 6, [IN_ORDER], { server: 'answers-last' }),
  fault('pings', 4, [IN_ORDER], { page: 'pings' }),
  fault('look-up', 2, [IN_ORDER], { page: 'looks-up', ways: ['tls'] }),

  // A page that has ended takes the proxy the only way to tell a reset behind the last octets from an end.
  fault('server resets', 3, failed('connection-reset'), {
    server: 'resets',
    page: 'never-ends',
    ways: ['clear'],
  }),
  fault('server resets TLS', 3, failed('connection-reset', 'tls-truncated'), {
    server: 'resets',
    ways: UNDER_TLS,
  }),
  // What the page still says meets nobody; if nothing was lost the end is in order.
  fault('server breaks off', 3, [IN_ORDER, ...failed('connection-reset')], {
    server: 'breaks-off',
    ways: ['clear'],
  }),
  fault('server breaks off TLS', 4, failed('tls-truncated', 'connection-reset'), {
    server: 'breaks-off',
    ways: UNDER_TLS,
  }),
  fault('server falls silent', 2, failed('idle-timeout'), { server: 'falls-silent' }),
  fault('server without end', 1, failed('quota-used'), { server: 'pours-without-end', isFast: true }),
  fault('reset at once', 3, failed('connection-reset'), { door: 'hangs-up', ways: ['clear'] }),
  fault('dial refused', 3, failed('connection-refused'), { door: 'nobody', ways: ['clear', 'tls'] }),
  fault('port refused', 2, failed('port-refused'), { door: 'forbidden', ways: ['clear', 'tls'] }),
  ...CERTIFICATES.map((door) =>
    fault(`certificate ${door}`, 1, failed(`certificate-${door}`), { door, ways: ['tls'] }),
  ),
  fault('closed in the handshake', 2, failed('tls-failed'), { door: 'closes', ways: ['tls'] }),
  fault('reset in the handshake', 2, failed('tls-failed'), { door: 'resets', ways: ['tls'] }),
  fault('stuck in the handshake', 2, failed('tls-timeout'), { door: 'stalls', ways: ['tls'] }),
  fault('no TLS at all', 2, failed('tls-not-spoken'), { door: 'chatters', ways: ['tls'] }),
  fault('bytes before TLS', 2, failed('start-tls-with-bytes-pending'), {
    page: 'asks-for-tls-too-late',
    ways: ['stls'],
  }),

  fault('page says goodbye', 6, [IN_ORDER], { page: 'says-goodbye' }),
  fault('page breaks off', 6, [BROKEN_OFF], { page: 'breaks-off' }),
  fault('page resets', 6, [BROKEN_OFF], { page: 'resets' }),
  fault('page gives up dialling', 3, [BROKEN_OFF], { page: 'gives-up-dialling', ways: ['clear', 'tls'] }),
  fault('page gives up a handshake', 2, [BROKEN_OFF], {
    page: 'gives-up-dialling',
    door: 'stalls',
    ways: ['tls'],
  }),
  fault('nonsense', 3, [...failed('bad-frame'), '1007'], { page: 'talks-nonsense' }),
  fault('broken frame', 3, ['1002'], { page: 'breaks-a-frame' }),
  fault('invented credit', 2, failed('bad-frame'), { page: 'invents-credit' }),
  fault('bytes after the end', 2, failed('bad-frame'), { page: 'goes-on-after-end', server: 'falls-silent' }),
  fault('no credit', 2, failed('idle-timeout'), { page: 'keeps-its-credit', isFast: true }),
  fault('no first frame', 2, failed('idle-timeout'), { page: 'says-nothing', ways: ['clear'] }),
  fault('bytes first', 2, failed('bad-frame'), { page: 'sends-bytes-first', ways: ['clear'] }),
];

/** Both ends have got all that the other sent. */
export function isInOrder({ endings, page }: Fault): boolean {
  return endings.length === 1 && endings[0] === IN_ORDER && page !== 'says-goodbye' && page !== 'looks-up';
}
