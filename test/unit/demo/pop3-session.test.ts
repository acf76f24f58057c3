/** The server's half of a conversation, line by line: every verb in every state, and lines nobody should send. */
import { beforeEach, describe, expect, it } from 'vitest';
import { Maildrop } from '../../../proxy/demo/maildrop.ts';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import { octetsOf } from '../../../proxy/demo/pop3-reply.ts';
import { Pop3Session, type Pop3SessionOptions } from '../../../proxy/demo/pop3-session.ts';

let maildrop: Maildrop;

beforeEach(() => {
  maildrop = new Maildrop([
    { uidl: 'one', raw: octetsOf('S: 1\r\n\r\na\r\nb\r\n') },
    { uidl: 'two', raw: octetsOf('S: 2\r\n\r\n.\r\n') },
  ]);
});

function session(options: Partial<Pop3SessionOptions> = {}): Pop3Session {
  return new Pop3Session({
    login: (user, password) => (user === 'mira' && password === 'p w' ? maildrop : null),
    secure: false,
    offersTls: true,
    requiresTls: false,
    faults: {},
    ...options,
  });
}

function say(target: Pop3Session, line: string): string {
  const reply = target.receive(Buffer.from(line, 'latin1'));
  return Buffer.concat([...reply.chunks]).toString('latin1');
}

function loggedIn(faults: Faults = {}): Pop3Session {
  const target = session({ faults });
  say(target, 'USER mira');
  expect(say(target, 'PASS p w')).toMatch(/^\+OK/);
  return target;
}

const plain = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

describe('in AUTHORIZATION', () => {
  it.each([
    ['CAPA', /^\+OK .*\r\n(?:.+\r\n)*STLS\r\n(?:.+\r\n)*SASL PLAIN\r\n(?:.+\r\n)*\.\r\n$/],
    ['capa', /^\+OK/],
    ['USER mira', /^\+OK/],
    ['USER two words', /^\+OK/],
    ['USER', /^-ERR/],
    ['USER ', /^-ERR/],
    ['USER  mira', /^-ERR/],
    ['PASS p w', /^-ERR USER comes first/],
    ['AUTH', /^\+OK .*\r\nPLAIN\r\n\.\r\n$/],
    ['AUTH PLAIN', /^\+ \r\n$/],
    ['AUTH plain', /^\+ \r\n$/],
    [`AUTH PLAIN ${plain('\0mira\0p w')}`, /^\+OK maildrop has 2 messages/],
    [`AUTH PLAIN ${plain('mira\0mira\0p w')}`, /^\+OK maildrop/],
    [`AUTH PLAIN ${plain('\0mira\0wrong')}`, /^-ERR \[AUTH\]/],
    [`AUTH PLAIN ${plain('mira\0p w')}`, /^-ERR/],
    ['AUTH PLAIN =', /^-ERR/],
    ['AUTH PLAIN !!!', /^-ERR/],
    ['AUTH PLAIN a b', /^-ERR/],
    ['AUTH CRAM-MD5', /^-ERR \[AUTH\]/],
    ['STLS', /^\+OK/],
    ['STLS now', /^-ERR/],
    ['UTF8', /^\+OK/],
    ['QUIT', /^\+OK/],
    ['QUIT now', /^-ERR/],
    ['NOOP', /^-ERR/],
    ['STAT', /^-ERR/],
    ['LIST', /^-ERR/],
    ['UIDL', /^-ERR/],
    ['RETR 1', /^-ERR/],
    ['TOP 1 0', /^-ERR/],
    ['DELE 1', /^-ERR/],
    ['RSET', /^-ERR/],
  ])('%s', (line, reply) => {
    expect(say(session(), line)).toMatch(reply);
  });
});

