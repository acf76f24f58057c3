/**
 * LOGIN (never standardised; draft-murchison-sasl-login): the server asks twice, the client answers with the user and
 * then the password. The words of the prompts differ between servers and mean nothing.
 */
import { credentialOctets } from './credentials.ts';
import type { Credentials, Mechanism, MechanismKind } from './mechanism.ts';

class Login implements Mechanism {
  readonly #answers: Uint8Array[];

  constructor(credentials: Credentials) {
    this.#answers = [
      credentialOctets('user', credentials.user),
      credentialOctets('password', credentials.password),
    ];
  }

  get complete(): boolean {
    return this.#answers.length === 0;
  }

  start(): null {
    return null;
  }

  next(): Uint8Array | null {
    return this.#answers.shift() ?? null;
  }
}

export const login: MechanismKind = {
  name: 'LOGIN',
  reveals: 'clear',
  begin: (credentials) => new Login(credentials),
};
