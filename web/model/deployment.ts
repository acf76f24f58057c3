/** What the page's own proxy says of itself. */
import type { AccountDraft } from './account.ts';

export interface Deployment {
  version: string;
  /** Ports the proxy dials at all. */
  ports: number[];
  /** Ready to be added with one click, or null when no demo mail server runs. */
  demo: AccountDraft | null;
}