describe('in TRANSACTION', () => {
  it.each([
    ['CAPA', /^\+OK (?!.*(?:STLS|USER|SASL))[^]*PIPELINING[^]*\.\r\n$/s],
    ['STAT', /^\+OK 2 25\r\n$/],
    ['STAT 1', /^-ERR/],
    ['LIST', /^\+OK 2 messages\r\n1 14\r\n2 11\r\n\.\r\n$/],
    ['LIST 2', /^\+OK 2 11\r\n$/],
    ['LIST 02', /^\+OK 2 11\r\n$/],
    ['LIST  2', /^-ERR/],
    ['LIST 2 ', /^-ERR/],
    ['LIST ', /^-ERR/],
    ['LIST 3', /^-ERR/],
    ['LIST 0', /^-ERR/],
    ['LIST -1', /^-ERR/],
    ['LIST 1e0', /^-ERR/],
    ['LIST 99999999999999999999', /^-ERR/],
    ['UIDL', /^\+OK 2 messages\r\n1 one\r\n2 two\r\n\.\r\n$/],
    ['UIDL 2', /^\+OK 2 two\r\n$/],
    ['UIDL x', /^-ERR/],
    ['RETR 1', /^\+OK 14 octets\r\nS: 1\r\n\r\na\r\nb\r\n\.\r\n$/],
    ['RETR 2', /^\+OK 11 octets\r\nS: 2\r\n\r\n\.\.\r\n\.\r\n$/],
    ['retr 1', /^\+OK/],
    ['RETR', /^-ERR/],
    ['RETR 1 2', /^-ERR/],
    ['RETR 3', /^-ERR/],
    ['TOP 1 0', /^\+OK .*\r\nS: 1\r\n\r\n\.\r\n$/],
    ['TOP 1 1', /^\+OK .*\r\nS: 1\r\n\r\na\r\n\.\r\n$/],
    ['TOP 1', /^-ERR/],
    ['TOP 1  1', /^-ERR/],
    ['TOP 1 -1', /^-ERR/],
    ['TOP 3 1', /^-ERR/],
    ['DELE 1', /^\+OK/],
    ['DELE 3', /^-ERR/],
    ['RSET', /^\+OK/],
    ['NOOP', /^\+OK\r\n$/],
    ['NOOP 1', /^-ERR/],
    ['QUIT', /^\+OK/],
    ['USER mira', /^-ERR/],
    ['PASS p w', /^-ERR/],
    ['AUTH PLAIN', /^-ERR/],
    ['STLS', /^-ERR/],
    ['UTF8', /^-ERR/],
  ])('%s', (line, reply) => {
    expect(say(loggedIn(), line)).toMatch(reply);
  });
});

describe('lines that nobody should send', () => {
  it.each([
    ['an empty line', ''],
    ['a blank', ' '],
    ['a leading blank', ' STAT'],
    ['an unknown verb', 'XYZZY'],
    ['a name of every object', 'constructor'],
    ['another one', '__proto__ 1'],
    ['NUL in the verb', 'ST\0AT'],
    ['NUL in the argument', 'LIST 1\0'],
    ['a tab for a blank', 'LIST\t1'],
    ['eight bits', '\xff\xfe\xfd'],
    ['a command line of 256 octets', `LIST ${'1'.repeat(249)}`],
    ['HTTP', 'GET / HTTP/1.1'],
    ['SMTP', 'EHLO example'],
  ])('%s is refused, and the conversation goes on', (_name, line) => {
    const target = loggedIn();
    expect(say(target, line)).toMatch(/^-ERR [^\r\n]+\r\n$/);
    expect(say(target, 'NOOP')).toBe('+OK\r\n');
  });

  it('a line that was too long even to keep', () => {
    const target = loggedIn();
    const reply = target.receive(null);
    expect(Buffer.concat([...reply.chunks]).toString()).toBe('-ERR line too long\r\n');
    expect(say(target, 'NOOP')).toBe('+OK\r\n');
  });

  it('a password with NUL', () => {
    const target = session();
    say(target, 'USER mira');
    expect(say(target, 'PASS p\0w')).toMatch(/^-ERR/);
  });
});

describe('logging in', () => {
  it('takes AUTH PLAIN in two steps, and its cancellation', () => {
    const target = session();
    expect(say(target, 'AUTH PLAIN')).toBe('+ \r\n');
    expect(say(target, '*')).toMatch(/^-ERR .*cancelled/);
    expect(say(target, 'AUTH PLAIN')).toBe('+ \r\n');
    expect(say(target, plain('\0mira\0p w'))).toMatch(/^\+OK maildrop/);
    expect(target.state).toBe('transaction');
  });

  it('wants USER anew after a wrong PASS', () => {
    const target = session();
    say(target, 'USER mira');
    expect(say(target, 'PASS wrong')).toMatch(/^-ERR \[AUTH\]/);
    expect(say(target, 'PASS p w')).toMatch(/^-ERR USER comes first/);
  });

  it('says [IN-USE] while another session has the maildrop', () => {
    const first = loggedIn();
    const second = session();
    say(second, 'USER mira');
    expect(say(second, 'PASS p w')).toMatch(/^-ERR \[IN-USE\]/);
    first.lost();
    say(second, 'USER mira');
    expect(say(second, 'PASS p w')).toMatch(/^\+OK/);
  });

  it('takes no password in clear when TLS is required', () => {
    const target = session({ requiresTls: true });
    expect(say(target, 'CAPA')).not.toMatch(/USER|SASL/);
    expect(say(target, 'USER mira')).toMatch(/^-ERR \[AUTH\]/);
    expect(say(target, `AUTH PLAIN ${plain('\0mira\0p w')}`)).toMatch(/^-ERR \[AUTH\]/);
    target.secured();
    expect(say(target, 'CAPA')).toMatch(/USER\r\nSASL PLAIN/);
    expect(say(target, 'CAPA')).not.toMatch(/STLS/);
    expect(say(target, 'USER mira')).toMatch(/^\+OK/);
  });

  it('forgets the user name when TLS comes', () => {
    const target = session();
    say(target, 'USER mira');
    expect(target.receive(octetsOf('STLS')).after).toBe('start-tls');
    target.secured();
    expect(say(target, 'PASS p w')).toMatch(/^-ERR USER comes first/);
    expect(say(target, 'STLS')).toMatch(/^-ERR/);
  });

  it('takes no STLS after UTF8, nor where there is no TLS', () => {
    const target = session();
    say(target, 'UTF8');
    expect(say(target, 'STLS')).toMatch(/^-ERR/);
    expect(say(session({ offersTls: false }), 'STLS')).toMatch(/^-ERR/);
    expect(say(session({ offersTls: false }), 'CAPA')).not.toContain('STLS');
  });
});

