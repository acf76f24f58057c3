/** What of a WebSocket a tunnel needs: so little that a browser's, Node's `ws` and a test's script all fit. */
export interface TunnelSocket {
  binaryType: string;
  /** The sub-protocol that the other side chose; empty before it opens and when it chose none. */
  readonly protocol: string;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: 'close',
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
}

export type TunnelSocketClass = new (url: string, subprotocol: string) => TunnelSocket;
