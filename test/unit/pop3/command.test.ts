import { describe, expect, it } from 'vitest';
import { messageNumber } from '../../../web/model/ids.ts';
import {
  apop,
  auth,
  list,
  pass,
  retr,
  shownResponse,
  top,
  uidl,
  user,
  withoutSecret,
} from '../../../web/pop3/command.ts';

describe('commands', () => {
  it.each([
    [user('bob'), 'USER bob', 'single'],
    [retr(messageNumber(7)), 'RETR 7', 'multi'],
    [top(messageNumber(7), 20), 'TOP 7 20', 'multi'],
    [list(), 'LIST', 'multi'],
    [list(messageNumber(7)), 'LIST 7', 'single'],
    [uidl(), 'UIDL', 'multi'],
    [uidl(messageNumber(7)), 'UIDL 7', 'single-or-multi'],
    [auth('PLAIN', null), 'AUTH PLAIN', 'sasl'],
    [auth('EXTERNAL', '='), 'AUTH EXTERNAL =', 'sasl'],
  ] as const)('%o', (command, line, reply) => {
    expect(command).toMatchObject({ line, reply });
  });

  it('send a password as the rest of the line, blanks included', () => {
    expect(pass(' a b ').line).toBe('PASS  a b ');
  });

  it.each([pass('secret'), apop('bob', 'secret'), auth('PLAIN', 'secret')])(
    'mask their secret: %#',
    (command) => {
      expect(command.line).toContain('secret');
      expect(command.shown).not.toContain('secret');
      expect(command.shown).toContain('********');
    },
  );

  for (const bad of ['\r', '\n', '\r\nDELE 1', '\0']) {
    it(`refuse ${JSON.stringify(bad)} in any argument`, () => {
      for (const make of [
        () => user(`bob${bad}`),
        () => pass(`secret${bad}`),
        () => apop(`bob${bad}`, 'x'),
        () => apop('bob', `x${bad}`),
        () => auth(`PLAIN${bad}`, null),
        () => auth('PLAIN', `AGI=${bad}`),
      ]) {
        expect(make).toThrow(expect.objectContaining({ code: 'bad-input' }));
      }
    });
  }

  it('do not put a secret into the error that refuses it', () => {
    try {
      pass('secret\n');
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain('secret');
      expect(String(error)).not.toContain('secret');
    }
  });
});

it('shows a SASL response masked, a cancellation and an empty one as they are', () => {
  expect([shownResponse('c2VjcmV0'), shownResponse('*'), shownResponse('')]).toEqual(['********', '*', '']);
});

it.each([
  ['-ERR Unknown command: PASS secret', 'secret', '-ERR Unknown command: PASS ********'],
  ['-ERR no', 'secret', '-ERR no'],
  ['-ERR no', null, '-ERR no'],
  ['-ERR no', '', '-ERR no'],
])('takes a secret out of %j', (line, secret, expected) => {
  expect(withoutSecret(line, secret)).toBe(expected);
});
