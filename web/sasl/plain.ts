/** PLAIN (RFC 4616): authorization identity, user and password in one message. Only for streams that are secure. */
import { credentialOctets } from './credentials.ts';
import type { Credentials, Mechanism, MechanismKind } from './mechanism.ts';

class Plain implements Mechanism {
  readonly #credentials: Credentials;
  #sent = false;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  get complete(): boolean {
    return this.#sent;
  }

  /** RFC 4616 §2: `[authzid] NUL authcid NUL passwd`; the authorization identity is left to the server. */
  start(): Uint8Array {
    const user = credentialOctets('user', this.#credentials.user);
    const password = credentialOctets('password', this.#credentials.password);
    const message = new Uint8Array(user.length + password.length + 2);
    message.set(user, 1);
    message.set(password, user.length + 2);
    this.#sent = true;
    return message;
  }

  /** PLAIN has no challenges beyond the empty one that asks for the initial response. */
  next(): null {
    return null;
  }
}

export const plain: MechanismKind = {
  name: 'PLAIN',
  reveals: 'clear',
  begin: (credentials) => new Plain(credentials),
};
