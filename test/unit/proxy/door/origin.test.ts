import { describe, expect, it } from 'vitest';
import {
  isAcceptedHost,
  isAcceptedOrigin,
  parseOrigin,
  parseSocketOrigin,
  type OriginRules,
} from '../../../../proxy/door/origin.ts';

const local: OriginRules = { loopbackOnly: true, allowOrigins: [] };
const localBehindProxy: OriginRules = { loopbackOnly: true, allowOrigins: ['https://mail.example.org'] };
const open: OriginRules = { loopbackOnly: false, allowOrigins: [] };
const openNamed: OriginRules = { loopbackOnly: false, allowOrigins: ['https://mail.example.org'] };
const development: OriginRules = { loopbackOnly: true, allowOrigins: ['http://localhost:5173'] };

describe('isAcceptedHost', () => {
  it.each([
    ['localhost:8025', local, true],
    ['LocalHost:8025', local, true],
    ['localhost.:8025', local, true],
    ['127.0.0.1:8025', local, true],
    ['127.0.0.1', local, true],
    ['[::1]:8025', local, true],
    ['evil.example:8025', local, false],
    ['localhost.evil.example', local, false],
    ['127.0.0.1.evil.example', local, false],
    ['192.168.1.5:8025', local, false],
    ['[::ffff:192.168.1.5]', local, false],
    ['mail.example.org', localBehindProxy, true],
    ['mail.example.org:8443', localBehindProxy, true],
    ['MAIL.example.org', localBehindProxy, true],
    ['evil.example', localBehindProxy, false],
    ['nas.local:8025', open, true],
    ['192.168.1.5:8025', open, true],
    ['nas.local:8025', openNamed, false],
    ['192.168.1.5:8025', openNamed, true],
    ['mail.example.org', openNamed, true],
    ['', open, false],
    [undefined, open, false],
    ['a b', open, false],
    ['user@localhost', local, false],
    ['localhost/evil', local, false],
    ['localhost:99999', local, false],
  ])('answers Host %j as it should', (header, rules, expected) => {
    expect(isAcceptedHost(header, rules)).toBe(expected);
  });
});

describe('isAcceptedOrigin', () => {
  it.each([
    ['the page itself', 'http://localhost:8025', 'localhost:8025', local, true],
    ['the page behind a TLS proxy', 'https://mail.example.org', 'mail.example.org', local, true],
    ['a default port written out', 'https://mail.example.org', 'mail.example.org:443', local, true],
    ['capitals in Host', 'http://localhost:8025', 'LOCALHOST:8025', local, true],
    ['IPv6', 'http://[::1]:8025', '[::1]:8025', local, true],
    ['an allowed page elsewhere', 'https://mail.example.org', '127.0.0.1:8025', localBehindProxy, true],
    ['its sister in clear', 'http://mail.example.org', '127.0.0.1:8025', localBehindProxy, false],
    ['its sister in clear, by its own name', 'http://mail.example.org', 'mail.example.org', openNamed, false],
    ['that at a port', 'http://mail.example.org:8025', 'mail.example.org:8025', openNamed, false],
    ['it at a port of its own', 'https://mail.example.org:8443', 'mail.example.org:8443', openNamed, true],
    ['the own page beside one in clear', 'http://localhost:8025', 'localhost:8025', development, true],
    ['that one', 'http://localhost:5173', 'localhost:8025', development, true],
    ['a page of this machine beside it', 'http://localhost:8025', 'localhost:8025', openNamed, true],
    ['an address beside it', 'http://192.168.1.5:8025', '192.168.1.5:8025', openNamed, true],
    ['its sister at another port', 'https://mail.example.org:444', '127.0.0.1:8025', localBehindProxy, false],
    ['a foreign page', 'https://evil.example', 'localhost:8025', local, false],
    ['another port of this machine', 'http://localhost:3000', 'localhost:8025', local, false],
    ['another name of this machine', 'http://127.0.0.1:8025', 'localhost:8025', local, false],
    ['another scheme', 'https://localhost:8025', 'localhost', local, false],
    ['a sub-domain', 'https://evil.mail.example.org', 'mail.example.org', open, false],
    ['a sub-domain of an allowed page', 'https://evil.mail.example.org', 'a.test', localBehindProxy, false],
    ['the domain above', 'https://example.org', 'mail.example.org', open, false],
    ['the domain above an allowed page', 'https://example.org', 'a.test', localBehindProxy, false],
    ['another port by default', 'https://mail.example.org', 'mail.example.org:8443', open, false],
    ['an origin with a dot', 'https://mail.example.org.', 'mail.example.org', open, false],
    ['a look-alike', 'https://mаil.example.org', 'mail.example.org', open, false],
    ['a longer name', 'http://localhost:8025.evil.example', 'localhost:8025', local, false],
    ['no origin: a program', undefined, 'localhost:8025', local, false],
    ['null: a sandboxed frame or a file', 'null', 'localhost:8025', local, false],
    ['a file', 'file://', 'localhost:8025', local, false],
    ['null although the host says so too', 'null', 'null', open, false],
    ['a file with a host', 'file://localhost', 'localhost', local, false],
    ['a blob of the page', 'blob:http://localhost:8025/x', 'localhost:8025', local, false],
    ['a document of data', 'data:text/html,x', 'localhost:8025', local, false],
    ['a WebSocket scheme', 'ws://localhost:8025', 'localhost:8025', local, false],
    ['an extension', 'chrome-extension://abcdef', 'localhost:8025', local, false],
    ['an extension of Firefox', 'moz-extension://localhost:8025', 'localhost:8025', local, false],
    ['an app of a phone', 'capacitor://localhost', 'localhost', local, false],
    ['a line break', 'http://localhost:8025\n', 'localhost:8025', local, false],
    ['a tab in the name', 'http://local\thost:8025', 'localhost:8025', local, false],
    ['a star', '*', 'localhost:8025', local, false],
    ['a path', 'http://localhost:8025/x', 'localhost:8025', local, false],
    ['a user', 'http://a@localhost:8025', 'localhost:8025', local, false],
    ['two origins', 'http://localhost:8025 https://evil.example', 'localhost:8025', local, false],
    ['no host', 'http://localhost:8025', undefined, local, false],
    ['nothing', '', '', local, false],
  ])('decides on %s', (_kind, origin, host, rules, expected) => {
    expect(isAcceptedOrigin(origin, host, rules)).toBe(expected);
  });
});

