/**
 * Reads a SASL PLAIN response (RFC 4616) in its base64 form. Pure; decides nothing about who may log in.
 */

export interface PlainCredentials {
  user: string;
  password: string;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** User and password of `[authzid] NUL authcid NUL passwd`, or null when it is not that. The authzid is ignored. */
export function readPlain(base64: string): PlainCredentials | null {
  if (!BASE64.test(base64)) return null;
  const fields = Buffer.from(base64, 'base64').toString('utf8').split('\0');
  const [, user = '', password = ''] = fields;
  return fields.length === 3 && user !== '' && password !== '' ? { user, password } : null;
}
