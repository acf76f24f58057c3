/** Words for what goes wrong between the proxy and the mail server before the two have spoken: name and connection. */
import type { ErrorCode } from '../../errors.ts';
import { retry, sentences, type ErrorWriter } from './facts.ts';

export const nameWords = {
  'name-not-found': (facts) => ({
    title:
      facts.text('host') === ''
        ? 'There is no server of that name'
        : `There is no server called ${facts.host}`,
    advice:
      'The name has no address in the domain name system. Check the spelling. Your provider’s help pages name the POP3 server; it often begins with pop. or mail.',
  }),
  'name-failed': (facts) => ({
    title: `The address of ${facts.host} could not be looked up`,
    advice: 'The proxy asked its name server and got no answer. This usually passes within minutes.',
    action: retry,
  }),
} satisfies Partial<Record<ErrorCode, ErrorWriter>>;

export const connectionWords = {
  'connection-refused': (facts) => ({
    title: `${facts.Host} accepts no connections${facts.onPort}`,
    advice:
      'The machine is there, but nothing listens on that port. POP3 is on port 995 with TLS, or on port 110 with STARTTLS. With some providers POP3 has to be switched on in their settings first.',
    action: retry,
  }),
  'connection-timeout': (facts) => ({
    title: `${facts.Host} did not answer${facts.onPort}`,
    advice: sentences(
      facts.number('seconds') === null
        ? 'The proxy knocked and nothing came back.'
        : `The proxy waited ${facts.number('seconds')} s and nothing came back.`,
      'Often the host or the port is not quite right, or a firewall stands in between.',
    ),
    action: retry,
  }),
  'connection-unreachable': (facts) => ({
    title: `There is no way from the proxy to ${facts.host}`,
    advice: sentences(
      facts.text('address') === ''
        ? 'The proxy’s network knows no route to its address.'
        : `The proxy’s network knows no route to its address, ${facts.text('address')}.`,
      'Check the host name. If it is right, the network there may be down: try again later.',
    ),
    action: retry,
  }),
  'connection-lost': (facts) => ({
    title: 'The connection broke off',
    advice: sentences(
      `The connection to ${facts.place} ended in the middle. What was fetched is kept; the next attempt goes on from there.`,
      facts.said,
    ),
    action: retry,
  }),
  'connection-cut': (facts) => ({
    title: 'The connection was cut off',
    advice: `The connection to ${facts.place} ended without the goodbye that belongs to TLS: a fault, or somebody on the way, has cut it. What was fetched is kept; the next attempt goes on from there.`,
    action: retry,
  }),
} satisfies Partial<Record<ErrorCode, ErrorWriter>>;
