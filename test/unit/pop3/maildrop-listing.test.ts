import { afterEach, describe, expect, it, vi } from 'vitest';
import { ListingReply, NamedListing, unnamedListing } from '../../../web/pop3/maildrop-listing.ts';

const encoder = new TextEncoder();

function reply(text: string, chunk = text.length): ListingReply {
  const held = new ListingReply();
  for (let at = 0; at < text.length; at += chunk) held.push(encoder.encode(text.slice(at, at + chunk)));
  return held;
}

const UIDS = '1 aaa\r\n2 bbb\r\n';
const SIZES = '1 100\r\n2 200\r\n';
const listing = (uids: string, sizes: string, chunk?: number): NamedListing =>
  new NamedListing(reply(uids, chunk), reply(sizes, chunk));

afterEach(() => vi.unstubAllGlobals());

describe('a listing', () => {
  it('is read when asked, however often', () => {
    const named = listing(UIDS, SIZES, 3);
    const messages = [
      { number: 1, uidl: 'aaa', octets: 100 },
      { number: 2, uidl: 'bbb', octets: 200 },
    ];
    expect(named.messages()).toEqual(messages);
    expect(named.messages()).toEqual(messages);
  });

  it('is read across its pieces', () => {
    const line = (number: number): string => `${number} ${'u'.repeat(60)}${number}\r\n`;
    const uids = Array.from({ length: 5_000 }, (_, index) => line(index + 1)).join('');
    expect(uids.length).toBeGreaterThan(4 * 64 * 1024);
    const read = listing(uids, '').messages();
    expect(read.map(({ number, uidl }) => `${number} ${uidl}\r\n`).join('')).toBe(uids);
  });

  it('has the same fingerprint however it came, and another one when it says anything else', async () => {
    const print = await listing(UIDS, SIZES).fingerprint();
    expect(await listing(UIDS, SIZES, 1).fingerprint()).toBe(print);
    const others = [
      listing(UIDS.replace('b', 'c'), SIZES),
      listing(UIDS, SIZES.replace('200', '201')),
      listing(SIZES, UIDS),
      listing(UIDS + SIZES, ''),
      listing('2 bbb\r\n1 aaa\r\n', SIZES),
      listing('', ''),
    ];
    const prints = await Promise.all(others.map((other) => other.fingerprint()));
    expect(new Set([print, ...prints]).size).toBe(others.length + 1);
  });

  it('has the same fingerprint where the platform makes none', async () => {
    const print = await listing(UIDS, SIZES).fingerprint();
    vi.stubGlobal('crypto', {});
    expect(await listing(UIDS, SIZES).fingerprint()).toBe(print);
  });

  it('has no fingerprint where the server gives no unique-ids', async () => {
    expect(await unnamedListing([]).fingerprint()).toBeNull();
  });
});

it('refuses a reply without end', () => {
  const held = new ListingReply();
  const nothing = encoder.encode(`${'x'.repeat(60_000)}\r\n`.repeat(100));
  const endless = (): void => {
    for (let chunks = 0; chunks < 1000; chunks++) held.push(nothing);
  };
  expect(endless).toThrow(
    expect.objectContaining({ code: 'protocol-error', detail: { what: 'listing-too-long' } }),
  );
});
