/**
 * Transport: a byte stream to a mail server, pulled. It must not know which protocol runs over it.
 * Pulling is the back-pressure: a chunk that is read returns window credit to whoever sends.
 */
import type { Bridge } from '../model/bridge.ts';

/** Facts about the TLS of a transport, wherever TLS ends. */
export interface TransportSecurity {
  /** Who holds the keys: with `proxy` the proxy can read what passes. */
  endsIn: 'proxy' | 'browser';
  protocol: string;
  cipher: string;
  subject: string;
  issuer: string;
  names: readonly string[];
  validToMs: number;
  /** SHA-256 of the certificate, upper-case hex with colons. */
  sha256: string;
}

export interface Transport {
  /** Null while the stream is in clear. */
  readonly security: TransportSecurity | null;
  /**
   * Octets that may well be asked for ahead. Left out where pulling holds the sender back, so that any amount may; with
   * this, what is not pulled piles up here.
   */
  readonly maxAheadOctets?: number;
  /** Next chunk, or null when the peer has finished. Throws PoplarError (`connection-lost`, a proxy or TLS code). */
  read(): Promise<Uint8Array | null>;
  /** Resolves when the bytes are taken (window included). Calls are kept in order. Throws PoplarError. */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * Upgrade in place (STLS, RFC 2595 §4). Throws PoplarError `tls-injection` when bytes are waiting unread:
   * they were sent in clear and would be taken for secured ones.
   */
  startTls(): Promise<void>;
  /** Ends the stream; never throws, safe to call twice. A pending read gets null. */
  close(): void;
}

/** Where to dial. */
export interface DialTarget {
  host: string;
  port: number;
  /** `tls`: from the first byte. `starttls` and `none` both begin in clear. */
  security: 'tls' | 'starttls' | 'none';
  /** Goes through this bridge, which alone decides where it leads; host and port are for words. Needs `none`. */
  bridge?: Bridge;
  /** SHA-256 of the only certificate that is accepted, upper-case hex with colons; without one it is verified. */
  pin?: string;
}

/** What to tell while dialling, and of a transport that stands. */
export interface DialObserver {
  /** A hop was passed; `fact` is for people (an address, a protocol). */
  onReached?(hop: 'proxy' | 'name' | 'connection' | 'tls', fact: string): void;
  /**
   * Whoever carries the stream will end it in so many milliseconds, while dialling or later. What is under way may come
   * to its end; the rest belongs on a new transport.
   */
  onDraining?(withinMs: number): void;
}

/** Opens a Transport or throws PoplarError naming the hop. Aborting the signal throws `cancelled`. */
export type Dial = (target: DialTarget, observer: DialObserver, signal: AbortSignal) => Promise<Transport>;
