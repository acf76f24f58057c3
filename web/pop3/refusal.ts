/**
 * From what a server said to the error people see. Codes come first; servers without them are read by their words
 * (the patterns are what fetchmail and real servers use). Only a real refusal of the credentials becomes
 * `login-refused`: a locked maildrop or a bad moment must never make anyone doubt a password.
 */
import { PoplarError } from '../errors.ts';
import type { ErrorCode, ErrorDetail, Hop } from '../errors.ts';
import { displayText } from '../wire/ascii.ts';
import type { Verb } from './command.ts';
import { kpopRefusal } from './greeting.ts';
import type { ResponseCode } from './response-code.ts';
import type { StatusLine } from './status-line.ts';

const NEEDS_TLS =
  /\b(?:plain ?text|clear ?text)\b.*\b(?:disallowed|disabled|not allowed|forbidden)|\b(?:must|need|use|issue|require[sd]?)\b.*\b(?:stls|starttls|tls|ssl|encrypt\w*|secure)\b|\b(?:tls|ssl|encryption|secure connection)\b.*\brequired\b/i;
const IN_USE =
  /\block(?:ed|ing|file)?\b|\bbusy\b|\bin[- ]use\b|already (?:open|logged|connected)|another (?:pop3? )?(?:session|connection|client|process)|\bwait\b/i;
const TEMPORARY =
  /temporar|try (?:again|later)|unavailable|damaged|too (?:many|fast|frequent|often)|rate limit|frequency|overload|maintenance|\bdelay\b|(?:internal|server|system|protocol|database|i\/o|disk) (?:error|failure|problem|full)|time-?d? ?out|shutting down/i;
// An account that the provider has shut is neither a wrong password nor a maildrop in use.
const ACCOUNT_SHUT = /\b(?:account|user|login)\b.*\b(?:disabled|suspended|blocked|deactivated|expired)\b/i;
// `User mailbox is locked by another session` is about the maildrop, `Your account has been locked` is not.
const ACCOUNT_LOCKED =
  /^(?!.*\b(?:mail ?box|mail ?drop|another|session)\b).*\b(?:account|user|login)\b.*\blocked\b/i;
// Many providers have a switch for POP3 in their settings, which is off at first.
const POP_IS_OFF =
  /\bpop3?\b.*\b(?:disabled|switched off|not (?:enabled|allowed|activated|permitted|available))\b|\bnot enabled for pop3?\b|\b(?:enable|activate)\b.*\bpop3?\b/i;
const MECHANISM =
  /mechanism|unsupported|not supported|unrecogni[sz]ed|not implemented|unimplemented|(?:unknown|invalid|bad|illegal) (?:command|auth)/i;

const detailOf = (status: StatusLine, verb?: Verb): ErrorDetail => ({
  said: displayText(status.text),
  ...(status.code === 'LOGIN-DELAY' ? waitOf(status.text) : {}),
  ...(status.code === null ? {} : { responseCode: status.code }),
  ...(verb === undefined ? {} : { verb }),
});

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** How long the server wants to be left alone, when it says so: `Logins must be at least 1 minute apart`. */
function waitOf(text: string): { seconds?: number } {
  const [, count, unit = ''] = /(\d{1,5})\s*(s|m|h)(?:ec|in|our)?/i.exec(text) ?? [];
  const seconds = Number(count) * (SECONDS[unit.toLowerCase()] ?? NaN);
  return Number.isFinite(seconds) ? { seconds } : {};
}

interface Reading {
  code: ErrorCode;
  retryable: boolean;
}

const BY_CODE: Readonly<Partial<Record<ResponseCode, Reading>>> = {
  'IN-USE': { code: 'maildrop-in-use', retryable: true },
  'LOGIN-DELAY': { code: 'login-delay', retryable: true },
  'SYS/TEMP': { code: 'login-temporary', retryable: true },
  'SYS/PERM': { code: 'server-refused', retryable: false },
  AUTH: { code: 'login-refused', retryable: false },
  UTF8: { code: 'utf8-needed', retryable: true },
};

function error(reading: Reading, hop: Hop, detail: ErrorDetail): PoplarError {
  return new PoplarError(reading.code, hop, { retryable: reading.retryable, detail });
}

/** The server greeted with -ERR. */
export function greetingRefusal(status: StatusLine): PoplarError {
  const kpop = kpopRefusal(status.text);
  if (kpop !== null) return kpop;
  const byCode = status.code === null ? undefined : BY_CODE[status.code];
  if (byCode !== undefined && status.code !== 'AUTH') return error(byCode, 'login', detailOf(status));
  const retryable = IN_USE.test(status.text) || TEMPORARY.test(status.text);
  return error({ code: 'server-refused', retryable }, 'login', detailOf(status));
}

/** The refusal is about the mechanism (or command) and not about the person: another one may do. */
export function isAboutMechanism(status: StatusLine): boolean {
  return !NEEDS_TLS.test(status.text) && MECHANISM.test(status.text);
}

/**
 * A refused USER, PASS or AUTH. `authCodes`: the server announced AUTH-RESP-CODE, so that a refusal without [AUTH] is
 * not about the credentials (RFC 3206 §4).
 */
export function loginRefusal(status: StatusLine, verb: Verb, authCodes: boolean): PoplarError {
  const reading = readLogin(status, authCodes);
  const popIsOff = reading.code === 'server-refused' && POP_IS_OFF.test(status.text);
  return error(reading, 'login', { ...detailOf(status, verb), ...(popIsOff ? { popIsOff } : {}) });
}

function readLogin({ text, code }: StatusLine, authCodes: boolean): Reading {
  // Before the codes: Dovecot says `[AUTH] Plaintext authentication disallowed on non-secure connections`.
  if (NEEDS_TLS.test(text)) return { code: 'login-needs-tls', retryable: false };
  const byCode = code === null ? undefined : BY_CODE[code];
  if (byCode !== undefined && !(code === 'AUTH' && POP_IS_OFF.test(text))) return byCode;
  if (ACCOUNT_SHUT.test(text) || ACCOUNT_LOCKED.test(text) || POP_IS_OFF.test(text))
    return { code: 'server-refused', retryable: false };
  if (IN_USE.test(text)) return { code: 'maildrop-in-use', retryable: true };
  if (TEMPORARY.test(text) || authCodes) return { code: 'login-temporary', retryable: true };
  return { code: 'login-refused', retryable: false };
}

/** A command in the transaction state was refused; only that command failed. */
export function commandRefusal(status: StatusLine, verb: Verb): PoplarError {
  if (status.code === 'IN-USE')
    return error({ code: 'maildrop-in-use', retryable: true }, 'maildrop', detailOf(status, verb));
  if (status.code === 'UTF8')
    return error({ code: 'utf8-needed', retryable: true }, 'maildrop', detailOf(status, verb));
  if (POP_IS_OFF.test(status.text)) {
    const detail = { ...detailOf(status, verb), popIsOff: true };
    return error({ code: 'server-refused', retryable: false }, 'maildrop', detail);
  }
  const retryable = status.code === 'SYS/TEMP' || (status.code === null && TEMPORARY.test(status.text));
  return error({ code: 'command-refused', retryable }, 'maildrop', detailOf(status, verb));
}
