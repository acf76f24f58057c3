/**
 * What the workers of several tabs tell each other, over a BroadcastChannel. Nobody hears what they say themselves.
 * Must not know what is done with it.
 */
import type { MailEvent, Trigger } from '../model/event.ts';
import type { AccountId, MessageId } from '../model/ids.ts';
import type { FolderKind, MessageSummary } from '../model/message.ts';
import type { FlagPatch } from '../store/mail-store.ts';

/** Changes of mail carry what changed, so that the other lists need not ask the store. */
export type TabMessage =
  | { type: 'added'; account: AccountId; summaries: MessageSummary[] }
  /** All of it is here now. */
  | { type: 'completed'; summary: MessageSummary }
  | { type: 'flagged'; ids: MessageId[]; patch: FlagPatch }
  | { type: 'moved'; ids: MessageId[]; folder: FolderKind }
  | { type: 'deleted'; ids: MessageId[] }
  | { type: 'removed'; account: AccountId }
  | { type: 'rebuilt' }
  | { type: 'told'; event: MailEvent }
  | { type: 'cancel'; account: AccountId }
  | { type: 'wake'; trigger: Trigger };

export interface Tabs {
  post(message: TabMessage): void;
  /** Hears the other tabs from now on. */
  listen(listener: (message: TabMessage) => void): void;
  close(): void;
}

const TYPES: readonly string[] = [
  'added',
  'completed',
  'flagged',
  'moved',
  'deleted',
  'removed',
  'rebuilt',
  'told',
  'cancel',
  'wake',
] satisfies TabMessage['type'][];

/** Joins the other tabs of this origin. The name carries a version: after an update old and new tabs run side by side. */
export function joinTabs(name = 'poplar tabs 1'): Tabs {
  const channel = new BroadcastChannel(name);
  return {
    post: (message) => channel.postMessage(message),
    listen: (listener) =>
      channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (isTabMessage(data)) listener(data);
      }),
    close: () => channel.close(),
  };
}

/** The workers on a channel are of one build, so that only the outline is checked. */
function isTabMessage(data: unknown): data is TabMessage {
  return typeof data === 'object' && data !== null && 'type' in data && TYPES.includes(String(data.type));
}
