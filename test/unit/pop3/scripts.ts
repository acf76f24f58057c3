/** What most tests of the client begin with: a server that greets and lets bob in. */
import { Pop3Client } from '../../../web/pop3/client.ts';
import type { Pop3ClientOptions } from '../../../web/pop3/client.ts';
import type { ListedMessage } from '../../../web/pop3/listing.ts';
import type { RetrievedMessage, RetrieveOptions } from '../../../web/pop3/retrieve.ts';
import { latin1 } from '../../support/octets.ts';
import { ScriptedTransport } from '../../support/scripted-transport.ts';
import type { ScriptOptions } from '../../support/scripted-transport.ts';
import { fixedContext } from '../../support/sasl.ts';

/** A server that knows nothing but RFC 1939, up to the greeting and the refusal of CAPA. */
export const BARE = `
S: +OK
C: CAPA
S: -ERR
`;

/** The same, asked for mechanisms in the old way as well. */
export const BARE_WAYS = `${BARE}
C: AUTH
S: -ERR
`;

export const BARE_LOGIN = `${BARE_WAYS}
C: USER bob
S: +OK
C: PASS secret
S: +OK
`;

/** A server with capabilities, over TLS, up to the login; `after` is what CAPA says then. */
export const capable = (before: string, after: string = before): string => `
S: +OK ready
C: CAPA
S: +OK
${before.replace(/^/gm, 'S: ')}
S: .
C: USER bob
S: +OK
C: PASS secret
S: +OK
C: CAPA
S: +OK
${after.replace(/^/gm, 'S: ')}
S: .
`;

export const PIPELINING = capable('USER\nUIDL\nPIPELINING');

export interface Session {
  client: Pop3Client;
  transport: ScriptedTransport;
  transcript: string[];
}

export async function open(
  script: string,
  options: ScriptOptions & Partial<Pop3ClientOptions> = {},
): Promise<Session> {
  const transport = new ScriptedTransport(script, options);
  const transcript: string[] = [];
  const client = await Pop3Client.open(transport, {
    sasl: fixedContext(),
    security: 'none',
    onTranscript: (line) => transcript.push(line),
    ...options,
  });
  return { client, transport, transcript };
}

/** Opens and logs in as bob. */
export async function enter(
  script: string,
  options: ScriptOptions & Partial<Pop3ClientOptions> = {},
): Promise<Session> {
  const session = await open(script, options);
  await session.client.login({ user: 'bob', password: 'secret' });
  return session;
}

/** Options of a retrieval that no limit gets in the way of. */
export function retrieval(options: Partial<RetrieveOptions> = {}): RetrieveOptions {
  return {
    signal: new AbortController().signal,
    windowOctets: 8 * 1024 * 1024,
    windowCommands: 1000,
    maxOctets: 64 * 1024 * 1024,
    ...options,
  };
}

/** One message as a test likes to compare it. */
export function shown(message: RetrievedMessage): string {
  const { number } = message.listed;
  return 'raw' in message ? `${number} ${latin1(message.raw)}` : `${number} ${message.error.code}`;
}

export async function retrieveAll(
  client: Pop3Client,
  messages: readonly ListedMessage[],
  options: Partial<RetrieveOptions> = {},
): Promise<string[]> {
  const got: string[] = [];
  for await (const message of client.retrieve(messages, retrieval(options))) got.push(shown(message));
  return got;
}
