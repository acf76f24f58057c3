import { describe, expect, it } from 'vitest';
import { messageNumber } from '../../../web/model/ids.ts';
import { auth, capa, list, noop, pass, quit, retr, stat, stls, user } from '../../../web/pop3/command.ts';
import type { Command } from '../../../web/pop3/command.ts';
import { Pop3Session } from '../../../web/pop3/session.ts';
import { allCuts, whole } from '../../support/cuts.ts';
import type { Cut } from '../../support/cuts.ts';
import { bytes, latin1 } from '../../support/octets.ts';
import { EventLog, feed, finish } from '../../support/session-driver.ts';

const one = messageNumber(1);
const two = messageNumber(2);

/** A session in the transaction state. */
function loggedIn(): Pop3Session {
  const session = new Pop3Session();
  const log = new EventLog();
  feed(session, '+OK\r\n', whole, log);
  session.send(user('bob'));
  feed(session, '+OK\r\n', whole, log);
  session.send(pass('secret'));
  feed(session, '+OK\r\n', whole, log);
  return session;
}

interface Row {
  name: string;
  commands: readonly Command[];
  input: string;
  expected: readonly string[];
}

const REPLIES: readonly Row[] = [
  {
    name: 'reads a status with text',
    commands: [stat()],
    input: '+OK 2 320\r\n',
    expected: ['STAT +OK 2 320'],
  },
  { name: 'reads a status without text', commands: [noop()], input: '+OK\r\n', expected: ['NOOP +OK'] },
  { name: 'reads a refusal without text', commands: [noop()], input: '-ERR\r\n', expected: ['NOOP -ERR'] },
  {
    name: 'reads a status that ends in a bare LF',
    commands: [noop()],
    input: '+OK\n',
    expected: ['NOOP +OK'],
  },
  {
    name: 'reads a status in lower case',
    commands: [noop()],
    input: '+ok yes\r\n',
    expected: ['NOOP +ok yes'],
  },
  {
    name: 'keeps NUL and 8-bit octets of a status',
    commands: [noop()],
    input: '+OK \0\xff\r\n',
    expected: ['NOOP +OK \0\xff'],
  },
  {
    name: 'reads a listing up to its dot',
    commands: [list()],
    input: '+OK\r\n1 120\r\n2 200\r\n.\r\n',
    expected: ['LIST +OK …', 'body "1 120\\r\\n2 200\\r\\n"'],
  },
  {
    name: 'reads an empty listing',
    commands: [list()],
    input: '+OK\r\n.\r\n',
    expected: ['LIST +OK …', 'body ""'],
  },
  { name: 'expects no body after a refusal', commands: [list()], input: '-ERR\r\n', expected: ['LIST -ERR'] },
  {
    name: 'reads LIST of one message as one line',
    commands: [list(one)],
    input: '+OK 1 5\r\n',
    expected: ['LIST +OK 1 5'],
  },
  {
    name: 'takes status words in a body for text',
    commands: [retr(one)],
    input: '+OK\r\n+OK\r\n-ERR no\r\n.\r\n',
    expected: ['RETR +OK …', 'body "+OK\\r\\n-ERR no\\r\\n"'],
  },
  {
    name: 'gives each of many pipelined replies its form',
    commands: [stat(), retr(one), retr(two), list(), quit()],
    input: '+OK 1 5\r\n-ERR gone\r\n+OK\r\n..a\r\n.\r\n+OK\r\n1 5\r\n.\r\n+OK bye\r\n',
    expected: [
      'STAT +OK 1 5',
      'RETR -ERR gone',
      'RETR +OK …',
      'body ".a\\r\\n"',
      'LIST +OK …',
      'body "1 5\\r\\n"',
      'QUIT +OK bye',
    ],
  },
];

