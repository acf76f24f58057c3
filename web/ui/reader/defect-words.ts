/** What is wrong in a message itself, in one calm sentence. Pure. */
import type { Defect } from '../../model/message.ts';

/** Worst first: the first that applies is said. Total over Defect. */
const words: Readonly<Record<Defect, string>> = {
  'parse-failed': 'This message is damaged and could not be read. Its source is shown.',
  'parse-timeout': 'Reading this message took too long and was stopped. Its source is shown.',
  'too-large-to-parse': 'This message is too large to be read here. The beginning of its source is shown.',
  'truncated-structure': 'Parts of this message are damaged. What could be read is shown.',
  unterminated:
    'The mail server never said where this message ends. It is as long as the server promised, but its end may be missing.',
  'no-header': 'This message came without a header: nobody can tell who sent it, or when.',
  'no-from': 'This message names no sender.',
  'raw-8bit-header':
    'The sender’s program did not say which writing its header is in. Some characters may be wrong.',
  'no-date': 'This message carries no date. The one shown is when it arrived here.',
};

const order = Object.keys(words) as Defect[];

/** Empty for a sound message. */
export function defectSentence(defects: readonly Defect[]): string {
  const worst = order.find((defect) => defects.includes(defect));
  return worst === undefined ? '' : words[worst];
}

/** The text of the message is its source then, and is shown like one. */
export function showsSource(defects: readonly Defect[]): boolean {
  return defects.some((defect) => ['parse-failed', 'parse-timeout', 'too-large-to-parse'].includes(defect));
}
