/** The browser that the page runs in, as far as keeping mail depends on it. Pure. */

/** By engine where that decides: on iPhones and iPads every browser keeps and clears as Safari does. */
export type BrowserFamily = 'chromium' | 'firefox' | 'safari' | 'other';

export interface BrowserHost {
  family: BrowserFamily;
  /** Opened as an app, from the home screen or a launcher. */
  installed: boolean;
  /** Served by https:, or from this very machine: elsewhere browsers tell nothing of their storage. */
  secure: boolean;
}

export const UNKNOWN_HOST: BrowserHost = { family: 'other', installed: false, secure: true };

/** There is nothing better to go by: the browsers that differ do not say so in any other way. */
export function browserFamily(userAgent: string): BrowserFamily {
  if (/\b(?:iPhone|iPad|iPod)\b/.test(userAgent)) return 'safari';
  if (/Chrom(?:e|ium)\//.test(userAgent)) return 'chromium';
  if (/\bFirefox\//.test(userAgent)) return 'firefox';
  return /\bSafari\//.test(userAgent) ? 'safari' : 'other';
}