const VIOLATIONS: readonly Row[] = [
  {
    name: 'refuses a line that is no status',
    commands: [stat()],
    input: '2 320\r\n',
    expected: ['protocol-error what=not-a-status-line verb=STAT said=2 320'],
  },
  {
    name: 'refuses an empty line',
    commands: [noop()],
    input: '\r\n',
    expected: ['protocol-error what=not-a-status-line verb=NOOP said='],
  },
  {
    name: 'refuses a word that only begins like a status',
    commands: [noop()],
    input: '+OKAY\r\n',
    expected: ['protocol-error what=not-a-status-line verb=NOOP said=+OKAY'],
  },
  {
    name: 'refuses a challenge outside of AUTH',
    commands: [noop()],
    input: '+ \r\n',
    expected: ['protocol-error what=not-a-status-line verb=NOOP said=+'],
  },
  {
    name: 'refuses a reply to nothing',
    commands: [noop()],
    input: '+OK\r\n+OK\r\n',
    expected: ['NOOP +OK', 'protocol-error what=unsolicited said=+OK'],
  },
  {
    name: 'takes an unasked -ERR for the reason of a hang-up',
    commands: [],
    input: '-ERR Disconnected for inactivity.\r\n',
    expected: ['connection-lost said=-ERR Disconnected for inactivity.'],
  },
];

