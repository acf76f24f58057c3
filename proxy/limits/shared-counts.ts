/**
 * What several instances count together, wherever they keep it. Every answer may be null: the store is away, and then
 * each instance has only what it has counted itself. Nothing here rejects, and nothing takes long.
 */
export interface SharedCounts {
  /** Counts one more of `what` by this client, and returns how many there are in this minute. */
  add(what: string, client: string): Promise<number | null>;
  /** How many there are in this minute. */
  count(what: string, client: string): Promise<number | null>;
  /**
   * May this instance carry `tunnels` tunnels of the client, if all instances together may carry `max`? When it may,
   * the others know it from now on.
   */
  claim(client: string, tunnels: number, max: number): Promise<boolean | null>;
  /** Says how many tunnels of the client this instance carries. Null when nobody heard it. */
  tell(client: string, tunnels: number): Promise<true | null>;
}

/** For an instance that counts alone. */
export const notShared: SharedCounts = {
  add: () => Promise.resolve(null),
  count: () => Promise.resolve(null),
  claim: () => Promise.resolve(null),
  tell: () => Promise.resolve(true),
};
