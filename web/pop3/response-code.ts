/** Response codes: the word in brackets at the start of a status text (RFC 2449 §8, RFC 3206, RFC 6856). */

export type ResponseCode = 'IN-USE' | 'LOGIN-DELAY' | 'SYS/TEMP' | 'SYS/PERM' | 'AUTH' | 'UTF8';

const KNOWN: ReadonlySet<string> = new Set<ResponseCode>([
  'IN-USE',
  'LOGIN-DELAY',
  'SYS/TEMP',
  'SYS/PERM',
  'AUTH',
  'UTF8',
]);

const isKnown = (code: string): code is ResponseCode => KNOWN.has(code);

/**
 * The known code at the start of a status text, or null. RFC 2449 §8: codes are hierarchical, so an unknown one such
 * as `AUTH/EXPIRED` counts as its longest known beginning.
 */
export function responseCodeOf(text: string): ResponseCode | null {
  const written = /^\[([^\]]*)\]/.exec(text)?.[1];
  if (written === undefined) return null;
  const levels = written.trim().toUpperCase().split('/');
  for (; levels.length > 0; levels.pop()) {
    const code = levels.join('/');
    if (isKnown(code)) return code;
  }
  return null;
}
