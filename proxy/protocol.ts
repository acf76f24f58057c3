/**
 * The one door between the page and the proxy: what travels through a tunnel beside the mail server's bytes.
 *
 * A tunnel is one WebSocket. Text frames are control frames (one JSON object each), binary frames are bytes of the
 * TCP or TLS stream. The page speaks first, with `connect`; nothing else is accepted before it.
 * This file imports nothing, so that both buildings can read it and neither can reach through it.
 */

/** WebSocket sub-protocol name; a proxy that does not answer with it is not ours. */
export const SUBPROTOCOL = 'poplar.v1';

/** Paths, relative to the folder the page is served from (so that a sub-path mount works). */
export const TUNNEL_PATH = 'tunnel';
export const INFO_PATH = 'info';

/** Octets that may be under way in one direction before the receiver has returned credit. */
export const WINDOW_OCTETS = 4 * 1024 * 1024;
/** The largest binary frame either side sends, in octets. */
export const MAX_DATA_FRAME_OCTETS = 1024 * 1024;
/** The largest control frame the proxy accepts and, but for `certificate`, sends, in octets. */
export const MAX_CONTROL_FRAME_OCTETS = 4096;
/** How many certificates a `certificate` frame shows at most, and how long each may be as PEM. */
export const MAX_CHAIN_LENGTH = 4;
export const MAX_PEM_LENGTH = 16 * 1024;
/** The largest control frame the page accepts, in octets: a whole chain, its facts, and JSON around them. */
export const MAX_PROXY_FRAME_OCTETS = 96 * 1024;

/** How a tunnel begins: TLS made by the proxy at once, or a plain stream (that `start-tls` may upgrade later). */
export type TunnelSecurity = 'tls' | 'none';

/**
 * What the first frame may carry beside its own fields. The access token travels here and nowhere else: URLs and headers
 * end up in the logs of whatever stands between.
 */
export interface Admission {
  token?: string;
}
/** The longest access token, in characters. */
export const MAX_TOKEN_LENGTH = 256;

/**
 * With a pin (the SHA-256 of the peer's own certificate, upper-case hex with colons) the peer is accepted if and only if
 * it has that certificate and proves to hold its key, whatever else is to be said of it: an expired or self-signed one
 * too, and under any name. Without a pin the certificate is verified as usual.
 */
export interface Pinned {
  pin?: string;
}

/** Control frames that the page sends. */
export type PageFrame =
  | ({ type: 'connect'; host: string; port: number; security: TunnelSecurity; window: number } & Admission &
      Pinned)
  /** Upgrade now (STLS, STARTTLS). The proxy refuses when it has bytes that the page has not read yet. */
  | ({ type: 'start-tls' } & Pinned)
  /**
   * In place of `connect`: dial, make the TLS handshake, answer with `certificate` and end in order. Nothing is
   * verified, and nothing is sent after the handshake.
   */
  | ({ type: 'look-up'; host: string; port: number } & Admission)
  /** The same in place of `start-tls`, on a stream in clear whose server waits for a handshake. */
  | { type: 'start-look-up' }
  /** The page has taken `octets` more octets out of its buffer. */
  | { type: 'credit'; octets: number }
  /** Nothing more will be written (half-close). */
  | { type: 'end' };

/**
 * Control frames that the proxy sends. A page passes over types that it does not know, so that a proxy may be newer than
 * a page that is still open; the proxy refuses types that it does not know, because they would ask something of it.
 */
export type ProxyFrame =
  /** A hop was passed while dialling; `address` is the one that is used. Only for showing what goes on. */
  | { type: 'reached'; hop: 'name' | 'connection'; address: string }
  /** The stream is open. `window` is what the page may have under way; `tls` is null on a plain stream. */
  | { type: 'connected'; window: number; tls: TlsFacts | null }
  /** Answer to `start-tls`. */
  | { type: 'secured'; tls: TlsFacts }
  /**
   * Answer to `look-up` and `start-look-up`. `chain` is PEM, the peer's own certificate first, cut to MAX_CHAIN_LENGTH
   * and at one that is too long; `problem` is why the peer would be refused without a pin.
   */
  | { type: 'certificate'; tls: TlsFacts; chain: string[]; problem: TunnelErrorCode | null }
  /** The mail server's socket has taken `octets` more octets. */
  | { type: 'credit'; octets: number }
  /** The mail server has finished writing. */
  | { type: 'end' }
  /**
   * The proxy is on its way out and ends the tunnel (`shutting-down`) in so many milliseconds: what is under way may come
   * to its end, what comes after it belongs on a new tunnel, which a load balancer takes to another instance.
   */
  | { type: 'draining'; withinMs: number }
  /** The tunnel is over. The WebSocket is closed right after, with the same code as the close reason. */
  | { type: 'failed'; code: TunnelErrorCode; message: string; certificate?: CertificateFacts };

