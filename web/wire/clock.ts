/** Clock: time, handed in. Protocol rooms must not name timers, so that tests turn the hands themselves. */
export interface Clock {
  /** Calls `fire` once after `ms` milliseconds, unless the returned function is called before. */
  after(ms: number, fire: () => void): () => void;
}
