import { describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import type { AccountDraft, AccountOptions, ServerAddress } from '../../../web/model/account.ts';
import { cleanDraft, cleanOptions } from '../../../web/worker/draft.ts';

interface Given extends Partial<Omit<AccountDraft, 'incoming'>> {
  incoming?: Partial<ServerAddress>;
}
function draft({ incoming, ...given }: Given = {}): AccountDraft {
  return {
    address: 'nora@example.org',
    displayName: 'Nora',
    incoming: { host: 'pop.example.org', port: 995, security: 'tls', ...incoming },
    user: 'nora',
    password: 'secret',
    rememberPassword: true,
    demo: false,
    ...given,
  };
}

const pinned = { subject: 'CN=a', issuer: 'CN=b', names: 'a', validFromMs: 1, validToMs: 2 };
const pin = '0A:'.repeat(31) + 'FF';
const NOW = Date.UTC(2026, 10, 28);

describe('cleanOptions', () => {
  it.each<Partial<AccountOptions>>([
    {},
    { checkEvery: 5 },
    { recent: true },
    { fetch: { what: 'all' } },
    { headsAbove: 500_000 },
    { headsAbove: null },
    { fetch: { what: 'newest', count: 500 } },
    { fetch: { what: 'since', from: NOW } },
  ])('takes %o as it is', (options) => {
    expect(cleanOptions(options, NOW)).toEqual(options);
  });

  it.each<[string, Partial<AccountOptions>]>([
    ['interval', { checkEvery: 1 as 5 }],
    ['number of messages', { fetch: { what: 'newest', count: 0 as 100 } }],
    ['size', { headsAbove: 5 as 100_000 }],
    ['date', { fetch: { what: 'since', from: NOW + 1 } }],
    ['date', { fetch: { what: 'since', from: Number.NaN } }],
  ])('refuses a wrong %s', (field, options) => {
    expect(() => cleanOptions(options, NOW)).toThrowError(
      expect.objectContaining({ code: 'bad-input', detail: { field } }),
    );
  });
});

describe('cleanDraft', () => {
  it('keeps the address of a bridge, trimmed, and nothing else of it', () => {
    const bridge = { url: ' wss://bridge.example.org/ ', more: 1 };
    const { incoming } = cleanDraft(draft({ incoming: { security: 'none', port: 110, bridge } }));
    expect(incoming).toEqual({
      host: 'pop.example.org',
      port: 110,
      security: 'none',
      bridge: { url: 'wss://bridge.example.org/' },
    });
  });

  it.each(['', '  ', 'wss://a.example/\r\nX'])('refuses %j as the address of a bridge', (url) => {
    expect(() => cleanDraft(draft({ incoming: { bridge: { url } } }))).toThrow(
      expect.objectContaining({ code: 'bad-input', detail: { field: 'bridge address' } }),
    );
  });

  it('keeps the certificate that is trusted', () => {
    expect(cleanDraft(draft({ incoming: { pin, pinned } }))).toEqual(draft({ incoming: { pin, pinned } }));
  });

  it.each(['', pin.toLowerCase(), `${pin}:00`, 'x'])('refuses %j as its fingerprint', (wrong) => {
    const given = draft({ incoming: { pin: wrong, pinned } });
    expect(() => cleanDraft(given)).toThrow(expect.objectContaining({ detail: { field: 'certificate' } }));
  });

  it('trims everything but the password', () => {
    const given = draft({
      address: ' nora@example.org\t',
      displayName: '  Nora Berg ',
      user: ' nora ',
      password: ' secret\t',
      incoming: { host: '\u00a0pop.example.org\r\n' },
    });
    expect(cleanDraft(given)).toEqual(
      draft({ displayName: 'Nora Berg', password: ' secret\t', incoming: { host: 'pop.example.org' } }),
    );
  });

  it.each<{ name: string; given: Given }>([
    { name: 'an empty display name', given: { displayName: '  ' } },
    { name: 'a user with a space, an at sign and no ASCII', given: { user: 'Nora Bérg@example.org' } },
    { name: 'a password of anything but line ends', given: { password: '\t \u0001"\\päss🔑' } },
    { name: 'an IPv6 address', given: { incoming: { host: '2001:db8::1' } } },
    { name: 'the smallest and no TLS', given: { incoming: { port: 1, security: 'none' } } },
    { name: 'the largest port', given: { incoming: { port: 65_535, security: 'starttls' } } },
    { name: 'a name with an at sign in quotes', given: { address: '"a@b"@example.org' } },
  ])('takes $name', ({ given }) => {
    expect(() => cleanDraft(draft(given))).not.toThrow();
  });

  it.each<{ field: string; given: Given }>([
    { field: 'address', given: { address: '' } },
    { field: 'address', given: { address: 'nora' } },
    { field: 'address', given: { address: '@example.org' } },
    { field: 'address', given: { address: 'nora@' } },
    { field: 'address', given: { address: 'no ra@example.org' } },
    { field: 'address', given: { address: 'nora@example.org\r\nQUIT' } },
    { field: 'name', given: { displayName: 'a\u0000b' } },
    { field: 'host', given: { incoming: { host: '   ' } } },
    { field: 'host', given: { incoming: { host: 'pop example.org' } } },
    { field: 'host', given: { incoming: { host: 'pop\u0085example.org' } } },
    { field: 'port', given: { incoming: { port: 0 } } },
    { field: 'port', given: { incoming: { port: 65_536 } } },
    { field: 'port', given: { incoming: { port: 99.5 } } },
    { field: 'port', given: { incoming: { port: NaN } } },
    { field: 'security', given: { incoming: { security: 'ssl' as 'tls' } } },
    { field: 'user', given: { user: '\u200a' } },
    { field: 'user', given: { user: 'nora\nDELE 1' } },
    { field: 'password', given: { password: '' } },
    { field: 'password', given: { password: 'a\rb' } },
    { field: 'password', given: { password: 'a\nb' } },
    { field: 'password', given: { password: 'a\0b' } },
  ])('refuses $given as bad $field, and does not repeat it', ({ field, given }) => {
    const refused = (): PoplarError => {
      try {
        cleanDraft(draft(given));
      } catch (error) {
        if (error instanceof PoplarError) return error;
      }
      throw new Error('the draft was taken');
    };
    expect(refused()).toMatchObject({ code: 'bad-input', hop: 'page', detail: { field } });
    expect(Object.keys(refused().detail)).toEqual(['field']);
  });
});
