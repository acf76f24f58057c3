/** Credentials as octets, for the mechanisms that send them as they are. */
import { PoplarError } from '../errors.ts';
import { utf8FromText } from '../wire/ascii.ts';

/** UTF-8 of a user name or password. NUL would end it early on the server: throws PoplarError `bad-input`. */
export function credentialOctets(field: 'user' | 'password', value: string): Uint8Array<ArrayBuffer> {
  if (value.includes('\0')) throw new PoplarError('bad-input', 'page', { detail: { field } });
  return utf8FromText(value);
}
