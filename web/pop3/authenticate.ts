/** One AUTH exchange, up to its status line (RFC 5034 §4). It must not know why this mechanism, nor what comes after. */
import { PoplarError } from '../errors.ts';
import type { Mechanism, MechanismKind } from '../sasl/mechanism.ts';
import { base64FromBytes, bytesFromBase64 } from '../wire/base64.ts';
import { auth, MAX_COMMAND_OCTETS } from './command.ts';
import type { Command } from './command.ts';
import type { Conversation } from './conversation.ts';
import type { StatusLine } from './status-line.ts';

export interface Exchange {
  readonly kind: MechanismKind;
  readonly mechanism: Mechanism;
  readonly command: Command;
  readonly initial: Uint8Array | null;
}

/**
 * Prepares the exchange. `twoSteps` holds the initial response back until the server asks for it, and so it is for
 * tokens always: Outlook.com ends the connection on `AUTH XOAUTH2` with one.
 */
export async function prepare(
  kind: MechanismKind,
  mechanism: Mechanism,
  twoSteps: boolean,
): Promise<Exchange> {
  const initial = await mechanism.start();
  const holdsBack = twoSteps || kind.reveals === 'token';
  return { kind, mechanism, initial, command: authCommand(kind.name, holdsBack ? null : initial) };
}

/**
 * Runs it. Throws PoplarError `protocol-error` when the server says +OK before it has proved itself (SCRAM), or when its
 * proof is wrong: it does not know the password, and must not be shown it by another mechanism (RFC 5802 §5). Null when
 * the exchange was cancelled before anything was proved, over a challenge that we do not answer: too few iterations, say.
 */
export async function authenticate(
  conversation: Conversation,
  exchange: Exchange,
): Promise<StatusLine | null> {
  const { kind, mechanism, command } = exchange;
  let { initial } = exchange;
  let hasShownProof = false;
  let isCancelled = false;
  conversation.send(command);
  for (;;) {
    const event = conversation.poll() ?? (await conversation.next());
    if (event.type === 'challenge' && event.command === command) {
      // It went with the command, unless it was held back. A server that asks for it all the same passed it over.
      const due = command.secret === null || event.text === '' ? initial : null;
      const response = due === null ? await responseTo(event.text, mechanism) : base64FromBytes(due);
      isCancelled = response === CANCEL && kind.reveals === 'proof';
      hasShownProof ||= due === null && !isCancelled;
      conversation.respond(response);
      initial = null;
    }
    if (event.type === 'reply' && event.command === command) {
      if (isCancelled && !hasShownProof && !event.status.ok) return null;
      if (isCancelled || (event.status.ok && !mechanism.complete)) throw unproved(kind.name);
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

/** RFC 5034 §4: the server then answers with -ERR. */
const CANCEL = '*';

async function responseTo(text: string, mechanism: Mechanism): Promise<string> {
  const challenge = bytesFromBase64(text) ?? new Uint8Array(0); // Prompts that are not base64 mean nothing anyway.
  const response = await mechanism.next(challenge);
  return response === null ? CANCEL : base64FromBytes(response);
}

function unproved(mechanism: string): PoplarError {
  return new PoplarError('protocol-error', 'login', { detail: { what: 'server-not-proved', mechanism } });
}
