/** What can be an access token of the proxy. Pure; must not know where tokens are kept. */
import { MAX_TOKEN_LENGTH } from '../../proxy/protocol.ts';
import { PoplarError } from '../errors.ts';

const CONTROL = /\p{Cc}/u;

/** The token without the space that copying brings along. Throws `bad-input` when none is left, or it cannot be one. */
export function cleanToken(text: string): string {
  const token = text.trim();
  if (token === '' || token.length > MAX_TOKEN_LENGTH || CONTROL.test(token)) {
    throw new PoplarError('bad-input', 'page', { detail: { field: 'access token' } });
  }
  return token;
}
