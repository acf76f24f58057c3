/** The vectors of the RFCs, a server of our own made with Node's crypto, and servers that cheat. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { MechanismKind } from '../../../web/sasl/mechanism.ts';
import { scramSha1, scramSha256, scramSha512 } from '../../../web/sasl/scram.ts';
import { bytes, latin1 } from '../../support/octets.ts';
import { fixedContext } from '../../support/sasl.ts';

const shown = (response: Uint8Array | null): string | null => (response === null ? null : latin1(response));

const vectors = [
  {
    name: 'RFC 5802 §5',
    kind: scramSha1,
    nonce: 'fyko+d2lbbFgONRv9qkxdawL',
    serverFirst: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    clientFinal: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    serverFinal: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  {
    name: 'RFC 7677 §3',
    kind: scramSha256,
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    clientFinal:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
];

describe.each(vectors)('SCRAM by $name', ({ kind, nonce, serverFirst, clientFinal, serverFinal }) => {
  const begin = () => kind.begin({ user: 'user', password: 'pencil' }, fixedContext(nonce));

  it('answers as the RFC does, and believes the server only at the end', async () => {
    const mechanism = begin();
    expect(shown(await mechanism.start())).toBe(`n,,n=user,r=${nonce}`);
    expect(shown(await mechanism.next(bytes(serverFirst)))).toBe(clientFinal);
    expect(mechanism.complete).toBe(false);
    expect(shown(await mechanism.next(bytes(serverFinal)))).toBe('');
    expect(mechanism.complete).toBe(true);
    expect(await mechanism.next(bytes(serverFinal))).toBeNull();
    expect(mechanism.complete).toBe(false);
  });

  it.each([
    ['a wrong signature', `v=${Buffer.alloc(20).toString('base64')}`],
    ['a shorter signature', serverFinal.slice(0, 10)],
    ['an error in its place', 'e=other-error'],
    ['nothing', ''],
  ])('does not believe a server with %s', async (_name, final) => {
    const mechanism = begin();
    await mechanism.start();
    await mechanism.next(bytes(serverFirst));
    expect(await mechanism.next(bytes(final))).toBeNull();
    expect(mechanism.complete).toBe(false);
  });

  it.each([
    ['a nonce that is not ours', serverFirst.replace(nonce, 'x'.repeat(nonce.length))],
    ['our nonce and nothing of its own', `r=${nonce},s=QSXCR+Q6sek8bf92,i=4096`],
    ['too few iterations', serverFirst.replace('4096', '4095')],
    ['too many iterations', serverFirst.replace('4096', '1000001')],
    ['iterations that are no number', serverFirst.replace('4096', '4e3')],
    ['a mandatory extension', `m=x,${serverFirst}`],
    ['no salt', serverFirst.replace(/s=[^,]*/, 's=')],
    ['an endless challenge', `${serverFirst},x=${'y'.repeat(5000)}`],
    ['a signature before a proof', serverFinal],
    ['nothing', ''],
  ])('gives no proof to a server with %s', async (_name, first) => {
    const mechanism = begin();
    await mechanism.start();
    expect(await mechanism.next(bytes(first))).toBeNull();
    expect(await mechanism.next(bytes(serverFirst))).toBeNull();
    expect(mechanism.complete).toBe(false);
  });
});

/** The server's side of RFC 5802, written from the RFC with other tools. */
function server(hash: string, user: string, password: string) {
  const salt = randomBytes(16);
  const size = createHash(hash).digest().length;
  const salted = pbkdf2Sync(password, salt, 5000, size, hash);
  const mac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text, 'latin1').digest();
  let [bare, first] = ['', ''];
  return {
    first(clientFirst: string): string {
      bare = clientFirst.slice(3);
      const [, name, nonce] = /^n=([^,]*),r=(.+)$/.exec(bare) ?? [];
      expect(name).toBe(user);
      first = `r=${nonce}${randomBytes(9).toString('base64')},s=${salt.toString('base64')},i=5000`;
      return first;
    },
    final(clientFinal: string): string | null {
      const [, withoutProof = '', proof = ''] = /^(.*),p=([^,]+)$/.exec(clientFinal) ?? [];
      const message = `${bare},${first},${withoutProof}`;
      const stored = createHash(hash).update(mac(salted, 'Client Key')).digest();
      const signature = mac(stored, message);
      const key = Buffer.from(proof, 'base64').map((octet, at) => octet ^ (signature[at] ?? 0));
      if (!createHash(hash).update(key).digest().equals(stored)) return null;
      return `v=${mac(mac(salted, 'Server Key'), message).toString('base64')}`;
    },
  };
}

describe.each<[MechanismKind, string]>([
  [scramSha1, 'sha1'],
  [scramSha256, 'sha256'],
  [scramSha512, 'sha512'],
])('%o against a server with %s', (kind, hash) => {
  it.each([
    ['bob', 'secret', 'bob', 'secret'],
    ['a=b,c', 'p,w=d', 'a=3Db=2Cc', 'p,w=d'],
    ['I\u00adX', 'pa\u00a0ss', 'IX', 'pa ss'],
    ['jürgen', 'u\u0308\ufb01', 'j\xc3\xbcrgen', '\u00fcfi'],
  ])('user %j, password %j', async (user, password, sent, known) => {
    const peer = server(hash, sent, known);
    const mechanism = kind.begin({ user, password }, fixedContext());
    const first = peer.first(shown(await mechanism.start()) ?? '');
    const final = peer.final(shown(await mechanism.next(bytes(first))) ?? '');
    await mechanism.next(bytes(final ?? ''));
    expect(mechanism.complete).toBe(true);
  });

  it('gives no right proof with a wrong password', async () => {
    const peer = server(hash, 'bob', 'secret');
    const mechanism = kind.begin({ user: 'bob', password: 'Secret' }, fixedContext());
    const first = peer.first(shown(await mechanism.start()) ?? '');
    expect(peer.final(shown(await mechanism.next(bytes(first))) ?? '')).toBeNull();
  });

  it('refuses a password with control characters', () => {
    expect(() => kind.begin({ user: 'bob', password: 'a\x07' }, fixedContext())).toThrow('bad-input');
  });
});
