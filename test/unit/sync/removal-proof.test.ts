/** Nothing is deleted that was not read back as it came, nor under another header. */
import { describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { messageId, messageNumber, uidl } from '../../../web/model/ids.ts';
import { headerIdentity } from '../../../web/pop3/identity-hash.ts';
import { checksum } from '../../../web/sync/checksum.ts';
import type { ListedMessage } from '../../../web/pop3/listing.ts';
import type { Holding } from '../../../web/model/retention.ts';
import type { Candidate } from '../../../web/sync/removal-plan.ts';
import { prove } from '../../../web/sync/removal-proof.ts';

const text = (subject: string): Uint8Array<ArrayBuffer> =>
  new TextEncoder().encode(`Subject: ${subject}\r\n\r\nText\r\n`);
const raw = text('one');
const receipt = { hash: checksum(raw), listedOctets: raw.length, unterminated: false };
const message: ListedMessage = { number: messageNumber(4), uidl: uidl('a'), octets: raw.length };
const holding: Holding = {
  ...{ id: messageId(1024), uidl: uidl('a'), octets: raw.length },
  ...{ receivedAt: 0, sentAt: null, folder: 'inbox', receipt },
};
const candidate: Candidate = { message, receipt, holding };

function proof(stored: Uint8Array<ArrayBuffer> | null | Error, there: Uint8Array | null) {
  return prove(
    {
      store: { raw: () => (stored instanceof Error ? Promise.reject(stored) : Promise.resolve(stored)) },
      identify: (messages) =>
        Promise.resolve(
          messages.map((one) => ({ ...one, uidl: there === null ? one.uidl : headerIdentity(there) })),
        ),
    },
    [candidate],
  );
}

const flipped = raw.map((octet, index) => (index === raw.length - 3 ? octet ^ 1 : octet));

describe('prove', () => {
  it('takes what is here as it came and there under the same header', async () => {
    expect(await proof(raw, raw)).toEqual({ proven: [candidate], doubts: [] });
  });

  it.each<[string, Uint8Array<ArrayBuffer> | null | Error, Uint8Array | null, string]>([
    ['is gone', null, raw, 'not-read-back'],
    ['lost an octet', raw.slice(0, -1), raw, 'not-read-back'],
    ['has one wrong bit', flipped, raw, 'not-read-back'],
    ['cannot be read', new PoplarError('storage-failed', 'storage'), raw, 'not-read-back'],
    ['is another message there', raw, text('two'), 'header'],
    ['has no TOP there', raw, null, 'header'],
  ])('keeps a message that %s', async (_what, stored, there, reason) => {
    expect(await proof(stored, there)).toEqual({ proven: [], doubts: [reason] });
  });

  it('takes what was deleted here for good by the header that was noted, and reads nothing', async () => {
    const { folder: _folder, ...outline } = holding;
    const deleted = { ...candidate, holding: { ...outline, header: headerIdentity(raw) } };
    const store = { raw: () => Promise.reject(new Error('not to be read')) };
    const there = (subject: string) => (messages: readonly ListedMessage[]) =>
      Promise.resolve(messages.map((one) => ({ ...one, uidl: headerIdentity(text(subject)) })));
    expect(await prove({ store, identify: there('one') }, [deleted])).toEqual({
      proven: [deleted],
      doubts: [],
    });
    const doubts = ['header'];
    expect(await prove({ store, identify: there('two') }, [deleted])).toEqual({ proven: [], doubts });
  });

  it('passes on what is no doubt but a lost connection', async () => {
    const lost = new PoplarError('connection-lost', 'maildrop');
    const store = { raw: () => Promise.resolve(raw) };
    await expect(prove({ store, identify: () => Promise.reject(lost) }, [candidate])).rejects.toBe(lost);
  });
});
