import { describe, expect, it } from 'vitest';
import { messageNumber } from '../../../web/model/ids.ts';
import {
  apop,
  auth,
  authListing,
  capa,
  dele,
  lang,
  last,
  list,
  noop,
  pass,
  quit,
  retr,
  rset,
  stat,
  stls,
  top,
  uidl,
  user,
  utf8,
} from '../../../web/pop3/command.ts';
import type { Command } from '../../../web/pop3/command.ts';
import { Pop3Session } from '../../../web/pop3/session.ts';
import { RULES } from '../../../web/pop3/state.ts';
import type { State } from '../../../web/pop3/state.ts';
import { whole } from '../../support/cuts.ts';
import { EventLog, feed } from '../../support/session-driver.ts';

const one = messageNumber(1);

const COMMANDS: readonly Command[] = [
  capa(),
  stls(),
  utf8(),
  user('bob'),
  pass('secret'),
  apop('bob', 'c4c9334bac560ecc979e58001b3e22fb'),
  auth('PLAIN', null),
  authListing(),
  stat(),
  list(),
  uidl(),
  retr(one),
  top(one, 0),
  dele(one),
  noop(),
  rset(),
  last(),
  lang(),
  lang('de'),
  quit(),
];

/** Which verbs may be sent in which state, and the state that sending, +OK and -ERR lead to; written by hand. */
const LEADS_TO: Readonly<Record<string, Readonly<Record<string, readonly [State, State, State]>>>> = {
  authorization: {
    CAPA: ['authorization', 'authorization', 'authorization'],
    STLS: ['authorization', 'securing', 'authorization'],
    UTF8: ['authorization', 'authorization', 'authorization'],
    USER: ['authorization', 'authorization', 'authorization'],
    PASS: ['authorization', 'transaction', 'authorization'],
    APOP: ['authorization', 'transaction', 'authorization'],
    AUTH: ['authorization', 'transaction', 'authorization'],
    'AUTH-LISTING': ['authorization', 'authorization', 'authorization'],
    LANG: ['authorization', 'authorization', 'authorization'],
    QUIT: ['authorization', 'closed', 'closed'],
  },
  transaction: {
    CAPA: ['transaction', 'transaction', 'transaction'],
    STAT: ['transaction', 'transaction', 'transaction'],
    LIST: ['transaction', 'transaction', 'transaction'],
    UIDL: ['transaction', 'transaction', 'transaction'],
    RETR: ['transaction', 'transaction', 'transaction'],
    TOP: ['transaction', 'transaction', 'transaction'],
    DELE: ['transaction', 'transaction', 'transaction'],
    NOOP: ['transaction', 'transaction', 'transaction'],
    RSET: ['transaction', 'transaction', 'transaction'],
    LAST: ['transaction', 'transaction', 'transaction'],
    LANG: ['transaction', 'transaction', 'transaction'],
    QUIT: ['update', 'closed', 'closed'],
  },
};

/** Brings a fresh session into a state. */
const INTO: Readonly<Record<State, (session: Pop3Session) => void>> = {
  greeting: () => undefined,
  authorization: (session) => say(session, '+OK'),
  securing: (session) => {
    INTO.authorization(session);
    ask(session, stls(), '+OK');
  },
  transaction: (session) => {
    INTO.authorization(session);
    ask(session, pass('secret'), '+OK');
  },
  update: (session) => {
    INTO.transaction(session);
    session.send(quit());
  },
  closed: (session) => {
    INTO.update(session);
    say(session, '+OK');
  },
  broken: (session) => say(session, 'SSH-2.0-x'),
};

function say(session: Pop3Session, line: string): void {
  feed(session, `${line}\r\n`, whole, new EventLog());
}

function ask(session: Pop3Session, command: Command, answer: string): void {
  session.send(command);
  say(session, answer);
}

function inState(state: State): Pop3Session {
  const session = new Pop3Session();
  INTO[state](session);
  expect(session.state).toBe(state);
  return session;
}

const STATES = Object.keys(INTO) as State[];

it('knows every verb', () => {
  expect(new Set(COMMANDS.map(({ verb }) => verb))).toEqual(new Set(Object.keys(RULES)));
});

describe.each(STATES)('in the %s state', (state) => {
  it.each(COMMANDS.map((command) => [command.verb, command] as const))(
    '%s is allowed or refused',
    (verb, command) => {
      const session = inState(state);
      const leadsTo = LEADS_TO[state]?.[verb];
      if (leadsTo === undefined) {
        const code = state === 'broken' ? 'not-pop3' : 'internal';
        expect(() => session.send(command)).toThrow(expect.objectContaining({ code }));
        expect(session.state).toBe(state); // What we do wrong breaks nothing.
        return;
      }
      const [sent, ok, err] = leadsTo;
      session.send(command);
      expect(session.state).toBe(sent);
      say(session, '+OK');
      expect(session.state).toBe(ok);

      const other = inState(state);
      ask(other, command, '-ERR');
      expect(other.state).toBe(err);
    },
  );
});

describe('commands whose reply decides what may follow', () => {
  const barriers = [stls(), utf8(), user('bob'), pass('secret'), auth('PLAIN', null)];
  it.each(barriers.map((command) => [command.verb, command] as const))(
    'let nothing follow %s unanswered',
    (_, command) => {
      const session = inState('authorization');
      session.send(command);
      expect(() => session.send(capa())).toThrow(expect.objectContaining({ code: 'internal' }));
    },
  );

  it('let nothing follow them in one batch, and nothing of such a batch counts as sent', () => {
    const session = inState('transaction');
    expect(() => session.send(dele(one), quit(), noop())).toThrow(
      expect.objectContaining({ code: 'internal' }),
    );
    expect(session.pending).toBe(0);
    expect(session.state).toBe('transaction');
  });

  it('may end a batch', () => {
    const session = inState('transaction');
    session.send(dele(one), dele(one), quit());
    expect(session.pending).toBe(3);
  });
});