/** What the proxy saw of the peer's certificate. Dates are milliseconds since 1970. */
export interface CertificateFacts {
  subject: string;
  issuer: string;
  names: string[];
  validFromMs: number;
  validToMs: number;
  /** SHA-256 of the DER certificate, upper-case hex with colons. */
  sha256: string;
}

export interface TlsFacts {
  /** For example `TLSv1.3`. */
  protocol: string;
  cipher: string;
  certificate: CertificateFacts;
}

/** Why a tunnel ended. Codes are stable; the page maps each to words and a hop. */
export type TunnelErrorCode =
  | 'bad-frame'
  | 'origin-refused'
  | 'token-needed'
  | 'token-wrong'
  | 'port-refused'
  | 'address-refused'
  | 'host-refused'
  | 'name-not-found'
  | 'name-failed'
  | 'connection-refused'
  | 'connection-timeout'
  | 'host-unreachable'
  | 'connection-reset'
  | 'tls-not-spoken'
  | 'tls-timeout'
  | 'tls-failed'
  | 'tls-too-old'
  | 'tls-truncated'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  | 'certificate-wrong-name'
  | 'certificate-self-signed'
  | 'certificate-unknown-issuer'
  | 'certificate-incomplete-chain'
  | 'certificate-invalid'
  | 'certificate-changed'
  | 'start-tls-with-bytes-pending'
  | 'window-overrun'
  | 'idle-timeout'
  | 'too-many-tunnels'
  | 'too-many-from-client'
  | 'too-fast'
  | 'too-many-failures'
  | 'lifetime-over'
  | 'quota-used'
  | 'shutting-down'
  | 'internal';

/** WebSocket close code used with every `failed` frame; the close reason is the `TunnelErrorCode`. */
export const CLOSE_FAILED = 4000;
/** WebSocket close code after both directions ended in order. */
export const CLOSE_DONE = 1000;

/**
 * Answer of `GET info`: what this proxy is and allows, and the demo mailbox if one runs beside it. Anybody who may see
 * the page may read it, so it tells nothing that would help more than trying: no addresses, nothing private.
 * Fields may be added and a page must do without those it does not find: page and proxy may be of different versions.
 */
export interface ProxyInfo {
  name: 'poplar';
  version: string;
  ports: number[];
  demo: DemoMailbox | null;
  /** Tunnels open only for pages that send an access token (see Admission). */
  needsToken: boolean;
  policy: ProxyPolicy;
}

/** The rules of a proxy, as far as they are for everybody to know. */
export interface ProxyPolicy {
  hosts: 'any' | 'listed';
  /**
   * The listed ones as the operator wrote them, without private addresses and networks. Left out when a token is
   * needed: who has none could not find them out by trying.
   */
  allowedHosts?: string[];
  /** Where TLS to the mail server ends, which is where mail could be read. */
  tlsEndsIn: 'proxy';
  /** The oldest version of TLS that is spoken with mail servers. */
  minTls: string;
  logs: 'no-content';
  limits: ProxyLimits;
}

/** Per client unless said otherwise. */
export interface ProxyLimits {
  tunnelsPerClient: number;
  tunnelsPerMinute: number;
  idleTimeoutMs: number;
  lifetimeMs: number;
  /** What one tunnel may carry, both ways together; null for no limit. */
  maxOctets: number | null;
}

/** A mailbox for trying Poplar out. Its password is no secret. */
export interface DemoMailbox {
  address: string;
  displayName: string;
  host: string;
  port: number;
  submissionPort: number;
  user: string;
  password: string;
}
