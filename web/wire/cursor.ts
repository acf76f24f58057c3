/**
 * Cursor: a received chunk and how far it has been read. Several parsers take turns on one chunk (a status line, then
 * a body, then the next status line), so the position lives outside of them. It must not know what the bytes mean.
 */
export interface Cursor {
  bytes: Uint8Array;
  /** Index of the next octet to read; `bytes.length` when the chunk is used up. */
  at: number;
}
