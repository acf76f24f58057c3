/** Summaries for tests: everything a row needs, with the interesting fields given. */
import { accountId, messageId, uidl } from '../../../web/model/ids.ts';
import type { MessageSummary } from '../../../web/model/message.ts';

export function makeSummary(id: number, given: Partial<MessageSummary> = {}): MessageSummary {
  return {
    id: messageId(id),
    account: accountId('a'),
    folder: 'inbox',
    uidl: uidl(`u${id}`),
    octets: 100,
    receivedAt: 1_000,
    seen: false,
    starred: false,
    from: { name: '', address: 'a@example.org' },
    to: [],
    subject: `message ${id}`,
    sentAt: null,
    preview: '',
    hasAttachment: false,
    ...given,
  };
}
