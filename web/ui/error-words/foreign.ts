/**
 * Words for what is no POP3 server, or says nothing: which service answers there, or is to be expected on that port, and
 * what to change. The table is total over ForeignService.
 */
import type { ForeignService } from '../../model/foreign-service.ts';
import {
  retry,
  sentences,
  useStarttls,
  useTls,
  type ErrorAction,
  type ErrorText,
  type Facts,
} from './facts.ts';

/** How a service is called, and what it is for, as a sentence. */
interface Service {
  name: string;
  purpose: string;
}

const SERVICES: Readonly<Record<ForeignService, Service | null>> = {
  pop2: {
    name: 'a POP2 server',
    purpose: 'POP2 is what POP3 replaced in 1988, and Poplar does not speak it.',
  },
  pop1: { name: 'a server of the first POP', purpose: 'It dates from 1984, and Poplar does not speak it.' },
  kpop: {
    name: 'a KPOP server',
    purpose:
      'KPOP is POP3 behind Kerberos: it needs a ticket of your company’s network, which a web page cannot get.',
  },
  imap: { name: 'an IMAP server', purpose: 'IMAP is another way of reading mail.' },
  smtp: { name: 'an SMTP server', purpose: 'That is for sending mail.' },
  sieve: { name: 'a ManageSieve server', purpose: 'That is for filters on a mail server.' },
  ftp: { name: 'an FTP server', purpose: 'That is for files.' },
  nntp: { name: 'a news server', purpose: 'That is for newsgroups (NNTP).' },
  http: { name: 'a web server', purpose: 'Mail is on other ports.' },
  ssh: { name: 'an SSH server', purpose: 'That is for logging in to the machine itself.' },
  telnet: { name: 'a Telnet server', purpose: 'That is for logging in to the machine itself.' },
  tls: null,
  unknown: null,
};

/** Ports on which another service than POP3 is to be expected. */
const USUAL_AT: Readonly<Partial<Record<number, ForeignService>>> = {
  21: 'ftp',
  22: 'ssh',
  23: 'telnet',
  25: 'smtp',
  80: 'http',
  109: 'pop2',
  119: 'nntp',
  143: 'imap',
  443: 'http',
  465: 'smtp',
  563: 'nntp',
  587: 'smtp',
  993: 'imap',
  1109: 'kpop',
  4190: 'sieve',
};

const WHERE_POP3_IS = 'POP3 usually answers on port 995 with TLS, or on port 110 with STARTTLS.';

/** Another protocol answered: which one it is tells what to change. */
export function notPop3(facts: Facts): ErrorText {
  const found = facts.text('found');
  if (found === 'tls') return expectsTls(facts);
  const service = serviceCalled(found);
  if (service !== null) {
    return {
      title: `${facts.Host} is ${service.name}${facts.onPort}`,
      advice: sentences(service.purpose, WHERE_POP3_IS),
      action: useTls,
    };
  }
  return {
    title: `${facts.Host} does not answer like a POP3 server${facts.onPort}`,
    advice: sentences(facts.said, `Check host and port. ${WHERE_POP3_IS}`),
    action: useStarttls,
  };
}

/** Whoever waits for an answer may be waited for as well, or not be a POP3 server at all. */
export function serverSilent(facts: Facts): ErrorText {
  const verb = facts.text('verb');
  if (verb !== '') {
    return {
      title: `${facts.Host} stopped answering`,
      advice: `It owed the answer to ${verb} and sent nothing for too long. The server may be overloaded. What was fetched is kept; the next attempt goes on from there.`,
      action: retry,
    };
  }
  const title = `${facts.Host} accepted the connection and said nothing`;
  const lead = `A POP3 server speaks first, and nothing came from ${facts.place}.`;
  const usual = usualAt(facts);
  if (usual !== null) {
    const { name, purpose } = usual;
    return {
      title,
      advice: sentences(lead, `Port ${facts.number('port')} is that of ${name}.`, purpose, WHERE_POP3_IS),
      action: useTls,
    };
  }
  if (facts.text('security') === 'tls') {
    const advice = `${lead} TLS was set up, so the port is right; the server may be overloaded. Try again in a few minutes.`;
    return { title, advice, action: retry };
  }
  const advice = `${lead} A port that expects TLS behaves like this: choose TLS on port 995.`;
  return { title, advice, action: useTls };
}

/** Plain text where TLS was expected. Nothing was sent yet. */
export function tlsNotSpoken(facts: Facts): ErrorText {
  const usual = usualAt(facts);
  return {
    title: `${facts.Host} answers without TLS${facts.onPort}`,
    advice: sentences(
      'The server sent plain text where TLS was expected. The password was not sent.',
      usual === null
        ? ''
        : `Port ${facts.number('port')} is that of ${usual.name}: check the port, too. ${usual.purpose}`,
      'Choose STARTTLS on port 110: it connects in clear and switches to TLS before the password is sent.',
    ),
    action: useStarttls,
  };
}

/** For words about something else: what answers, as a sentence; nothing when nobody knows. */
export function whatAnswers(facts: Facts): string {
  const service = serviceCalled(facts.text('found'));
  return service === null
    ? 'It does not answer like a POP3 server.'
    : `It is ${service.name}. ${service.purpose}`;
}

/** TLS from the first byte is a matter of the port: the same one, unless it is known to be another service's. */
function expectsTls(facts: Facts): ErrorText {
  const port = facts.number('port') ?? 995;
  const isStandard = port === 995 || port === 110 || usualAt(facts) !== null;
  const action: ErrorAction = isStandard
    ? useTls
    : { kind: 'server', label: `Use TLS, port ${port}`, port, security: 'tls' };
  return {
    title: `${facts.Host} expects TLS${facts.onPort}`,
    advice: `This port expects TLS from the first byte: choose TLS, port ${isStandard ? 995 : port}.`,
    action,
  };
}

function serviceCalled(found: string): Service | null {
  return Object.hasOwn(SERVICES, found) ? SERVICES[found as ForeignService] : null;
}

function usualAt(facts: Facts): Service | null {
  const found = USUAL_AT[facts.number('port') ?? 0];
  return found === undefined ? null : SERVICES[found];
}
