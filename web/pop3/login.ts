/**
 * Logging in: which way, in which order, and what a refusal means. A refusal of the mechanism leads to the next one; a
 * refusal of the person ends the login, because every further try counts against the account.
 */
import { PoplarError } from '../errors.ts';
import { chooseMechanisms } from '../sasl/choose.ts';
import type { Credentials, Mechanism, MechanismKind } from '../sasl/mechanism.ts';
import { base64FromBytes, bytesFromBase64 } from '../wire/base64.ts';
import type { Capabilities } from './capabilities.ts';
import { auth, MAX_COMMAND_OCTETS, pass, refuseLineBreaks, user, utf8 } from './command.ts';
import type { Command } from './command.ts';
import type { Conversation } from './conversation.ts';
import { isAboutMechanism, loginRefusal } from './refusal.ts';
import type { StatusLine } from './status-line.ts';

/** What a login needs to know of the connection. */
export interface LoginContext {
  readonly conversation: Conversation;
  readonly capabilities: Capabilities;
  /** The stream is protected by TLS. */
  readonly secure: boolean;
}

/** Resolves in the transaction state. Throws PoplarError: one of the login codes, or what ended the connection. */
export async function logIn(context: LoginContext, credentials: Credentials): Promise<void> {
  const { capabilities, conversation } = context;
  refuseLineBreaks('USER', credentials.user);
  refuseLineBreaks('PASS', credentials.password);
  // RFC 6856 §2.1: before the login. Without it Courier replaces messages with UTF-8 headers by a notice.
  if (capabilities.has('UTF8')) await conversation.ask(utf8());
  for (const kind of chooseMechanisms(capabilities.mechanisms)) {
    const status = await authenticate(conversation, kind, credentials);
    if (status.ok) return;
    if (!isAboutMechanism(status)) throw loginRefusal(status, 'AUTH', capabilities.has('AUTH-RESP-CODE'));
  }
  if (!mayUseUserAndPass(context)) throw noMechanism(context);
  await userAndPass(context, credentials);
}

/** RFC 5034 §4: one AUTH exchange, up to its status line. */
async function authenticate(
  conversation: Conversation,
  kind: MechanismKind,
  credentials: Credentials,
): Promise<StatusLine> {
  const mechanism = kind.begin(credentials);
  let initial = await mechanism.start();
  const command = authCommand(kind.name, initial);
  conversation.send(command);
  for (;;) {
    const event = conversation.poll() ?? (await conversation.next());
    if (event.type === 'challenge' && event.command === command) {
      // It went with the command, unless the line was too long. A server that asks for it all the same passed it over.
      const due = command.secret === null || event.text === '' ? initial : null;
      conversation.respond(due === null ? await responseTo(event.text, mechanism) : base64FromBytes(due));
      initial = null;
    }
    if (event.type === 'reply' && event.command === command) {
      if (event.status.ok && !mechanism.complete) throw unproved(kind.name);
      return event.status;
    }
  }
}

/** With the initial response when the whole line fits (RFC 5034 §4), else without. */
function authCommand(name: string, initial: Uint8Array | null): Command {
  if (initial === null) return auth(name, null);
  const withInitial = auth(name, initial.length === 0 ? '=' : base64FromBytes(initial));
  return withInitial.line.length + 2 <= MAX_COMMAND_OCTETS ? withInitial : auth(name, null);
}

/** `*` cancels: the server then answers with -ERR (RFC 5034 §4). */
async function responseTo(text: string, mechanism: Mechanism): Promise<string> {
  const challenge = bytesFromBase64(text) ?? new Uint8Array(0); // Prompts that are not base64 mean nothing anyway.
  const response = await mechanism.next(challenge);
  return response === null ? '*' : base64FromBytes(response);
}

/**
 * RFC 2449 §6.2: a server that answers CAPA without USER has it disabled, mostly because the stream is in clear. Some
 * only forget the tag, so over TLS, or when nothing else is on offer, it is tried all the same.
 */
function mayUseUserAndPass({ capabilities, secure }: LoginContext): boolean {
  if (!capabilities.known || capabilities.has('USER')) return true;
  if (capabilities.mechanisms.length > 0) return false;
  return secure || !capabilities.has('STLS');
}

async function userAndPass(
  { conversation, capabilities, secure }: LoginContext,
  credentials: Credentials,
): Promise<void> {
  const authCodes = capabilities.has('AUTH-RESP-CODE');
  const named = await conversation.ask(user(credentials.user));
  if (!named.ok) {
    const refusal = loginRefusal(named, 'USER', authCodes);
    // WildDuck refuses USER in clear with words that say nothing of TLS; no password was sent, so it is not wrong.
    const needsTls = !secure && capabilities.has('STLS') && refusal.code === 'login-refused';
    throw needsTls ? new PoplarError('login-needs-tls', 'login', { detail: refusal.detail }) : refusal;
  }
  const passed = await conversation.ask(pass(credentials.password));
  if (!passed.ok) throw loginRefusal(passed, 'PASS', authCodes);
}

function noMechanism({ capabilities, secure }: LoginContext): PoplarError {
  const detail = { offered: capabilities.mechanisms.join(' ') };
  const needsTls = !secure && capabilities.has('STLS');
  return new PoplarError(needsTls ? 'login-needs-tls' : 'login-no-mechanism', 'login', { detail });
}

/** The server said +OK before it had proved that it knows the password (SCRAM): it is not to be trusted. */
function unproved(mechanism: string): PoplarError {
  return new PoplarError('protocol-error', 'login', { detail: { what: 'server-not-proved', mechanism } });
}
