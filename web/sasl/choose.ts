/** Which mechanisms to try, in which order. A new mechanism is one more entry in the lists. */
import { cramMd5, cramSha1, cramSha256 } from './cram.ts';
import { digestMd5 } from './digest-md5.ts';
import { login } from './login.ts';
import type { Credentials, MechanismKind } from './mechanism.ts';
import { oauthBearer, xoauth2 } from './oauth.ts';
import { plain } from './plain.ts';
import { scramSha1, scramSha256, scramSha512 } from './scram.ts';

const TOKEN: readonly MechanismKind[] = [oauthBearer, xoauth2];
const SCRAM: readonly MechanismKind[] = [scramSha512, scramSha256, scramSha1];
const CLEAR: readonly MechanismKind[] = [plain, login];
/** They make the server keep passwords as they are, and over TLS they protect nothing more than PLAIN does. */
const OLD_PROOFS: readonly MechanismKind[] = [cramSha256, cramSha1, cramMd5, digestMd5];

/** All that are spoken here, strongest first. */
export const MECHANISMS: readonly MechanismKind[] = [...TOKEN, ...SCRAM, ...OLD_PROOFS, ...CLEAR];

/**
 * Those of ours that the server offers and the credentials fit, best first. Over a secure stream PLAIN comes before the
 * old challenge mechanisms, in clear behind them. Names are compared without regard to case.
 */
export function chooseMechanisms(
  offered: readonly string[],
  { secure, credentials }: { secure: boolean; credentials: Credentials },
): readonly MechanismKind[] {
  const names = new Set(offered.map((name) => name.toUpperCase()));
  const byPassword = secure ? [...SCRAM, ...CLEAR, ...OLD_PROOFS] : [...SCRAM, ...OLD_PROOFS, ...CLEAR];
  const ours = credentials.accessToken === undefined ? byPassword : TOKEN;
  return ours.filter((kind) => names.has(kind.name));
}

/** What a mechanism that is not spoken here would need, for the words of the error. */
export type Beyond = 'kerberos' | 'ntlm' | 'certificate' | 'one-time' | 'token' | 'anonymous';

const BEYOND: readonly (readonly [RegExp, Beyond])[] = [
  [/^(?:GSSAPI|GSS-SPNEGO|GS2-.*|KERBEROS_V[45])$/, 'kerberos'],
  [/^NTLM$/, 'ntlm'],
  [/^EXTERNAL$/, 'certificate'],
  [/^(?:OTP|SKEY|SECURID|9798-.*)$/, 'one-time'],
  [/^(?:OAUTHBEARER|XOAUTH2)$/, 'token'],
  [/^ANONYMOUS$/, 'anonymous'],
];

/** What kind of login the server wants, of all that a password cannot do: the first that is recognised, or null. */
export function recogniseBeyond(offered: readonly string[]): Beyond | null {
  for (const name of offered) {
    const found = BEYOND.find(([pattern]) => pattern.test(name.toUpperCase()));
    if (found !== undefined) return found[1];
  }
  return null;
}
