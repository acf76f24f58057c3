/** Every mechanism that real servers offer, one at a time, right and wrong, and the ones that a whole login chooses. */
import { describe, expect, it } from 'vitest';
import { apopDigest, stampOf } from '../../web/pop3/apop.ts';
import { authenticate, prepare } from '../../web/pop3/authenticate.ts';
import { apop, capa } from '../../web/pop3/command.ts';
import { CapabilityReader, Capabilities } from '../../web/pop3/capabilities.ts';
import { Pop3Client } from '../../web/pop3/client.ts';
import { Conversation } from '../../web/pop3/conversation.ts';
import type { StatusLine } from '../../web/pop3/status-line.ts';
import { MECHANISMS } from '../../web/sasl/choose.ts';
import type { Credentials, MechanismKind } from '../../web/sasl/mechanism.ts';
import type { Transport } from '../../web/wire/transport.ts';
import { saslContext } from '../../web/sync/session.ts';
import { addressOf } from './maildrop.ts';
import { reason, useServer } from './use-server.ts';

interface Visited {
  conversation: Conversation;
  transport: Transport;
  stamp: string | null;
  offered: readonly string[];
}

function useDoor(name: string, env: Record<string, string> = {}) {
  const there = useServer(name, env);
  const dial = (): Promise<Transport> =>
    there.way.dial(addressOf(there.server, 'tls'), {}, new AbortController().signal);
  return {
    dial,
    context: () => saslContext(addressOf(there.server, 'tls')),
    async visit(): Promise<Visited> {
      const transport = await dial();
      const conversation = new Conversation(transport, {});
      const greeting = await conversation.next();
      const reader = new CapabilityReader();
      await conversation.ask(capa(), (bytes) => reader.push(bytes));
      const stamp = greeting.type === 'greeting' ? stampOf(greeting.status.text) : null;
      const { mechanisms } = Capabilities.fromLines(reader.lines);
      return { conversation, transport, stamp, offered: mechanisms };
    },
  };
}

type Door = ReturnType<typeof useDoor>;

async function logInBy(
  door: Door,
  kind: MechanismKind,
  credentials: Credentials,
): Promise<StatusLine | null> {
  const { conversation, transport, offered } = await door.visit();
  try {
    expect(offered).toContain(kind.name);
    const mechanism = kind.begin(credentials, door.context());
    return await authenticate(conversation, await prepare(kind, mechanism, false));
  } finally {
    transport.close();
  }
}

const credentialsFor = (kind: MechanismKind, user: string, secret: string): Credentials =>
  kind.reveals === 'token' ? { user, password: '', accessToken: secret } : { user, password: secret };
const byName = (...names: string[]): MechanismKind[] => MECHANISMS.filter(({ name }) => names.includes(name));

describe.skipIf(reason !== null)('Dovecot', () => {
  // By default it knows ASCII names only.
  const door = useDoor('dovecot', { DOVECOT_EXTRA: 'auth_username_chars =' });
  const kinds = byName(
    ...['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN', 'LOGIN', 'CRAM-MD5', 'DIGEST-MD5', 'XOAUTH2', 'OAUTHBEARER'],
  );

  it.each(kinds)('lets bob in by $name', async (kind) => {
    const secret = kind.reveals === 'token' ? 'tok-bob' : 'secret';
    expect(await logInBy(door, kind, credentialsFor(kind, 'bob', secret))).toMatchObject({ ok: true });
  });

  it.each(kinds)('lets nobody in by $name with the wrong secret', async (kind) => {
    expect(await logInBy(door, kind, credentialsFor(kind, 'bob', 'wrong'))).toMatchObject({ ok: false });
  });

  // Not DIGEST-MD5: Dovecot hashes UTF-8 where RFC 2831 §2.1.2.1 asks for ISO 8859-1.
  it.each(kinds.filter(({ name, reveals }) => reveals !== 'token' && name !== 'DIGEST-MD5'))(
    'takes names beyond ASCII by $name',
    async (kind) => {
      const status = await logInBy(door, kind, { user: 'ümlaut', password: 'pässwörd' });
      expect(status).toMatchObject({ ok: true });
    },
  );

  it('lets bob in by APOP', async () => {
    const { conversation, transport, stamp } = await door.visit();
    const status = await conversation.ask(apop('bob', apopDigest(stamp ?? '', 'secret')));
    expect(status).toMatchObject({ ok: true });
    transport.close();
  });

  it('is entered by SCRAM when all is on offer, and the password is nowhere', async () => {
    const transcript: string[] = [];
    const client = await Pop3Client.open(await door.dial(), {
      security: 'tls',
      sasl: door.context(),
      onTranscript: (line) => transcript.push(line),
    });
    await client.login({ user: 'bob', password: 'secret' });
    await client.quit();
    expect(transcript.find((line) => line.startsWith('C: AUTH'))).toMatch(/^C: AUTH SCRAM-SHA-256 /);
    expect(transcript.join('\n')).not.toMatch(/secret|c2VjcmV0/);
  });
});

describe.skipIf(reason !== null)('Courier', () => {
  const door = useDoor('courier');

  it.each(byName('LOGIN', 'PLAIN', 'CRAM-MD5', 'CRAM-SHA1', 'CRAM-SHA256'))(
    'lets bob in by $name',
    async (kind) => {
      const { offered, transport } = await door.visit();
      transport.close();
      if (!offered.includes(kind.name)) return expect(['PLAIN']).toContain(kind.name);
      expect(await logInBy(door, kind, { user: 'bob', password: 'secret' })).toMatchObject({ ok: true });
    },
  );
});
