/**
 * The proxy's own certificate, for those who run it without a reverse proxy before it: read from two files, checked, and
 * read again when they have changed. It must not know who uses it.
 */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

export interface TlsFiles {
  /** PEM: the certificate, and behind it those in between, if any. */
  certificate: string;
  /** PEM, without a passphrase. */
  key: string;
}

export interface TlsMaterial {
  cert: string;
  key: string;
}

/** Reads both files. Rejects with an Error whose message names the file and what is wrong with it. */
export async function readTlsFiles({ certificate, key }: TlsFiles): Promise<TlsMaterial> {
  const material = { cert: await read(certificate), key: await read(key) };
  const problem = problemOf(material);
  if (problem !== null) throw new Error(`${problem} (${certificate}, ${key})`);
  return material;
}

/** What keeps these two from being used together, or null. */
export function problemOf({ cert, key }: TlsMaterial): string | null {
  const parsed = attempt(() => new X509Certificate(cert));
  if (parsed === null) return 'the certificate is no PEM certificate';
  const privateKey = attempt(() => createPrivateKey(key));
  if (privateKey === null) return 'the key is no PEM private key, or has a passphrase';
  if (!parsed.checkPrivateKey(privateKey)) return 'the key does not belong to the certificate';
  const isUsable = attempt(() => createSecureContext({ cert, key })) !== null;
  return isUsable ? null : 'TLS cannot use them: a certificate in between is broken, or the key is too short';
}

/** When the certificate ends, in milliseconds since 1970. */
export function expiryMsOf({ cert }: TlsMaterial): number {
  return Date.parse(new X509Certificate(cert).validTo);
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new Error(`${file} cannot be read`, { cause });
  }
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null; // OpenSSL's words would only say which octet it did not like.
  }
}
