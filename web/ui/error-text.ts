/**
 * Every error in words people use: what was tried, with what, what came back, what to do. The map is total over
 * ErrorCode, so a new code without words does not compile. Must not know who shows the words.
 */
import type { ErrorCode, ErrorDetail } from '../errors.ts';
import { bridgeWords, throughBridge } from './error-words/bridge.ts';
import { Facts, type ErrorText, type ErrorWriter } from './error-words/facts.ts';
import { fileWords } from './error-words/files.ts';
import { loginWords, maildropWords } from './error-words/login-and-maildrop.ts';
import { connectionWords, nameWords } from './error-words/name-and-connection.ts';
import { pageWords, proxyWords } from './error-words/page-and-proxy.ts';
import { messageWords, storageWords } from './error-words/storage-and-message.ts';
import { certificateWords, tlsWords } from './error-words/tls.ts';

export type { ErrorAction, ErrorText } from './error-words/facts.ts';

/** One writer for each code. */
export const errorWriters: Readonly<Record<ErrorCode, ErrorWriter>> = {
  ...pageWords,
  ...fileWords,
  ...proxyWords,
  ...bridgeWords,
  ...nameWords,
  ...connectionWords,
  ...tlsWords,
  ...certificateWords,
  ...loginWords,
  ...maildropWords,
  ...storageWords,
  ...messageWords,
};

/** The words for one error. `error` may be a PoplarError or its record. */
export function errorText(error: { code: ErrorCode; detail: ErrorDetail }): ErrorText {
  const facts = new Facts(error.detail);
  const write = facts.text('bridge') === '' ? undefined : throughBridge[error.code];
  return (write ?? errorWriters[error.code])(facts);
}
