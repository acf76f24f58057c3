/**
 * What a writer of error words works with: the facts of one error, read safely out of its `detail`. A fact that the
 * throwing room did not give is simply not spoken of. Must not know any error code.
 */
import type { ErrorDetail } from '../../errors.ts';
import type { Security } from '../../model/account.ts';

/** What the person can do with one click. Whoever shows the error decides whether the action fits there. */
export type ErrorAction =
  | { kind: 'retry'; label: string }
  | { kind: 'password'; label: string }
  | { kind: 'token'; label: string }
  | { kind: 'reload'; label: string }
  /** Set the account's port and security to these and look again. */
  | { kind: 'server'; label: string; port: number; security: Security };

/** An error in words: what was tried and came back, then what to do. */
export interface ErrorText {
  title: string;
  advice: string;
  action?: ErrorAction;
}

export type ErrorWriter = (facts: Facts) => ErrorText;

/** Reads facts out of an error's detail; text facts are `''` and numbers null when absent. */
export class Facts {
  readonly #detail: ErrorDetail;

  constructor(detail: ErrorDetail) {
    this.#detail = detail;
  }

  text(key: string): string {
    const value = this.#detail[key];
    return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  }

  number(key: string): number | null {
    const value = this.#detail[key];
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : null;
  }

  /** True only when the fact is given and true. */
  flag(key: string): boolean {
    return this.#detail[key] === true;
  }

  /** The server's name, or a word for it. */
  get host(): string {
    return this.text('host') || 'the mail server';
  }

  /** The same at the beginning of a sentence. */
  get Host(): string {
    return this.text('host') || 'The mail server';
  }

  /** `pop.example.com, port 995`. */
  get place(): string {
    const port = this.number('port');
    return port === null ? this.host : `${this.host}, port ${port}`;
  }

  /** ` on port 995`, or nothing. */
  get onPort(): string {
    const port = this.number('port');
    return port === null ? '' : ` on port ${port}`;
  }

  /** What the server said after its -ERR (RFC 1939 §3), as a sentence of its own, or nothing. */
  get said(): string {
    return quoted('The server said', this.text('said').replace(/^-ERR\b\s*/i, ''));
  }

  /** What the browser or the proxy reported, likewise. */
  get reported(): string {
    return quoted('The report reads', this.text('message'));
  }
}

/** Makes sentences from the parts that are there. */
export function sentences(...parts: string[]): string {
  return parts
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' ');
}

export const retry: ErrorAction = { kind: 'retry', label: 'Try again' };
export const enterToken: ErrorAction = { kind: 'token', label: 'Enter the token' };
export const reload: ErrorAction = { kind: 'reload', label: 'Reload the page' };
export const useTls: ErrorAction = { kind: 'server', label: 'Use TLS, port 995', port: 995, security: 'tls' };
export const useStarttls: ErrorAction = {
  kind: 'server',
  label: 'Use STARTTLS, port 110',
  port: 110,
  security: 'starttls',
};

function quoted(lead: string, words: string): string {
  return words === '' ? '' : `${lead}: “${words}”.`;
}
