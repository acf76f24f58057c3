/** Which key does what, and the words for the table of keys. Pure; must not know who carries an action out. */

/** Of the mail: list and reader. */
export type KeyAction =
  'next' | 'previous' | 'open' | 'back' | 'star' | 'unread' | 'read' | 'delete' | 'inbox' | 'trash';

export interface KeyStroke {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

interface Binding {
  action: KeyAction;
  /** As typed: one key, or two after another with a space between. */
  keys: readonly string[];
  /** As people read them. */
  shown: readonly string[];
  words: string;
}

export const bindings: readonly Binding[] = [
  { action: 'next', keys: ['j'], shown: ['j', '↓'], words: 'Next message' },
  { action: 'previous', keys: ['k'], shown: ['k', '↑'], words: 'Previous message' },
  { action: 'open', keys: ['o', 'Enter'], shown: ['o', 'Enter'], words: 'Open message' },
  { action: 'back', keys: ['u', 'Escape'], shown: ['u', 'Esc'], words: 'Back to the list' },
  { action: 'star', keys: ['s'], shown: ['s'], words: 'Add or remove star' },
  { action: 'read', keys: ['I'], shown: ['Shift', 'i'], words: 'Mark as read' },
  { action: 'unread', keys: ['U'], shown: ['Shift', 'u'], words: 'Mark as unread' },
  {
    action: 'delete',
    keys: ['#', 'Delete', 'Backspace'],
    shown: ['#', 'Delete'],
    words: 'Move to Trash; in Trash, delete for good',
  },
  { action: 'inbox', keys: ['g i'], shown: ['g', 'i'], words: 'Go to all mail in the inbox' },
  { action: 'trash', keys: ['g #'], shown: ['g', '#'], words: 'Go to Trash' },
];

/** Keys of the whole page, whatever it shows. */
export const pageKeys: readonly Pick<Binding, 'shown' | 'words'>[] = [
  { shown: ['z'], words: 'Undo' },
  { shown: ['?'], words: 'Show these keys' },
];

/** Keys of the list of what is on a server, beside the arrows. */
export const ledgerKeys: readonly Pick<Binding, 'shown' | 'words'>[] = [
  { shown: ['Space'], words: 'Select or unselect' },
  { shown: ['Shift', '↑ ↓'], words: 'Select up to there' },
  { shown: ['Ctrl', 'a'], words: 'Select all' },
  { shown: ['Esc'], words: 'Select nothing' },
  { shown: ['Delete'], words: 'Delete what is selected on the server' },
  { shown: ['Enter'], words: 'Open message' },
];

/** What a stroke means after `prefix` (the first key of a pair, or nothing), and the prefix for the next one. */
export function readKey(stroke: KeyStroke, prefix: string): { action: KeyAction | null; prefix: string } {
  if (stroke.ctrlKey || stroke.metaKey || stroke.altKey) return { action: null, prefix: '' };
  if (stroke.key === 'Shift') return { action: null, prefix };
  const typed = prefix === '' ? stroke.key : `${prefix} ${stroke.key}`;
  const binding = bindings.find(({ keys }) => keys.includes(typed));
  if (binding !== undefined) return { action: binding.action, prefix: '' };
  const starts = bindings.some(({ keys }) => keys.some((key) => key.startsWith(`${typed} `)));
  return { action: null, prefix: starts ? typed : '' };
}

/** What the stroke means wherever it is typed. */
export function readPageKey(stroke: KeyStroke): 'help' | 'undo' | null {
  if (stroke.ctrlKey || stroke.metaKey || stroke.altKey) return null;
  return stroke.key === '?' ? 'help' : stroke.key === 'z' ? 'undo' : null;
}

/** True where keys belong to what is focused: a field that is typed into, or an open dialog or menu. */
export function keysBelongTo(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable], dialog, [role="menu"]',
    ) !== null
  );
}