describe('isAcceptedOrigin under TLS', () => {
  it.each([
    ['the page itself', 'https://mail.example.org', 'mail.example.org', true],
    ['the page at its own port', 'https://nas.local:8443', 'nas.local:8443', true],
    ['the same host in clear', 'http://mail.example.org', 'mail.example.org', false],
    ['the same host and port in clear', 'http://nas.local:8443', 'nas.local:8443', false],
  ])('decides on %s', (_kind, origin, host, expected) => {
    expect(isAcceptedOrigin(origin, host, open, true)).toBe(expected);
  });

  it('takes a page in clear that the operator allows', () => {
    const rules = { ...open, allowOrigins: ['http://localhost:5173'] };
    expect(isAcceptedOrigin('http://localhost:5173', 'mail.example.org', rules, true)).toBe(true);
  });
});

describe('parseOrigin', () => {
  it.each([
    ['https://mail.example.org', 'https://mail.example.org'],
    ['https://mail.example.org/', 'https://mail.example.org'],
    ['https://Mail.Example.org', 'https://mail.example.org'],
    ['http://localhost:5173', 'http://localhost:5173'],
  ])('reads %s', (text, expected) => {
    expect(parseOrigin(text)).toBe(expected);
  });

  it.each(['mail.example.org', '*', 'https://*', 'https://mail.example.org/mail', 'ftp://x', 'null', ''])(
    'refuses %j',
    (text) => {
      expect(parseOrigin(text)).toBeNull();
    },
  );
});

describe('parseSocketOrigin', () => {
  it.each([
    ['wss://bridge.example.org', 'wss://bridge.example.org'],
    ['wss://Bridge.example.org:8443/', 'wss://bridge.example.org:8443'],
    ['wss://192.0.2.7', 'wss://192.0.2.7'],
    ['ws://localhost:6080', 'ws://localhost:6080'],
    ['ws://127.0.0.1:6080', 'ws://127.0.0.1:6080'],
    ['ws://bridge.example.org', null],
    ['ws://192.168.1.5', null],
    ['https://bridge.example.org', null],
    ['wss://bridge.example.org/way', null],
    ['wss://ann@bridge.example.org', null],
    ['wss://*.example.org', null],
    ['wss://[2001:db8::1]', null],
    ["wss://a.example;script-src 'unsafe-inline'", null],
    ['wss://a.example;script-src', null],
    ['wss://a.example wss://b.example', null],
    ['wss://a.example,wss://b.example', null],
    ['', null],
  ])('reads %j', (text, expected) => {
    expect(parseSocketOrigin(text)).toBe(expected);
  });
});