describe('UPDATE', () => {
  it('removes what is marked at QUIT only', () => {
    const target = loggedIn();
    say(target, 'DELE 1');
    expect(say(target, 'LIST')).toBe('+OK 1 messages\r\n2 11\r\n.\r\n');
    expect(say(target, 'DELE 1')).toMatch(/^-ERR/);
    expect(maildrop.messages).toHaveLength(2);
    expect(target.receive(octetsOf('QUIT')).after).toBe('close');
    expect(maildrop.messages.map((message) => message.uidl)).toEqual(['two']);
  });

  it('removes nothing after RSET, nor when the connection is lost', () => {
    const reset = loggedIn();
    say(reset, 'DELE 1');
    say(reset, 'RSET');
    say(reset, 'QUIT');
    const lost = loggedIn();
    say(lost, 'DELE 1');
    lost.lost();
    expect(maildrop.messages).toHaveLength(2);
    expect(maildrop.inUse).toBe(false);
  });
});

describe('what is told about commands', () => {
  it.each([
    ['retr 1', 'RETR 1'],
    ['PASS secret', 'PASS'],
    [`AUTH PLAIN ${plain('\0a\0b')}`, 'AUTH'],
    ['apop mira 0123', 'APOP'],
    ['noop', 'NOOP'],
  ])('%s is named %s', (line, name) => {
    expect(session().receive(Buffer.from(line)).command).toBe(name);
  });
});

describe('switches that speak in place of the session', () => {
  it('refuse one command, or one message of it, without carrying it out', () => {
    const target = loggedIn({ refuse: { 'DELE 1': '[SYS/TEMP] later', TOP: 'no', 'TOP 2 0': 'not this' } });
    expect(say(target, 'DELE 1')).toBe('-ERR [SYS/TEMP] later\r\n');
    expect(say(target, 'STAT')).toBe('+OK 2 25\r\n');
    expect(say(target, 'DELE 2')).toMatch(/^\+OK/);
    expect(say(target, 'TOP 1 0')).toBe('-ERR no\r\n');
    expect(say(target, 'TOP 2 0')).toBe('-ERR not this\r\n');
  });

  it('send other octets in place of an answer', () => {
    const target = loggedIn({ instead: { 'LIST 1': Uint8Array.of(0, 255), STAT: 'garbage' } });
    expect(say(target, 'LIST 1')).toBe('\0\xff');
    expect(say(target, 'STAT')).toBe('garbage');
    expect(say(target, 'LIST 2')).toBe('+OK 2 11\r\n');
  });

  it('lie about sizes and unique-ids, and leave entries out', () => {
    const target = loggedIn({
      listOctets: (number, octets) => (number === 1 ? null : octets * 1000),
      uidlOf: (number) => (number === 1 ? null : 'same'),
    });
    expect(say(target, 'LIST')).toBe('+OK 2 messages\r\n2 11000\r\n.\r\n');
    expect(say(target, 'LIST 1')).toMatch(/^-ERR/);
    expect(say(target, 'UIDL')).toBe('+OK 2 messages\r\n2 same\r\n.\r\n');
    expect(say(target, 'RETR 2')).toMatch(/^\+OK 11000 octets\r\n/);
    expect(say(target, 'RETR 1')).toMatch(/^\+OK message follows\r\n/);
  });

  it('change the capabilities and the greeting', () => {
    const target = session({ faults: { capabilities: ['X-ODD', 'sasl  PLAIN'], greeting: '-ERR closed' } });
    expect(say(target, 'CAPA')).toBe('+OK capabilities follow\r\nX-ODD\r\nsasl  PLAIN\r\n.\r\n');
    expect(target.greeting()).toMatchObject({ command: 'greeting', after: 'close' });
    expect([...session({ faults: { greeting: null } }).greeting().chunks]).toEqual([]);
  });
});
