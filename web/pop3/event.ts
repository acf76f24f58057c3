/** What a session makes of the server's bytes, in the order they came. */
import type { Command } from './command.ts';
import type { StatusLine } from './status-line.ts';

export type Pop3Event =
  | { readonly type: 'greeting'; readonly status: StatusLine }
  /** The answer to a command. With `more` its body follows: `body` events, then `end`. */
  | { readonly type: 'reply'; readonly command: Command; readonly status: StatusLine; readonly more: boolean }
  /** The server wants a SASL response; `text` is base64. */
  | { readonly type: 'challenge'; readonly command: Command; readonly text: string }
  /** A piece of a body, un-stuffed. A view of the received chunk: copy what is to be kept longer than the chunk. */
  | { readonly type: 'body'; readonly command: Command; readonly bytes: Uint8Array }
  | { readonly type: 'end'; readonly command: Command };
