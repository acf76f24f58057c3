/**
 * Words for accounts whose way goes through a WebSocket bridge: its own errors, and other words for some that otherwise
 * advise what a bridge cannot do, such as choosing TLS.
 */
import type { ErrorCode } from '../../errors.ts';
import { formatOctets } from '../units.ts';
import { retry, sentences, type ErrorText, type ErrorWriter, type Facts } from './facts.ts';
import { serverSilent, whatAnswers } from './foreign.ts';
import { shutOut, turnedAway } from './shut-out.ts';

const SSL_TARGET =
  'whoever runs the bridge can let it make TLS to the mail server, which websockify does with --ssl-target';

export const bridgeWords = {
  'bridge-unreachable': (facts) => ({
    title: 'The bridge does not answer',
    advice: sentences(
      `This account is reached through the WebSocket bridge${at(facts)}, and no connection to it could be opened. Check its address, and that it runs.`,
      facts.number('seconds') === null ? '' : `Poplar waited ${facts.number('seconds')} s.`,
      facts.flag('elsewhere')
        ? `The bridge is on another site than this page, which whoever serves the page has to allow: Poplar’s proxy does so when it is started with --connect-origin ${originOf(facts)}.`
        : '',
    ),
    action: retry,
  }),
  'bridge-protocol': (facts) => ({
    title: 'What answers is no bridge to a mail server',
    advice: sentences(
      `A WebSocket server answers${at(facts)}, but it does not carry the bytes of a mail server as they are, as websockify does. Check the address.`,
      facts.reported,
    ),
    action: retry,
  }),
  'bridge-overflow': (facts) => ({
    title: 'More came through the bridge than was asked for',
    advice: sentences(
      'A bridge cannot be told to wait, so Poplar hung up',
      facts.number('limitOctets') === null
        ? 'before too much was waiting.'
        : `when ${formatOctets(facts.number('limitOctets') ?? 0)} were waiting.`,
      'What was fetched is kept; the next attempt goes on from there.',
    ),
    action: retry,
  }),
  'bridge-no-target': (facts) => ({
    title: 'The bridge hung up before the mail server said a word',
    advice: sentences(
      `The bridge${at(facts)} accepted the connection and closed it again. Most often its mail server is down, or the bridge was started with a wrong name or port for it.`,
      facts.reported,
    ),
    action: retry,
  }),
  'tls-not-possible': () => ({
    title: 'Poplar can’t make TLS through a bridge',
    advice:
      'This bridge carries bytes only; TLS would have to end in the browser, which this version cannot. Nothing was sent. Go through a proxy of Poplar, or choose no security where the bridge itself makes TLS or its way to the mail server can be trusted.',
  }),
} satisfies Partial<Record<ErrorCode, ErrorWriter>>;

/** What counts in place of the usual words when the way went through a bridge. */
export const throughBridge: Readonly<Partial<Record<ErrorCode, ErrorWriter>>> = {
  'not-pop3': notPop3,
  'server-silent': (facts) =>
    facts.text('verb') === ''
      ? {
          title: 'Nothing comes through the bridge',
          advice: `A POP3 server speaks first, and nothing came from ${facts.place}. Either the bridge can’t reach it, or it expects TLS: ${SSL_TARGET}.`,
          action: retry,
        }
      : serverSilent(facts),
  'server-refused': (facts) => (facts.text('verb') === '' ? turnedAway(facts, 'the bridge') : shutOut(facts)),
  'login-needs-tls': (facts) => ({
    title: `${facts.Host} accepts the password over TLS only`,
    advice: sentences(
      `Poplar can’t make TLS through a bridge, but the bridge can: ${SSL_TARGET}.`,
      facts.said,
    ),
    action: retry,
  }),
};

function notPop3(facts: Facts): ErrorText {
  const isTls = facts.text('found') === 'tls';
  return {
    title: 'The bridge does not lead to a POP3 server',
    advice: sentences(
      isTls ? `The server expects TLS from the first byte: ${SSL_TARGET}.` : whatAnswers(facts),
      'Where it leads is set where the bridge was started: to port 110, or to port 995 if it makes TLS.',
      facts.said,
    ),
    action: retry,
  };
}

function at(facts: Facts): string {
  return facts.text('bridge') === '' ? '' : ` at ${facts.text('bridge')}`;
}

function originOf(facts: Facts): string {
  return /^wss?:\/\/[^/]+/.exec(facts.text('bridge'))?.[0] ?? 'ORIGIN';
}
