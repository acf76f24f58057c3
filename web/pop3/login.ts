/**
 * Logging in: which way, in which order, and what a refusal means. A refusal of the mechanism leads to the next one; a
 * refusal of the person to one that shows the server something else, because some keep passwords in a form that only
 * some mechanisms can check; and then the login ends, because every further try counts against the account.
 */
import { PoplarError } from '../errors.ts';
import { recogniseBeyond } from '../sasl/choose.ts';
import type { Credentials, SaslContext } from '../sasl/mechanism.ts';
import { apopDigest } from './apop.ts';
import { authenticate, prepare } from './authenticate.ts';
import { apop, pass, refuseLineBreaks, user, utf8 } from './command.ts';
import type { Conversation } from './conversation.ts';
import { isAboutMechanism, loginRefusal } from './refusal.ts';
import type { StatusLine } from './status-line.ts';
import type { VisitNotes } from './visit-notes.ts';
import { waysIn, type Entrance, type Way } from './ways.ts';

/** What a login needs to know of the connection. */
export interface LoginContext extends Entrance {
  readonly conversation: Conversation;
  readonly notes: VisitNotes;
  readonly sasl: SaslContext;
}

/** Who logs in. `refreshToken` gets a new access token when the server refuses the one there is; it is asked once. */
export interface Login extends Credentials {
  readonly refreshToken?: () => Promise<string>;
}

/** Throws PoplarError `bad-input` when user or password cannot be sent at all: to be asked before anything is. */
export function requireSendable({ user: name, password }: Credentials): void {
  refuseLineBreaks('USER', name);
  refuseLineBreaks('PASS', password);
}

/** Resolves in the transaction state. Throws PoplarError: one of the login codes, or what ended the connection. */
export async function logIn(context: LoginContext, login: Login): Promise<void> {
  const { capabilities, conversation, notes } = context;
  // RFC 6856 §2.1: before the login. Without it Courier replaces messages with UTF-8 headers by a notice.
  if (capabilities.has('UTF8') || notes.utf8) await conversation.ask(utf8());
  const ways = waysIn(context, login);
  if (!ways.some((way) => notes.mayTry(way))) notes.avoidNone();
  for (const way of ways) {
    if (!notes.mayTry(way)) continue;
    const refusal = await tryWay(context, way, login);
    if (refusal === null) return notes.entered(way);
    if (refusal !== 'not-this-way' && refusal.code !== 'login-refused') throw refusal;
  }
  throw notes.trouble ?? noMechanism(context);
}

/** Null when it went well. Only a refusal of the credentials, or of the way itself, leaves other ways open. */
async function tryWay(
  context: LoginContext,
  way: Way,
  login: Login,
): Promise<PoplarError | 'not-this-way' | null> {
  const { notes, capabilities } = context;
  const { status, verb } = await attempt(context, way, login);
  notes.done();
  if (status?.ok === true) return null;
  if (status === null || (way.by === 'sasl' && isAboutMechanism(status))) {
    notes.notThisWay(way);
    return 'not-this-way';
  }
  if (status.code === 'UTF8' && !notes.utf8) {
    notes.utf8 = true;
    notes.again(way);
    await context.conversation.ask(utf8());
    return tryWay(context, way, login);
  }
  const refusal = loginRefusal(status, verb, capabilities.has('AUTH-RESP-CODE'));
  if (refusal.code !== 'login-refused') return refusal;
  if (way.reveals === 'token' && login.refreshToken !== undefined) {
    notes.again(way);
    return tryWay(context, way, { user: login.user, password: '', accessToken: await login.refreshToken() });
  }
  // WildDuck refuses USER in clear with words that say nothing of TLS; no password was sent, so it is not wrong.
  if (verb === 'USER' && !context.secure && capabilities.has('STLS')) {
    return new PoplarError('login-needs-tls', 'login', { detail: refusal.detail });
  }
  notes.refused(way, refusal);
  return refusal;
}

interface Attempt {
  /** Null when it was cancelled from this side. */
  status: StatusLine | null;
  /** What was refused, if anything was. */
  verb: 'AUTH' | 'APOP' | 'USER' | 'PASS';
}

async function attempt(context: LoginContext, way: Way, login: Login): Promise<Attempt> {
  const { conversation, notes } = context;
  switch (way.by) {
    case 'sasl': {
      const exchange = await prepare(way.kind, way.kind.begin(login, context.sasl), notes.twoSteps);
      notes.doing({ what: 'login', way, initial: exchange.command.secret !== null });
      return { status: await authenticate(conversation, exchange), verb: 'AUTH' };
    }
    case 'apop': {
      notes.doing({ what: 'login', way, initial: false });
      const digest = apopDigest(context.stamp ?? '', login.password);
      return { status: await conversation.ask(apop(login.user, digest)), verb: 'APOP' };
    }
    case 'user': {
      notes.doing({ what: 'login', way, initial: false });
      const named = await conversation.ask(user(login.user));
      if (!named.ok) return { status: named, verb: 'USER' };
      return { status: await conversation.ask(pass(login.password)), verb: 'PASS' };
    }
  }
}

function noMechanism({ capabilities, offered, secure }: LoginContext): PoplarError {
  const beyond = recogniseBeyond(offered);
  const detail = { offered: offered.join(' '), ...(beyond === null ? {} : { beyond }) };
  const needsTls = !secure && capabilities.has('STLS');
  return new PoplarError(needsTls ? 'login-needs-tls' : 'login-no-mechanism', 'login', { detail });
}
