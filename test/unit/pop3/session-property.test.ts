import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoplarError } from '../../../web/errors.ts';
import { messageNumber } from '../../../web/model/ids.ts';
import { auth, capa, list, pass, quit, retr, stls, uidl, user } from '../../../web/pop3/command.ts';
import type { Command } from '../../../web/pop3/command.ts';
import { Pop3Session } from '../../../web/pop3/session.ts';
import { perByte, whole } from '../../support/cuts.ts';
import type { Cut } from '../../support/cuts.ts';
import { bytes } from '../../support/octets.ts';
import { EventLog, feed, finish } from '../../support/session-driver.ts';

/** What was said before the hostile bytes come. */
const SITUATIONS: Readonly<Record<string, readonly (Command | string)[]>> = {
  'before the greeting': [],
  'after CAPA': ['+OK\r\n', capa()],
  'after STLS': ['+OK\r\n', stls()],
  'within AUTH': ['+OK\r\n', auth('LOGIN', null)],
  'with nothing asked': ['+OK\r\n'],
  'with a pipeline under way': [
    '+OK\r\n',
    user('bob'),
    '+OK\r\n',
    pass('secret'),
    '+OK\r\n',
    uidl(),
    list(),
    retr(messageNumber(1)),
    retr(messageNumber(2)),
    quit(),
  ],
};

function prepared(said: readonly (Command | string)[]): Pop3Session {
  const session = new Pop3Session();
  for (const item of said) {
    if (typeof item === 'string') feed(session, item, whole, new EventLog());
    else session.send(item);
  }
  return session;
}

/** Everything the session makes of the input, to its end. EventLog.fail lets nothing but PoplarError pass. */
function outcome(
  said: readonly (Command | string)[],
  input: string,
  cut: Cut,
): { lines: string[]; session: Pop3Session } {
  const session = prepared(said);
  const log = new EventLog();
  if (feed(session, input, cut, log)) finish(session, log);
  return { lines: log.all, session };
}

const fragments = fc.constantFrom(
  '+OK\r\n',
  '-ERR no\r\n',
  '+ \r\n',
  '.\r\n',
  '.\n',
  '..\r\n',
  '1 5\r\n',
  'Subject: x\r\n\r\n',
  '\r',
  '\n',
  '+',
  '-ERR [IN-USE',
  '\0',
  '\xff\xfe',
  '220 mx\r\n',
  '* OK\r\n',
  '\x16\x03\x01',
  'x'.repeat(300),
);
const likely = fc.array(fragments, { maxLength: 25 }).map((parts) => parts.join(''));
const random = fc.uint8Array({ maxLength: 200 }).map((octets) => String.fromCharCode(...octets));
const hostile = fc.oneof({ weight: 3, arbitrary: likely }, { weight: 1, arbitrary: random });

const cutAt =
  (offsets: readonly number[]): Cut =>
  (all) => {
    const cuts = [...new Set([0, ...offsets.filter((offset) => offset < all.length)])].sort((a, b) => a - b);
    return cuts.map((from, index) => all.slice(from, cuts[index + 1] ?? all.length));
  };

describe.each(Object.entries(SITUATIONS))('%s', (_, said) => {
  it('any bytes give events or one typed error, however they are cut', () => {
    fc.assert(
      fc.property(hostile, fc.array(fc.nat(400), { maxLength: 10 }), (input, offsets) => {
        const { lines, session } = outcome(said, input, whole);
        expect(outcome(said, input, cutAt(offsets)).lines).toEqual(lines);
        expect(outcome(said, input, perByte).lines).toEqual(lines);
        expect(['broken', 'closed']).toContain(session.state);
      }),
      { numRuns: 400 },
    );
  });

  it('an error is final and stays the same', () => {
    fc.assert(
      fc.property(hostile, hostile, (input, more) => {
        const { session } = outcome(said, input, whole);
        if (session.state === 'closed') return;
        const errors = [
          () => session.nextEvent(),
          () => session.receive(bytes(more)),
          () => session.receiveEnd(),
        ].map(thrownBy);
        expect(new Set(errors).size).toBe(1);
        expect(errors[0]).toBeInstanceOf(PoplarError);
      }),
      { numRuns: 100 },
    );
  });
});

function thrownBy(act: () => unknown): unknown {
  try {
    act();
    return null;
  } catch (error) {
    return error;
  }
}
