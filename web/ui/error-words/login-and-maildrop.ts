/** Words for the conversation with the mail server itself: greeting, login, maildrop. */
import type { ErrorCode } from '../../errors.ts';
import { formatDuration, formatOctets } from '../units.ts';
import { retry, sentences, useTls, type ErrorWriter, type Facts } from './facts.ts';
import { notPop3, serverSilent } from './foreign.ts';
import { shutOut, turnedAway } from './shut-out.ts';

const askPassword = { kind: 'password', label: 'Enter the password' } as const;

/** What a login that no password can do would need; by the `beyond` of `login-no-mechanism`. */
const BEYOND_WORDS: Readonly<Record<string, string>> = {
  kerberos: 'That is Kerberos: it needs a ticket of your company’s network, which a web page cannot get.',
  ntlm: 'That is Windows’ old NTLM, which Poplar does not speak. Ask for SCRAM or for PLAIN over TLS.',
  certificate: 'It wants a certificate of yours in place of a password, which a web page cannot show.',
  'one-time': 'It wants one-time passwords, which could not be asked for at every fetch.',
  token: 'It wants a sign-in at the provider’s own page in place of a password.',
  anonymous: 'It lets in guests only.',
};

export const loginWords = {
  'not-pop3': notPop3,
  'server-refused': (facts) => (facts.text('verb') === '' ? turnedAway(facts, 'the proxy') : shutOut(facts)),
  'server-silent': serverSilent,
  'login-refused': (facts) => ({
    title: `${facts.Host} did not accept the user name or the password`,
    advice: sentences(
      facts.text('user') === '' ? '' : `The user name was ${facts.text('user')}.`,
      facts.said,
      'Some providers want an app password for mail programs, or POP3 switched on in their settings first.',
    ),
    action: askPassword,
  }),
  'login-needs-tls': (facts) => ({
    title: `${facts.Host} accepts the password over TLS only`,
    advice: sentences('Choose TLS on port 995, or STARTTLS on port 110.', facts.said),
    action: useTls,
  }),
  'login-no-mechanism': (facts) => ({
    title: `Poplar knows none of the ways to log in at ${facts.host}`,
    advice: sentences(
      facts.text('offered') === '' ? '' : `The server offers ${facts.text('offered')}.`,
      BEYOND_WORDS[facts.text('beyond')] ?? '',
      'Some providers switch on logging in by password per account, often under “app passwords”.',
    ),
  }),
  'login-temporary': (facts) => ({
    title: `${facts.Host} can’t log anybody in at the moment`,
    advice: sentences(facts.said, 'The password is not the reason. Try again in a few minutes.'),
    action: retry,
  }),
  'login-delay': (facts) => ({
    title: `${facts.Host} wants a pause between two logins`,
    advice: sentences(
      facts.number('seconds') === null
        ? 'Try again in a few minutes.'
        : `Try again in ${formatDuration((facts.number('seconds') ?? 0) * 1000)}.`,
      facts.said,
    ),
    action: retry,
  }),
  'password-needed': (facts) => ({
    title:
      facts.text('user') === ''
        ? 'The password is needed'
        : `The password for ${facts.text('user')} is needed`,
    advice:
      'It is not kept on this device. New mail is fetched once you type it; mail already here stays readable.',
    action: askPassword,
  }),
  'maildrop-in-use': (facts) => ({
    title: 'The mailbox is in use by another program',
    advice: sentences(
      `A POP3 mailbox lets in one program at a time, and ${facts.host} says that one is in it now. Wait until it has finished.`,
      facts.said,
    ),
    action: retry,
  }),
} satisfies Partial<Record<ErrorCode, ErrorWriter>>;

export const maildropWords = {
  'protocol-error': (facts) => ({
    title: `${facts.Host} sent something that is not POP3`,
    advice: sentences(
      'Poplar hung up rather than guess. What was fetched is kept; the next attempt goes on from there.',
      facts.said || facts.reported,
    ),
    action: retry,
  }),
  'command-refused': (facts) => ({
    title:
      facts.text('verb') === ''
        ? `${facts.Host} refused a command`
        : `${facts.Host} refused the command ${facts.text('verb')}`,
    advice: sentences(facts.said, 'Poplar needs it to fetch mail. What was fetched is kept.'),
    action: retry,
  }),
  'utf8-needed': (facts) => ({
    title: 'A message comes in UTF-8 mode only',
    advice: sentences(
      `Its headers hold letters beyond ASCII, and ${facts.host} hands it out only to who has asked for UTF-8. Poplar has, in vain. The message stays on the server.`,
      facts.said,
    ),
  }),
  'message-gone': (facts) => ({
    title: `This message is no longer on ${facts.host}`,
    advice:
      'It was deleted there by you on another device, by the provider or after its time; or the provider shows each message to mail programs only once, as Gmail does. Its own webmail tells. What is here of it stays.',
  }),
  'message-too-large': (facts) => ({
    title: 'A message is larger than Poplar accepts',
    advice: sentences(tooLarge(facts), 'It stays on the server. All other messages are fetched.'),
  }),
} satisfies Partial<Record<ErrorCode, ErrorWriter>>;

function tooLarge(facts: Facts): string {
  const octets = facts.number('octets');
  const limit = facts.number('limitOctets');
  if (octets === null) return '';
  const size = `It has ${formatOctets(octets)}`;
  return limit === null ? `${size}.` : `${size}, and the limit is ${formatOctets(limit)}.`;
}
