import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { expiryMsOf, problemOf, readTlsFiles } from '../../../../proxy/door/own-tls.ts';

const path = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/certs/${name}`, import.meta.url));
const text = (name: string): string => readFileSync(path(name), 'utf8');

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const locked = privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
  .toString();
const open = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const curve = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
const cut = (pem: string): string => pem.replace(/\n.{20}/, '\n');

describe('certificate and key', () => {
  it.each([
    ['ECDSA', text('good.pem'), text('server.key')],
    ['RSA', text('rsa.pem'), text('rsa.key')],
    ['a chain', text('complete-chain.pem'), text('server.key')],
    ['words around them', `Subject: mail\n${text('good.pem')}`, `Key\n${text('server.key')}`],
    ['a key behind its curve, as openssl writes it', text('good.pem'), curve + text('server.key')],
  ])('are taken: %s', (_kind, cert, key) => {
    expect(problemOf({ cert, key })).toBeNull();
  });

  it.each([
    ['a key of another kind', text('good.pem'), text('rsa.key'), 'does not belong to the certificate'],
    ['another key', text('good.pem'), other, 'does not belong to the certificate'],
    ['a chain from its end', text('ca.pem') + text('good.pem'), text('server.key'), 'does not belong'],
    ['no certificate', text('server.key'), text('server.key'), 'is no PEM certificate'],
    ['nothing', '', text('server.key'), 'is no PEM certificate'],
    ['a cut certificate', cut(text('good.pem')), text('server.key'), 'is no PEM certificate'],
    ['a cut one in between', text('good.pem') + cut(text('ca.pem')), text('server.key'), 'in between'],
    ['a locked key', text('good.pem'), locked, 'is no PEM private key, or has a passphrase'],
    ['a public key', text('good.pem'), open, 'is no PEM private key'],
    ['no key', text('good.pem'), '', 'is no PEM private key'],
  ])('are not taken: %s', (_kind, cert, key, expected) => {
    const problem = problemOf({ cert, key }) ?? '';
    expect(problem).toContain(expected);
    expect(problem).not.toContain('BEGIN');
  });

  it('are named when they cannot be read', async () => {
    const files = { certificate: path('good.pem'), key: '/nowhere/key.pem' };
    await expect(readTlsFiles(files)).rejects.toThrow('/nowhere/key.pem cannot be read');
  });

  it('say when they end', () => {
    const expiry = (name: string): number => expiryMsOf({ cert: text(name), key: '' });
    expect(new Date(expiry('expired.pem')).toISOString()).toBe('2020-02-01T00:00:00.000Z');
    expect(new Date(expiry('good.pem')).getUTCFullYear()).toBe(2126);
  });
});
