import { describe, expect, it } from 'vitest';
import { messageId, type MessageId } from '../../../web/model/ids.ts';
import { headerIdentity } from '../../../web/pop3/identity-hash.ts';
import { StoredHeaders } from '../../../web/sync/stored-headers.ts';
import { bytes } from '../../support/octets.ts';

const rawOf = (id: number) => bytes(`Subject: number ${id}\r\n\r\nText.\r\n`);
const rows = (count: number, octets: number) =>
  Array.from({ length: count }, (_, index) => ({ id: messageId(index), octets }));

/** A store that counts how often it is read; what is lost cannot be. */
function storeOf(lost: readonly number[] = []) {
  const reads: number[] = [];
  return {
    reads,
    raws(ids: readonly MessageId[]) {
      reads.push(ids.length);
      return Promise.resolve(ids.map((id) => (lost.includes(id) ? null : rawOf(id))));
    },
  };
}

describe('StoredHeaders', () => {
  it('reads messages together that are packed together, once', async () => {
    const store = storeOf();
    const headers = new StoredHeaders(store, rows(1500, 1000));
    for (const id of [1499, 0, 700, 1, 1499, 3]) {
      expect(await headers.identityOf(messageId(id))).toBe(headerIdentity(rawOf(id)));
    }
    expect(store.reads).toEqual([476, 512, 512]);
  });

  it('never reads much more than a pack at once', async () => {
    const store = storeOf();
    const headers = new StoredHeaders(store, rows(5, 3 * 1024 * 1024));
    for (let id = 0; id < 5; id += 1) await headers.identityOf(messageId(id));
    expect(store.reads).toEqual([1, 1, 1, 1, 1]);
  });

  it('knows nothing of what cannot be read, nor of what it was not told of', async () => {
    const headers = new StoredHeaders(storeOf([2]), rows(4, 10));
    expect(await headers.identityOf(messageId(2))).toBeNull();
    expect(await headers.identityOf(messageId(9))).toBeNull();
    expect(await headers.identityOf(messageId(3))).toBe(headerIdentity(rawOf(3)));
  });
});
