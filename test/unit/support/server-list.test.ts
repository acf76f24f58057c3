import { describe, expect, it } from 'vitest';
import { parseServerList } from '../../interop/server-list.ts';

describe('parseServerList', () => {
  it('reads a server a line, and passes over comments', () => {
    const text =
      '# mine\r\n\r\nmail.example.org 995 me@example.org s3cret tls\n  ::1 110 bob pass none may-delete\n';
    expect(parseServerList(text)).toEqual([
      {
        ...{ host: 'mail.example.org', port: 995, security: 'tls' },
        ...{ user: 'me@example.org', password: 's3cret', mayDelete: false },
      },
      { host: '::1', port: 110, security: 'none', user: 'bob', password: 'pass', mayDelete: true },
    ]);
  });

  it.each([
    'host 995 user password',
    'host 0 user password tls',
    'host 65536 user password tls',
    'host pop3 user password tls',
    'host 995 user password ssl',
    'host 995 user password tls delete',
    'host 995 user password tls may-delete more',
  ])('refuses %j without repeating it', (line) => {
    expect(() => parseServerList(`# list\n${line}\n`)).toThrow(/^line 2: a line has to be HOST PORT USER/);
  });

  it('names all lines that are wrong at once', () => {
    expect(() => parseServerList('one\nhost 995 u p tls\nthree')).toThrow(/^line 1, line 3: /);
  });

  it('refuses a list without a server', () => {
    expect(() => parseServerList('# nothing\n')).toThrow(/^no server/);
  });
});