describe('a session in the transaction state', () => {
  for (const { name, commands, input, expected } of [...REPLIES, ...VIOLATIONS]) {
    it.each(allCuts(input.length))(`${name}, %s`, (_, cut: Cut) => {
      const session = loggedIn();
      for (const command of commands) session.send(command);
      const log = new EventLog();
      feed(session, input, cut, log);
      expect(log.all).toEqual(expected);
    });
  }

  it('is broken for good after a violation and repeats the same error', () => {
    const session = loggedIn();
    session.send(noop());
    feed(session, 'what?\r\n', whole, new EventLog());
    expect(session.state).toBe('broken');
    const caught = new Set<unknown>();
    for (const act of [
      () => session.nextEvent(),
      () => session.receive(bytes('+OK\r\n')),
      () => session.send(noop()),
    ]) {
      try {
        act();
      } catch (error) {
        caught.add(error);
      }
    }
    expect(caught.size).toBe(1);
    expect([...caught][0]).toMatchObject({ code: 'protocol-error', hop: 'maildrop' });
  });

  it('refuses a status line beyond 64 KiB and never holds more', () => {
    const session = loggedIn();
    session.send(noop());
    const log = new EventLog();
    const endless = 'x'.repeat(10_000);
    let chunks = 0;
    while (feed(session, endless, whole, log)) chunks++;
    expect(chunks).toBe(6);
    expect(log.all).toEqual(['protocol-error what=line-too-long limitOctets=65536']);
  });

  it.each([
    ['before a reply', '', 'connection-lost verb=RETR'],
    ['within a status', '+O', 'connection-lost verb=RETR'],
    ['within a body', '+OK\r\nSubject: x\r\n', 'connection-lost verb=RETR'],
    ['between dot and LF', '+OK\r\n.\r', 'connection-lost verb=RETR'],
  ])('reports a connection lost %s', (_, input, expected) => {
    const session = loggedIn();
    session.send(retr(one));
    const log = new EventLog();
    feed(session, input, whole, log);
    finish(session, log);
    expect(log.lines.at(-1)).toBe(expected);
  });

  it('writes pipelined commands in one piece', () => {
    expect(latin1(loggedIn().send(retr(two), retr(one), quit()))).toBe('RETR 2\r\nRETR 1\r\nQUIT\r\n');
  });

  it('hands bodies out as views of the chunk', () => {
    const session = loggedIn();
    session.send(retr(one));
    const chunk = bytes('+OK\r\nabc\r\n.\r\n');
    session.receive(chunk);
    session.nextEvent();
    const event = session.nextEvent();
    expect(event?.type === 'body' && event.bytes.buffer).toBe(chunk.buffer);
  });

  it('refuses a second chunk before the first was read', () => {
    const session = loggedIn();
    session.receive(bytes('+OK\r\n'));
    expect(() => session.receive(bytes('+OK\r\n'))).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});

describe('the end of a session', () => {
  it('enters the update state when QUIT is sent and closes at its reply, whatever it is', () => {
    for (const reply of ['+OK bye\r\n', '-ERR some were not removed\r\n']) {
      const session = loggedIn();
      session.send(quit());
      expect(session.state).toBe('update');
      const log = new EventLog();
      feed(session, reply, whole, log);
      finish(session, log);
      expect(session.state).toBe('closed');
      expect(log.all).toHaveLength(1);
    }
  });

  it('minds nothing that comes behind the reply to QUIT', () => {
    const session = loggedIn();
    session.send(quit());
    const log = new EventLog();
    feed(session, '+OK bye\r\ngarbage', whole, log);
    finish(session, log);
    expect(log.all).toEqual(['QUIT +OK bye']);
  });

  it('is lost when the connection ends before the reply to QUIT', () => {
    const session = loggedIn();
    session.send(quit());
    const log = new EventLog();
    finish(session, log);
    expect(log.all).toEqual(['connection-lost verb=QUIT']);
  });
});

describe('STLS', () => {
  function securing(behind: string): { session: Pop3Session; log: EventLog } {
    const session = new Pop3Session();
    const log = new EventLog();
    feed(session, '+OK\r\n', whole, log);
    session.send(stls());
    session.receive(bytes(`+OK begin\r\n${behind}`));
    session.nextEvent();
    return { session, log };
  }

  it('returns to the authorization state when TLS runs', () => {
    const { session } = securing('');
    expect(session.state).toBe('securing');
    expect(session.hasUnreadBytes).toBe(false);
    session.secured();
    expect(session.state).toBe('authorization');
    expect(latin1(session.send(capa()))).toBe('CAPA\r\n');
  });

  it.each(['+OK injected\r\n', '+', '\0'])('refuses %j sent in clear behind the +OK', (behind) => {
    const { session } = securing(behind);
    expect(session.hasUnreadBytes).toBe(true);
    expect(() => session.secured()).toThrow(expect.objectContaining({ code: 'tls-injection', hop: 'tls' }));
    expect(session.state).toBe('broken');
  });

  it('refuses bytes that come while TLS is being set up', () => {
    const { session, log } = securing('');
    feed(session, '+OK late\r\n', whole, log);
    expect(log.lines.at(-1)).toBe('tls-injection');
  });

  it('stays in the authorization state when the server refuses', () => {
    const session = new Pop3Session();
    feed(session, '+OK\r\n', whole, new EventLog());
    session.send(stls());
    feed(session, '-ERR no\r\n', whole, new EventLog());
    expect(session.state).toBe('authorization');
  });
});

describe('AUTH', () => {
  function begun(): Pop3Session {
    const session = new Pop3Session();
    feed(session, '+OK\r\n', whole, new EventLog());
    session.send(auth('LOGIN', null));
    return session;
  }

  it.each(['+ VXNlcm5hbWU6\r\n', '+VXNlcm5hbWU6\r\n', '+   VXNlcm5hbWU6 \n'])(
    'reads the challenge %j',
    (line) => {
      const session = begun();
      const log = new EventLog();
      feed(session, line, whole, log);
      expect(log.all).toEqual(['challenge VXNlcm5hbWU6']);
      expect(latin1(session.respond('Ym9i'))).toBe('Ym9i\r\n');
    },
  );

  it('reads challenges until the status', () => {
    const session = begun();
    const log = new EventLog();
    feed(session, '+\r\n', whole, log);
    session.respond('Ym9i');
    feed(session, '+ \r\n', whole, log);
    session.respond('c2VjcmV0');
    feed(session, '+OK welcome\r\n', whole, log);
    expect(log.all).toEqual(['challenge ', 'challenge ', 'AUTH +OK welcome']);
    expect(session.state).toBe('transaction');
  });

  it('does not let a server show the response it was given', () => {
    const session = begun();
    const log = new EventLog();
    feed(session, '+ \r\n', whole, log);
    session.respond('c2VjcmV0');
    feed(session, '-ERR what is c2VjcmV0?\r\n', whole, log);
    expect(log.lines.at(-1)).toBe('AUTH -ERR what is ********?');
    expect(session.state).toBe('authorization');
  });

  it('refuses a second challenge before the response to the first', () => {
    const session = begun();
    const log = new EventLog();
    feed(session, '+ \r\n+ \r\n', whole, log);
    expect(log.lines.at(-1)).toBe('protocol-error what=not-a-status-line verb=AUTH said=+');
  });

  it('refuses a response nobody asked for, and one with a line break', () => {
    const session = begun();
    expect(() => session.respond('Ym9i')).toThrow(expect.objectContaining({ code: 'internal' }));
    feed(session, '+ \r\n', whole, new EventLog());
    expect(() => session.respond('Ym9i\r\nDELE 1')).toThrow(expect.objectContaining({ code: 'bad-input' }));
  });
});
