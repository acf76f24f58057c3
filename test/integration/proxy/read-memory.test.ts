/**
 * What mail servers send waits in memory that all connections share and use again. In whatever pieces it is taken, however
 * long it is held, in whatever order it is given back: each connection shows its own octets and no others. Memory that
 * was given back is spoilt at once, so that any later look at it shows.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MailConnection } from '../../../proxy/dial/mail-connection.ts';
import { TlsContexts } from '../../../proxy/dial/tls-contexts.ts';
import { pick, seeded, type Random } from '../../support/seeded.ts';
import { fixture, useRig, type Rig } from './rig.ts';

const rig = useRig();
const OCTETS = 3_000_000;
/** From a single octet to more than any read brings. */
const PIECES = [1, 700, 20_000, 64 * 1024, 100_000, 300_000, 4_000_000];
const SPOILT = 0xee;

/** Octets that are those of no other connection, at no place. */
function octetsOf(connection: number): Buffer {
  const octets = Buffer.allocUnsafe(OCTETS);
  for (let at = 0; at < OCTETS; at += 1) octets[at] = at * 31 + (at >> 8) * 7 + (at >> 16) + connection * 53;
  return octets;
}

async function connect(rigged: Rig, octets: Buffer, isTls: boolean): Promise<MailConnection> {
  const send = (socket: { end(octets: Buffer): unknown }): void => void socket.end(octets);
  const peer = isTls ? await rigged.tlsPeer('good.pem', send) : await rigged.peer(send);
  const connection = await MailConnection.connect('127.0.0.1', peer.port, new AbortController().signal);
  if (!isTls) return connection;
  const host = { kind: 'name', text: 'mail.poplar.test' } as const;
  const strictness = new TlsContexts([fixture('ca.pem')], []).for(host, '127.0.0.1');
  await connection.startTls({ host, strictness, timeoutMs: 10_000 }, null);
  return connection;
}

/** Takes everything as `random` has it; rejects when an octet is another one than was sent. */
function readAll(connection: MailConnection, sent: Buffer, isTls: boolean, random: Random): Promise<number> {
  const held: { bytes: Buffer; from: number }[] = [];
  let taken = 0;
  const giveBack = (index: number): void => {
    for (const { bytes, from } of held.splice(index, 1)) {
      if (!bytes.equals(sent.subarray(from, from + bytes.length))) throw new Error(`other octets at ${from}`);
      connection.giveBack(bytes);
      // Under TLS it may be a part of what still waits; in clear all of it is given back, but for Node's own slab.
      const isWhole = !isTls && bytes.buffer.byteLength > Buffer.poolSize;
      (isWhole ? new Uint8Array(bytes.buffer) : bytes).fill(SPOILT);
    }
  };
  return new Promise((resolve, reject) => {
    const attempt = (work: () => void): void => {
      try {
        work();
      } catch (error) {
        connection.destroy();
        reject(error as Error);
      }
    };
    const pump = (): void => {
      // Now and then the page has no room: it goes on by itself, outside the read.
      if (random() < 0.3) return void setImmediate(() => attempt(pump));
      const bytes = connection.take(pick(random, PIECES));
      if (bytes === null) return;
      held.push({ bytes, from: taken });
      taken += bytes.length;
      while (held.length > 3 || (held.length > 0 && random() < 0.4))
        giveBack(Math.floor(random() * held.length));
      pump();
    };
    connection.attach({
      onReadable: () => attempt(pump),
      onEnd: () =>
        attempt(() => {
          while (held.length > 0) giveBack(0);
          resolve(taken);
        }),
      onTaken: () => undefined,
      onError: reject,
    });
  });
}

it('each connection shows its own octets, however they are taken and given back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = seeded(seed);
      const readers = [false, true, false, true].map(async (isTls, index) => {
        const sent = octetsOf(index);
        const connection = await connect(rig, sent, isTls);
        const taken = await readAll(connection, sent, isTls, random);
        connection.destroy();
        return taken;
      });
      expect(await Promise.all(readers)).toEqual([OCTETS, OCTETS, OCTETS, OCTETS]);
    }),
    { numRuns: 8 },
  );
});
