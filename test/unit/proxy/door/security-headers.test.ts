import { describe, expect, it } from 'vitest';
import {
  contentSecurityPolicy,
  MAIL_FRAME_CSP,
  PAGE_CSP,
  PAGE_CSP_META,
  transportHeaders,
} from '../../../../proxy/door/security-headers.ts';

const directives = (policy: string): Map<string, string[]> =>
  new Map(policy.split('; ').map((text) => [text.split(' ')[0] ?? '', text.split(' ').slice(1)]));

describe('the policy of the page', () => {
  it('starts from nothing, and never takes inline script, eval or foreign hosts', () => {
    expect(directives(PAGE_CSP).get('default-src')).toEqual([`'none'`]);
    expect(PAGE_CSP).not.toMatch(/unsafe|https?:|\*/);
    expect(directives(PAGE_CSP).get('script-src')).toEqual([`'self'`]);
    expect(directives(PAGE_CSP).get('require-trusted-types-for')).toEqual([`'script'`]);
  });

  it('leaves out of a <meta> what would be ignored there', () => {
    expect(PAGE_CSP_META).not.toContain('frame-ancestors');
    expect(directives(PAGE_CSP_META).size).toBe(directives(PAGE_CSP).size - 1);
  });
});

describe('the policy with bridges', () => {
  it('adds their origins to what may be connected to, and to nothing else', () => {
    const origins = ['wss://bridge.example.org', 'ws://127.0.0.1:6080'];
    const policy = directives(contentSecurityPolicy('/assets/worker.js', origins));
    expect(policy.get('connect-src')).toEqual([`'self'`, ...origins]);
    const others = new Map([...policy].filter(([name]) => name !== 'connect-src'));
    const usual = new Map([...directives(PAGE_CSP)].filter(([name]) => name !== 'connect-src'));
    expect(others).toEqual(usual);
  });

  it('leaves the mail frame alone', () => {
    expect(contentSecurityPolicy('/mail-frame.html', ['wss://bridge.example.org'])).toBe(MAIL_FRAME_CSP);
  });
});

describe('the policy of the mail frame', () => {
  it('runs nothing and reaches nothing', () => {
    const policy = directives(MAIL_FRAME_CSP);
    expect(policy.get('default-src')).toEqual([`'none'`]);
    expect(policy.has('script-src')).toBe(false);
    expect(policy.get('sandbox')).not.toContain('allow-scripts');
    expect(policy.get('img-src')).toEqual(['blob:', 'data:']);
  });

  it.each([
    ['/mail-frame.html', MAIL_FRAME_CSP],
    ['/', PAGE_CSP],
    ['/index.html', PAGE_CSP],
    ['/x/mail-frame.html', PAGE_CSP],
  ])('%s gets the right one', (path, expected) => {
    expect(contentSecurityPolicy(path)).toBe(expected);
  });
});

describe('Strict-Transport-Security', () => {
  it('is for a year and for this host alone', () => {
    expect(transportHeaders('mail.example.org:8443', true)).toEqual({
      'strict-transport-security': 'max-age=31536000',
    });
  });

  it.each([
    ['mail.example.org', false],
    ['localhost', true],
    ['LOCALHOST:8025', true],
    ['localhost.:8025', true],
    ['mail.localhost:8025', true],
  ])('is not sent to %s (TLS: %s)', (host, isTls) => {
    expect(transportHeaders(host, isTls)).toEqual({});
  });

  it.each(['notlocalhost', 'localhost.example.org', '192.0.2.1', undefined])('is sent to %s', (host) => {
    expect(transportHeaders(host, true)).not.toEqual({});
  });
});
