/** What a tunnel is given, and what it leaves behind for the log. */
import type { DialContext } from '../dial/dial.ts';
import type { TunnelErrorCode } from '../protocol.ts';
import type { Traffic } from '../report/traffic.ts';

export interface TunnelOptions {
  dial: DialContext;
  /** Judges the first frame by its token and throws TunnelFailure to end the tunnel; null lets every page in. */
  admit: ((token: string | null) => Promise<void>) | null;
  /** How long the page may take to say `connect`, and to be let in. */
  firstFrameTimeoutMs: number;
  /** How long the tunnel may stand without a byte in either direction. */
  idleTimeoutMs: number;
  /** How long the tunnel may stand at all. */
  lifetimeMs: number;
  /** How long a page that was told to go may keep its WebSocket. */
  closingTimeoutMs: number;
  /** How much it may carry, both ways together; null sets no limit. */
  maxOctets: number | null;
  /** What all tunnels carry together. */
  traffic: Traffic;
  /** `result` is `connected`, or why it failed. */
  onDialled(result: 'connected' | TunnelErrorCode, durationMs: number): void;
  onOver(summary: TunnelSummary): void;
}

/** For the log: what happened, without what was said. */
export interface TunnelSummary {
  outcome: 'done' | 'page-left' | TunnelErrorCode;
  host: string | null;
  port: number | null;
  octetsToPage: number;
  octetsToServer: number;
  /** The error behind an `internal` outcome, else null. */
  error: unknown;
}
