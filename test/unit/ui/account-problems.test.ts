/** What the account form calls wrong, and what it makes of what was typed. */
import { describe, expect, it } from 'vitest';
import { AccountForm } from '../../../web/ui/accounts/account-form.svelte.ts';
import { findAccountProblems, suggestHost, wireHost } from '../../../web/ui/accounts/account-problems.ts';

const good = {
  address: 'ada@example.com',
  displayName: 'Ada Lovelace',
  host: 'pop.example.com',
  port: '995',
  user: '',
  password: 'correct horse',
  bridge: null,
};

const PAGE = 'http://mail.example/poplar/';
const NOW = new Date(2026, 10, 28, 15).getTime();

describe('the fields', () => {
  it.each([
    ['everything usual', {}],
    ['spaces around', { address: ' ada@example.com ', host: ' pop.example.com ', port: ' 995 ' }],
    ['an address with a plus', { address: 'ada+list@mail.example.co.uk' }],
    ['an international address', { address: 'köbes@bücher.example', host: 'pop.bücher.example' }],
    ['an IPv4 address as host', { host: '192.0.2.7' }],
    ['an IPv6 address as host', { host: '2001:db8::1' }],
    ['a bracketed IPv6 address as host', { host: '[2001:db8::1]' }],
    ['a name without a dot as host', { host: 'mailbox' }],
    ['a bridge on its own site', { bridge: ' websockify ' }],
    ['a bridge elsewhere', { bridge: 'wss://bridge.example.org/?token=a' }],
    ['a password of spaces', { password: '   ' }],
    ['a password in any script', { password: 'pässwörd 密码' }],
  ])('are fine with %s', (_name, values) => {
    expect(findAccountProblems({ ...good, ...values }, PAGE)).toEqual({});
  });

  it.each([
    ['address', { address: '' }, 'Type your e-mail address.'],
    ['address', { address: 'ada' }, 'whole address'],
    ['address', { address: 'ada@' }, 'whole address'],
    ['address', { address: 'ada@localhost' }, 'whole address'],
    ['address', { address: 'a b@example.com' }, 'whole address'],
    ['address', { address: 'ada@exa mple.com' }, 'whole address'],
    ['address', { address: 'ada@[192.0.2.7]' }, 'whole address'],
    ['address', { address: 'ada\r\n@example.com' }, 'whole address'],
    ['displayName', { displayName: 'Ada\r\nBcc: x' }, 'line break'],
    ['host', { host: '' }, 'use the suggestion pop.example.com'],
    ['host', { host: 'https://pop.example.com' }, 'Only the server’s name'],
    ['host', { host: 'pop.example.com/mail' }, 'Only the server’s name'],
    ['host', { host: 'ada@pop.example.com' }, 'Only the server’s name'],
    ['host', { host: 'pop example com' }, 'Only the server’s name'],
    ['host', { host: 'pop.example.com:995' }, 'its own field'],
    ['host', { host: 'pop..%%%' }, 'can’t be the name'],
    ['port', { port: '' }, 'from 1 to 65535'],
    ['port', { port: '0' }, 'from 1 to 65535'],
    ['port', { port: '65536' }, 'from 1 to 65535'],
    ['port', { port: '995.5' }, 'from 1 to 65535'],
    ['port', { port: '0x3e3' }, 'from 1 to 65535'],
    ['port', { port: '-110' }, 'from 1 to 65535'],
    ['user', { user: 'ada\nQUIT' }, 'line break'],
    ['bridge', { bridge: '' }, 'Type the address of the bridge.'],
    ['bridge', { bridge: 'https://bridge.example.org' }, 'begins with wss://'],
    ['bridge', { bridge: 'ws://bridge.example.org' }, 'in clear to another machine'],
    ['bridge', { bridge: 'wss://ann:secret@bridge.example.org' }, 'can’t hold a user name'],
    ['bridge', { bridge: 'wss://bridge.example.org/#x' }, 'can’t hold a #'],
    ['password', { password: '' }, 'Type the password.'],
    ['password', { password: 'a\r\nDELE 1' }, 'line break'],
    ['password', { password: 'a\0b' }, 'can’t be sent'],
  ] as const)('%s with %j: %s', (field, values, words) => {
    const problems = findAccountProblems({ ...good, ...values }, PAGE);
    expect(Object.keys(problems)).toEqual([field]);
    expect(problems[field]).toContain(words);
  });
});

