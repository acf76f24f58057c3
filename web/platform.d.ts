// What the pure rooms may use beyond ES2023: globals that browsers, workers and Node all have and that
// touch neither network, storage, clock nor document. Anything else is handed in.

interface TextDecoderOptions {
  fatal?: boolean;
  ignoreBOM?: boolean;
}
declare class TextDecoder {
  constructor(label?: string, options?: TextDecoderOptions);
  readonly encoding: string;
  decode(input?: ArrayBufferView | ArrayBuffer, options?: { stream?: boolean }): string;
}
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number };
}
declare function atob(data: string): string;
declare function btoa(data: string): string;

declare const crypto: {
  /** Only sync/ draws random octets, and hands them to what must be testable. */
  getRandomValues<T extends Uint8Array<ArrayBuffer>>(octets: T): T;
  /** Absent where the context is not secure. */
  readonly subtle?: {
    digest(hash: 'SHA-256', octets: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
    importKey(
      format: 'raw',
      secret: Uint8Array<ArrayBuffer>,
      algorithm: 'PBKDF2',
      extractable: false,
      usages: ['deriveBits'],
    ): Promise<object>;
    deriveBits(
      how: { name: 'PBKDF2'; hash: string; salt: Uint8Array<ArrayBuffer>; iterations: number },
      key: object,
      bits: number,
    ): Promise<ArrayBuffer>;
  };
};

declare class URL {
  constructor(url: string, base?: string);
  static canParse(url: string, base?: string): boolean;
  protocol: string;
  readonly href: string;
  readonly origin: string;
  readonly host: string;
  readonly hostname: string;
  readonly username: string;
  readonly password: string;
}

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
declare class AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
