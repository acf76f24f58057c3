/** Log and metrics together, as the rooms that report are given them. */
import { addressWriter, silentLog, type Log } from './log.ts';
import { Metrics } from './metrics.ts';

export interface Reports {
  readonly log: Log;
  readonly metrics: Metrics;
  /** How a client's address is written into the log. */
  writeAddress(address: string): string;
}

export interface ReportsOptions {
  log?: Log;
  version?: string;
  /** Write client addresses whole, and not their network alone. */
  wholeAddresses?: boolean;
}

export function createReports(options: ReportsOptions = {}): Reports {
  return {
    log: options.log ?? silentLog,
    metrics: new Metrics(options.version ?? '0.0.0'),
    writeAddress: addressWriter(options.wholeAddresses ?? false),
  };
}
