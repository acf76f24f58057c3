/** Words for TLS and certificates. Each says that the password was not sent, wherever that is so. */
import type { ErrorCode } from '../../errors.ts';
import { formatDay } from '../units.ts';
import { retry, sentences, useTls, type ErrorWriter, type Facts } from './facts.ts';
import { tlsNotSpoken } from './foreign.ts';

const notSent = 'The password was not sent.';

export const tlsWords = {
  'tls-not-spoken': tlsNotSpoken,
  'tls-timeout': (facts) => ({
    title: `${facts.Host} did not finish setting up TLS`,
    advice: `It accepted the connection${facts.onPort} and then went quiet. ${notSent} Try again; if it stays like this, try STARTTLS on port 110.`,
    action: retry,
  }),
  'tls-failed': (facts) => ({
    title: `TLS with ${facts.host} could not be set up`,
    advice: sentences(
      `The server and the proxy found no way of TLS that both accept, or the server hung up. ${notSent} If it stays like this, whoever runs the mail server has to look after it.`,
      facts.reported,
    ),
  }),
  'tls-too-old': (facts) => ({
    title: `${facts.Host} speaks only a TLS that is no longer safe`,
    advice: `TLS before 1.2, or with keys that short, can be broken. ${notSent} Whoever runs the mail server should bring it up to date. Until then whoever runs the proxy can allow it for this server alone by starting the proxy with --legacy-tls ${facts.text('host') || 'HOST'}.`,
  }),
  'tls-injection': (facts) => ({
    title: `Unexpected bytes from ${facts.host} before TLS began`,
    advice: `Somebody on the way could have put them there so that they count as secured, so Poplar hung up. ${notSent} Use TLS on port 995, where there is nothing before TLS.`,
    action: useTls,
  }),
  'starttls-not-offered': (facts) => ({
    title: `${facts.Host} does not offer STARTTLS${facts.onPort}`,
    advice: `It listed what it can do, and STLS was not in the list. ${notSent} Choose TLS on port 995.`,
    action: useTls,
  }),
  'starttls-refused': (facts) => ({
    title: `${facts.Host} refused to start TLS`,
    advice: sentences(`${notSent} Choose TLS on port 995.`, facts.said),
    action: useTls,
  }),
} satisfies Partial<Record<ErrorCode, ErrorWriter>>;

const OWN_AUTHORITY =
  'If it is the authority of your company or your own, whoever runs the proxy can trust it by starting the proxy with --ca FILE, or you trust this very certificate once its fingerprint was found right.';

export const certificateWords = {
  'certificate-expired': (facts) => ({
    title: `The certificate of ${facts.host} has expired`,
    advice: sentences(
      until(facts),
      `${notSent} Whoever runs the mail server has to renew it. Nothing has to change in your settings.`,
    ),
    action: retry,
  }),
  'certificate-not-yet-valid': (facts) => ({
    title: `The certificate of ${facts.host} is not valid yet`,
    advice: sentences(
      from(facts),
      `${notSent} If that day has passed, the clock of the machine that runs the proxy is wrong.`,
    ),
    action: retry,
  }),
  'certificate-wrong-name': (facts) => ({
    title: `The certificate belongs to another name than ${facts.host}`,
    advice: sentences(
      facts.text('names') === '' ? '' : `It is made out for ${facts.text('names')}.`,
      `${notSent} If your provider’s server has one of these names, use it as the host; otherwise this is not the server you meant.`,
    ),
  }),
  'certificate-self-signed': (facts) => ({
    title: `The certificate of ${facts.host} is self-signed`,
    advice: `Nobody vouches for it, so it cannot be told from an impostor’s. ${notSent} If the server is your own or a friend’s, you can trust this very certificate once its fingerprint was found right.`,
  }),
  'certificate-unknown-issuer': (facts) => ({
    title: `The certificate of ${facts.host} comes from an issuer the proxy does not know`,
    advice: sentences(
      facts.text('issuer') === '' ? '' : `The issuer is ${facts.text('issuer')}.`,
      `${notSent} ${OWN_AUTHORITY}`,
    ),
  }),
  'certificate-incomplete-chain': (facts) => ({
    title: `${facts.Host} does not show who stands behind its certificate`,
    advice: `It sent its own certificate alone, and the proxy does not know ${facts.text('issuer') === '' ? 'its issuer' : `the issuer, ${facts.text('issuer')}`}. ${notSent} As a rule the certificates in between are missing in the server’s settings, where whoever runs the mail server has to add them. ${OWN_AUTHORITY}`,
  }),
  'certificate-invalid': (facts) => ({
    title: `The certificate of ${facts.host} can’t be trusted`,
    advice: sentences(`${notSent} Whoever runs the mail server has to replace it.`, facts.reported),
  }),
  'certificate-changed': (facts) => ({
    title: `${facts.Host} shows another certificate than the one you trust`,
    advice: `It may have been renewed. But it could also be somebody else’s, who stands between the proxy and the server to read along. ${notSent} Ask whoever runs the mail server whether they have replaced it, and trust the new one only when its fingerprint is theirs.`,
  }),
} satisfies Partial<Record<ErrorCode, ErrorWriter>>;

function until(facts: Facts): string {
  const at = facts.number('validToMs');
  return at === null ? '' : `It was valid until ${formatDay(at)}.`;
}

function from(facts: Facts): string {
  const at = facts.number('validFromMs');
  return at === null ? '' : `It becomes valid on ${formatDay(at)}.`;
}
