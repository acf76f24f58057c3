import { describe, expect, it } from 'vitest';
import { PoplarError, type ErrorCode, type Hop } from '../../../web/errors.ts';
import { messageNumber, uidl } from '../../../web/model/ids.ts';
import type { ListedMessage } from '../../../web/pop3/listing.ts';
import { isLoss, Losses } from '../../../web/sync/losses.ts';

const message = (number: number): ListedMessage => ({
  number: messageNumber(number),
  uidl: uidl(`uid-${number}`),
  octets: 10,
});

it.each<[ErrorCode, Hop, boolean]>([
  ['connection-lost', 'connection', true],
  ['connection-cut', 'connection', true],
  ['server-silent', 'maildrop', true],
  ['connection-lost', 'proxy', false],
  ['connection-refused', 'connection', false],
  ['protocol-error', 'maildrop', true],
  ['command-refused', 'maildrop', false],
  ['cancelled', 'page', false],
])('%s at %s is a loss: %s', (code, hop, expected) => {
  expect(isLoss(new PoplarError(code, hop))).toBe(expected);
});

describe('after a loss', () => {
  it('of nothing, nothing is suspected', () => {
    const losses = new Losses();
    expect([losses.suspects, losses.mayPipeline, losses.leftOut]).toEqual([0, true, 0]);
    losses.passed();
    expect(losses.suspects).toBe(0);
  });

  it('with a pipeline under way, what was under way is asked for one by one, and then pipelined again', () => {
    const losses = new Losses();
    expect(losses.lostAt(message(9), 3)).toBe(false);
    expect([losses.suspects, losses.mayPipeline]).toEqual([3, true]);
    expect([losses.hasFailed(message(9)), losses.hasFailed(message(8))]).toEqual([true, false]);
    for (const left of [2, 1, 0, 0]) {
      losses.passed();
      expect(losses.suspects).toBe(left);
    }
  });

  it('with a pipeline under way for the second time, no more is pipelined', () => {
    const losses = new Losses();
    losses.lostAt(message(9), 3);
    losses.lostAt(message(5), 2);
    expect(losses.mayPipeline).toBe(false);
  });

  it('pipelining is to blame when all came one by one, and not when a message had to be left out', () => {
    const losses = new Losses();
    losses.lostAt(message(9), 3);
    expect(losses.blamesPipelining).toBe(false);
    losses.lostAt(message(5), 2);
    expect(losses.blamesPipelining).toBe(true);
    losses.lostAt(message(5), 1);
    losses.lostAt(message(5), 1);
    expect([losses.leftOut, losses.blamesPipelining]).toEqual([1, false]);
  });

  it('at a message alone, it is asked for once more, and then left out', () => {
    const losses = new Losses();
    expect(losses.lostAt(message(9), 3)).toBe(false);
    expect(losses.lostAt(message(9), 1)).toBe(false);
    expect([losses.suspects, losses.leftOut]).toEqual([3, 0]);
    expect(losses.lostAt(message(9), 1)).toBe(true);
    expect([losses.suspects, losses.leftOut, losses.mayPipeline]).toEqual([2, 1, true]);
  });

  it('at messages without an identity, they are told apart all the same', () => {
    const losses = new Losses();
    const [one, two] = [1, 2].map((number) => ({ ...message(number), uidl: null }));
    if (one === undefined || two === undefined) throw new Error('there are two');
    losses.lostAt(one, 1);
    expect([losses.hasFailed(one), losses.hasFailed(two)]).toEqual([true, false]);
  });

  it('while listing, no more is pipelined when it was', () => {
    const losses = new Losses();
    losses.lostListing(1);
    expect(losses.mayPipeline).toBe(true);
    losses.lostListing(2);
    expect(losses.mayPipeline).toBe(false);
  });
});
