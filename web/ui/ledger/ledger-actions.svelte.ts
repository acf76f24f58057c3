/** What the page of a server does with chosen messages, and how it says what became of it. */
import type {
  LedgerAction,
  LedgerChange,
  LedgerFigures,
  LedgerSelection,
} from '../../model/server-ledger.ts';
import { asPoplarError } from '../../state/as-poplar-error.ts';
import type { States } from '../../state/context.ts';
import { errorText } from '../error-text.ts';
import { changeWords, tooLateWords } from './ledger-words.ts';

export class LedgerActions {
  /** Messages that are not here and whose deletion waits for a yes. */
  asking = $state.raw<{ selection: LedgerSelection; figures: LedgerFigures } | null>(null);
  readonly #states: Pick<States, 'ledger' | 'toasts'>;
  readonly #host: () => string;

  constructor(states: Pick<States, 'ledger' | 'toasts'>, host: () => string) {
    this.#states = states;
    this.#host = host;
  }

  /** With what is chosen. Never throws. */
  async run(action: LedgerAction): Promise<void> {
    const { ledger } = this.#states;
    const selection = ledger.selection.take();
    const change = await this.#change(selection, action);
    if (change === null) return;
    ledger.selection.clear();
    if (action === 'delete' && change.leftOut.messages > 0) {
      this.asking = { selection, figures: change.leftOut };
    }
  }

  /** What was asked about is to be deleted without a copy. Never throws. */
  async agree(): Promise<void> {
    const { asking } = this;
    this.asking = null;
    if (asking !== null) await this.#change(asking.selection, 'delete-without-copy');
  }

  async #change(selection: LedgerSelection, action: LedgerAction): Promise<LedgerChange | null> {
    const { ledger, toasts } = this.#states;
    try {
      const change = await ledger.change(selection, action);
      const words = changeWords(action, change, this.#host());
      if (words !== null && change.changed.messages > 0) toasts.undo(words, () => void this.#undo(change));
      else if (words !== null) toasts.note(words);
      return change;
    } catch (error) {
      toasts.note(failureWords(error));
      return null;
    }
  }

  async #undo(change: LedgerChange): Promise<void> {
    const { ledger, toasts } = this.#states;
    try {
      const tooLate = await ledger.undo(change);
      if (tooLate > 0) toasts.note(tooLateWords(tooLate));
    } catch (error) {
      toasts.note(failureWords(error));
    }
  }
}

function failureWords(error: unknown): string {
  const { title, advice } = errorText(asPoplarError(error));
  return `${title}. ${advice}`;
}
