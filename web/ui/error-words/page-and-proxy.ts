/** Words for what goes wrong in the page itself and on the way to and inside the proxy. */
import type { ErrorCode } from '../../errors.ts';
import { enterToken, reload, retry, sentences, useTls, type ErrorWriter } from './facts.ts';

export const pageWords = {
  cancelled: () => ({
    title: 'Stopped',
    advice: 'You stopped it. Everything fetched before that is kept on this device.',
    action: retry,
  }),
  offline: () => ({
    title: 'This device is offline',
    advice: 'Everything already here stays readable. New mail can be fetched when the connection is back.',
    action: retry,
  }),
  'worker-failed': (facts) => ({
    title: 'The part of Poplar that works in the background has stopped',
    advice: sentences(
      'The mail on this device is not affected. Reload the page to start it again.',
      facts.reported,
    ),
    action: reload,
  }),
  'bad-input': (facts) => ({
    title:
      facts.text('field') === ''
        ? 'One of the fields can’t be used'
        : `The ${facts.text('field')} can’t be used`,
    advice:
      facts.text('field') === 'bridge address'
        ? 'It is a wss: address, or a path on this site such as websockify; ws: is for this site and this machine. It holds no user name, no password and no #.'
        : 'It is empty, or it holds characters that cannot be sent to a mail server, such as a line break.',
  }),
  'account-exists': (facts) => ({
    title: 'This mailbox is already here',
    advice: sentences(
      `Poplar already fetches it${facts.text('user') === '' ? '' : ` as ${facts.text('user')}`}, and a second account would keep every message twice.`,
      'To set it up anew, remove the account in the settings first: that deletes nothing on the server.',
    ),
  }),
  'account-closed': (facts) => ({
    title: 'This account is no longer fetched',
    advice: sentences(
      `Fetching${facts.text('user') === '' ? '' : ` for ${facts.text('user')}`} was ended in the settings, and the password was forgotten.`,
      'The mail that is here stays readable. Use the account again in the settings to get new mail.',
    ),
  }),
  internal: (facts) => ({
    title: 'Poplar made a mistake',
    advice: sentences(
      'This is a fault in Poplar, not in your settings, and the mail on this device is not affected. Reload the page; if it comes back, report it with the text below.',
      facts.reported,
    ),
    action: reload,
  }),
} satisfies Partial<Record<ErrorCode, ErrorWriter>>;

export const proxyWords = {
  'proxy-unreachable': (facts) => ({
    title: 'The proxy does not answer',
    advice: sentences(
      'Poplar reaches mail servers through the proxy that served this page, and it could not connect to it. Check that the proxy is running and that this network lets WebSocket connections through.',
      facts.reported,
    ),
    action: retry,
  }),
  'proxy-refused-page': () => ({
    title: 'The proxy does not work for this page',
    advice:
      'It accepts connections only from pages at addresses it knows. Open Poplar at the proxy’s own address, or ask whoever runs the proxy to allow this one.',
  }),
  'proxy-refused-port': (facts) => ({
    title: `The proxy does not connect to ${facts.number('port') === null ? 'this port' : `port ${facts.number('port')}`}`,
    advice: 'It is set up for the ports of mail only. For POP3 these are 995 with TLS and 110 with STARTTLS.',
    action: useTls,
  }),
  'proxy-refused-address': (facts) => ({
    title: `The proxy does not connect to ${facts.host}`,
    advice: sentences(
      facts.text('address') === ''
        ? 'Its address is a private one, on the proxy’s own network or machine.'
        : `Its address, ${facts.text('address')}, is a private one, on the proxy’s own network or machine.`,
      `If the mail server is meant to be there, whoever runs the proxy can allow it by starting the proxy with --allow-private ${facts.text('host') || 'HOST'}:${facts.number('port') ?? 'PORT'}.`,
    ),
  }),
  'proxy-refused-host': (facts) => ({
    title: `The proxy may not connect to ${facts.host}`,
    advice:
      'Whoever runs the proxy has limited it to certain mail servers, and this is not one of them. Check the name for typing errors, or ask them to allow it.',
  }),
  'proxy-login-needed': () => ({
    title: 'The proxy asks for a user name and password of its own',
    advice:
      'The browser has not sent them. Reload the page with the Shift key held down; the browser then asks for them. Whoever runs the proxy can tell you what they are. Everything already here stays readable.',
    action: reload,
  }),
  'proxy-token-needed': () => ({
    title: 'The proxy asks for an access token',
    advice:
      'It connects to mail servers only for people who have one. Whoever runs the proxy can give it to you. Everything already here stays readable.',
    action: enterToken,
  }),
  'proxy-token-wrong': () => ({
    title: 'The proxy does not accept the access token',
    advice:
      'The one that was entered has a typing error, or it has been replaced since. Whoever runs the proxy can tell you which one counts now. Everything already here stays readable.',
    action: enterToken,
  }),
  'proxy-busy': () => ({
    title: 'The proxy is full',
    advice: 'It already carries as many connections as it allows. Try again in a minute.',
    action: retry,
  }),
  'proxy-limit': (facts) => ({
    title: 'The proxy accepts no more connections from this network for now',
    advice: sentences(
      'It limits what one network may do at a time and in a minute, so that nobody misuses it.',
      facts.reported,
      'Try again in a minute.',
    ),
    action: retry,
  }),
  'proxy-closing': () => ({
    title: 'The proxy is shutting down',
    advice: 'It is being restarted or updated and accepts no new connections. Try again in a minute.',
    action: retry,
  }),
  'proxy-protocol': (facts) => ({
    title: 'The page and the proxy do not understand each other',
    advice: sentences(
      'They are probably of different versions. Reload the page to get the one that belongs to the proxy.',
      facts.reported,
    ),
    action: reload,
  }),
  'proxy-absent': (facts) => ({
    title: 'No proxy of Poplar is beside this page',
    advice: sentences(
      'An account can be reached through a WebSocket bridge such as websockify, or open Poplar where its own proxy serves it.',
      facts.reported,
    ),
  }),
  'demo-not-running': () => ({
    title: 'The demo mail server is not running',
    advice:
      'It runs beside the proxy unless that was started with --no-demo. What was fetched from it stays readable; the account can be removed in the settings.',
    action: retry,
  }),
  'tunnel-idle': (facts) => ({
    title: 'The connection was closed because nothing moved on it',
    advice: `Neither Poplar nor ${facts.place} had sent anything for so long that the proxy hung up. What was fetched is kept; the next attempt goes on from there.`,
    action: retry,
  }),
  'tunnel-limit': (facts) => ({
    title: 'The proxy ended the connection at its limit',
    advice: sentences(facts.reported, 'What was fetched is kept; the next attempt goes on from there.'),
    action: retry,
  }),
} satisfies Partial<Record<ErrorCode, ErrorWriter>>;