describe('a host', () => {
  it.each([
    ['ada@example.com', 'pop.example.com'],
    ['ada@bücher.example', 'pop.xn--bcher-kva.example'],
    ['ada@GMail.com', 'pop.gmail.com'],
    ['ada@icloud.com', ''],
    ['ada', ''],
    ['', ''],
  ])('is suggested for %j: %j', (address, suggestion) => {
    expect(suggestHost(address)).toBe(suggestion);
  });

  it.each([
    [' POP.Example.com ', 'pop.example.com'],
    ['pop.bücher.example', 'pop.xn--bcher-kva.example'],
    ['[2001:DB8::1]', '2001:db8::1'],
    ['2001:DB8::1', '2001:db8::1'],
  ])('%j goes over the wire as %j', (typed, wire) => {
    expect(wireHost(typed)).toBe(wire);
  });
});

describe('the form', () => {
  it('lets the port follow the security until another port is typed', () => {
    const form = new AccountForm(PAGE);
    form.security = 'starttls';
    expect(form.port).toBe('110');
    form.port = '10110';
    form.security = 'tls';
    expect(form.port).toBe('10110');
    form.port = '995';
    form.security = 'none';
    expect(form.port).toBe('110');
  });

  it('fills in the server of a provider that is known, until somebody types another', () => {
    const form = new AccountForm(PAGE);
    form.address = 'ada@hotmail.co.uk';
    expect([form.host, form.port, form.security]).toEqual(['outlook.office365.com', '995', 'tls']);
    expect(form.provider?.name).toBe('Outlook.com');
    form.address = 'ada@gmx.de';
    expect(form.host).toBe('pop.gmx.net');
    form.host = 'pop.example.org';
    form.address = 'ada@gmail.com';
    expect([form.host, form.provider]).toEqual(['pop.example.org', null]);
    form.host = '';
    expect(form.suggestedHost).toBe('pop.gmail.com');
    expect(form.provider?.name).toBe('Gmail');
  });

  it('knows a provider by the server, too, and one without any', () => {
    const form = new AccountForm(PAGE);
    form.address = 'ada@company.example';
    form.host = ' Outlook.Office365.com ';
    expect(form.provider?.notes).toContain('sign-in-only');
    const other = new AccountForm(PAGE);
    other.address = 'ada@me.com';
    expect([other.host, other.suggestedHost, other.provider?.notes[0]]).toEqual(['', '', 'no-pop']);
  });

  it('never uses the suggested host unseen', () => {
    const form = new AccountForm(PAGE);
    form.address = 'ada@example.com';
    form.password = 'x';
    expect(form.suggestedHost).toBe('pop.example.com');
    expect(form.submit()).toBe(false);
    expect(Object.keys(form.problems)).toEqual(['host']);
  });

  it('calls nothing wrong before it was handed in, and follows the typing afterwards', () => {
    const form = new AccountForm(PAGE);
    expect(form.problems).toEqual({});
    form.submit();
    expect(Object.keys(form.problems)).toEqual(['address', 'host', 'password']);
    form.password = 'x';
    expect(Object.keys(form.problems)).toEqual(['address', 'host']);
  });

  it('takes the address for an empty user name, and the password as it is', () => {
    const form = new AccountForm(PAGE);
    form.address = ' ada@example.com ';
    form.host = 'pop.example.com';
    form.password = ' spaces matter ';
    form.remember = false;
    expect(form.draft(NOW)).toEqual({
      address: 'ada@example.com',
      displayName: '',
      incoming: { host: 'pop.example.com', port: 995, security: 'tls' },
      user: 'ada@example.com',
      password: ' spaces matter ',
      rememberPassword: false,
      demo: false,
    });
  });

  it('takes less than everything where that is wanted and the provider lets people choose', () => {
    const form = new AccountForm(PAGE);
    form.host = 'pop.example.com';
    form.firstFetch = 'newest';
    expect(form.draft(NOW).fetch).toEqual({ what: 'newest', count: 500 });
    form.firstFetch = 'month';
    expect(form.draft(NOW).fetch).toEqual({ what: 'since', from: new Date(2026, 9, 29).getTime() });
    form.host = 'pop.gmail.com';
    expect(form.mayChoose).toBe(false);
    expect(form.draft(NOW)).not.toHaveProperty('fetch');
  });

  it('takes over the server that an error advised', () => {
    const form = new AccountForm(PAGE);
    form.useServer('starttls', 110);
    expect([form.security, form.port]).toEqual(['starttls', '110']);
    form.security = 'tls';
    expect(form.port).toBe('995');
  });
});
