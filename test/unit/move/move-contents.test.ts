/** The inside of a move file: what no Poplar has written is refused whole. */
import { describe, expect, it } from 'vitest';
import { uidl } from '../../../web/model/ids.ts';
import { readContents, writeContents, type MoveContents } from '../../../web/move/move-contents.ts';

const contents: MoveContents = {
  madeAt: 1_795_000_000_000,
  accounts: [
    {
      address: 'nora@example.org',
      displayName: 'Nora – Përshëndetje',
      incoming: {
        host: 'pop.example.org',
        port: 995,
        security: 'tls',
        pin: 'AB',
        pinned: { subject: 'CN=a', issuer: 'CN=a', names: 'a', validFromMs: 1, validToMs: 2 },
      },
      user: 'nora',
      options: { checkEvery: 15, recent: false },
      rule: { rule: 'after-days', days: 30 },
      password: 'ключ 🔑',
      known: [uidl('uid-1'), uidl('\nhash'), uidl('shared\n300 2'), uidl('\x00\x80\xff')],
    },
    {
      address: 'b@example.org',
      displayName: '',
      incoming: { host: 'b', port: 110, security: 'none', bridge: { url: '/websockify' } },
      user: 'b',
      options: {},
      rule: null,
      password: null,
      known: [],
    },
  ],
};

const [account] = contents.accounts;
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const withAccount = (patch: object): Uint8Array =>
  bytes({ ...contents, accounts: [{ ...account, ...patch }] });

describe('what a move file holds', () => {
  it('comes back as it was written', () => {
    expect(readContents(writeContents(contents))).toEqual(contents);
  });

  it('may have more in it than this version knows', () => {
    const more = { ...contents, colour: 'green', accounts: [{ ...account, signature: 'Best, N.' }] };
    expect(readContents(bytes(more)).accounts).toEqual([account]);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['no JSON', new TextEncoder().encode('{')],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22])],
    ['another value', bytes(null)],
    ['a list', bytes([])],
    ['no accounts', bytes({ madeAt: 1 })],
    ['no time', bytes({ ...contents, madeAt: 'now' })],
    ['too many accounts', bytes({ ...contents, accounts: Array.from({ length: 1001 }, () => account) })],
    ['an account that is none', bytes({ ...contents, accounts: [7] })],
    ['a host that is no text', withAccount({ incoming: { ...account?.incoming, host: 7 } })],
    ['a security that is none', withAccount({ incoming: { ...account?.incoming, security: 'ssl' } })],
    ['a bridge without an address', withAccount({ incoming: { ...account?.incoming, bridge: {} } })],
    ['an endless name', withAccount({ displayName: 'x'.repeat(10_001) })],
    ['options that are none', withAccount({ options: 'all' })],
    ['a password that is no text', withAccount({ password: 7 })],
    ['unique-ids that are no list', withAccount({ known: 'uid-1' })],
    ['a unique-id that is empty', withAccount({ known: [''] })],
    ['a unique-id that is no text', withAccount({ known: [7] })],
    ['a unique-id that no server can say', withAccount({ known: ['Ā'] })],
    ['a unique-id without end', withAccount({ known: ['x'.repeat(2001)] })],
  ])('is refused when it is %s', (_name, damaged) => {
    expect(() => readContents(damaged)).toThrow(expect.objectContaining({ code: 'file-damaged' }) as Error);
  });
});
