/**
 * Signing in with an OAuth 2.0 access token: OAUTHBEARER (RFC 7628) and XOAUTH2 (Google's and Microsoft's older form).
 * A refused token comes as a challenge with a JSON reason, which wants a dummy answer before the server says -ERR.
 */
import { PoplarError } from '../errors.ts';
import { utf8FromText } from '../wire/ascii.ts';
import type { Credentials, Mechanism, MechanismKind, SaslContext } from './mechanism.ts';

const SEPARATOR = '\x01';
/** RFC 6750 §2.1, b64token: nothing else can be a bearer token. */
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

class Bearer implements Mechanism {
  readonly #message: Uint8Array;
  readonly #dummy: Uint8Array;
  #step: 'start' | 'sent' | 'refused' = 'start';

  constructor(message: string, dummy: string) {
    this.#message = utf8FromText(message);
    this.#dummy = utf8FromText(dummy);
  }

  get complete(): boolean {
    return this.#step === 'sent';
  }

  start(): Uint8Array {
    this.#step = 'sent';
    return this.#message;
  }

  /** RFC 7628 §3.2.3: the reason is answered once; what comes after it is the status line. */
  next(): Uint8Array | null {
    if (this.#step !== 'sent') return null;
    this.#step = 'refused';
    return this.#dummy;
  }
}

/** RFC 7628 §3.1: `n,a=USER,^Ahost=…^Aport=…^Aauth=Bearer TOKEN^A^A`; the dummy answer is `^A`. */
function oauthBearerMessage(credentials: Credentials, { host, port }: SaslContext): string {
  const user = plainUser(credentials).replaceAll('=', '=3D').replaceAll(',', '=2C');
  const fields = [`host=${host}`, `port=${port}`, `auth=Bearer ${tokenOf(credentials)}`];
  return `n,a=${user},${SEPARATOR}${fields.join(SEPARATOR)}${SEPARATOR}${SEPARATOR}`;
}

function xoauth2Message(credentials: Credentials): string {
  const fields = [`user=${plainUser(credentials)}`, `auth=Bearer ${tokenOf(credentials)}`];
  return `${fields.join(SEPARATOR)}${SEPARATOR}${SEPARATOR}`;
}

function plainUser({ user }: Credentials): string {
  if (!/^[^\p{Cc}]+$/u.test(user)) throw badInput('user');
  return user;
}

function tokenOf({ accessToken = '' }: Credentials): string {
  if (!TOKEN.test(accessToken)) throw badInput('password');
  return accessToken;
}

function badInput(field: 'user' | 'password'): PoplarError {
  return new PoplarError('bad-input', 'page', { detail: { field } });
}

export const oauthBearer: MechanismKind = {
  name: 'OAUTHBEARER',
  reveals: 'token',
  begin: (credentials, context) => new Bearer(oauthBearerMessage(credentials, context), SEPARATOR),
};

export const xoauth2: MechanismKind = {
  name: 'XOAUTH2',
  reveals: 'token',
  begin: (credentials) => new Bearer(xoauth2Message(credentials), ''),
};
