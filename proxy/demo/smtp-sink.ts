/**
 * The demo's submission server (RFC 6409), through smtp-server: takes mail from the demo user and puts what is
 * addressed to the demo mailbox into its maildrop. Everything else is accepted and goes nowhere: no mail ever leaves.
 * No TLS, so it listens on loopback only.
 */
import { randomUUID } from 'node:crypto';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Maildrop } from './maildrop.ts';

/** The largest message that is taken, in octets; shown to the client as SIZE (RFC 1870). */
const MAX_MESSAGE_OCTETS = 25 * 1024 * 1024;

export interface SmtpSinkOptions {
  /** A loopback address. */
  host: string;
  /** Default 0 takes a free one. */
  port?: number;
  user: string;
  password: string;
  /** Mail to this address lands in the maildrop; compared without regard to case. */
  address: string;
  maildrop: Maildrop;
}

export interface SmtpSink {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Starts the sink; rejects with Node's error when the port cannot be taken. */
export async function startSmtpSink(options: SmtpSinkOptions): Promise<SmtpSink> {
  const server = new SMTPServer({
    name: 'demo.poplar.example',
    banner: 'Poplar demo submission',
    size: MAX_MESSAGE_OCTETS,
    authMethods: ['PLAIN', 'LOGIN'],
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    closeTimeout: 1,
    onAuth: (auth, _session, done) => {
      const right = auth.username === options.user && auth.password === options.password;
      if (right) done(null, { user: options.user });
      else done(refusal(535, 'name or password is wrong'));
    },
    onData: (stream, session, done) => {
      receive(stream, session, options).then(
        (text) => done(null, text),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  // A client that hangs up in mid-command is reported here; the connection is closed already, nothing is left to do.
  server.on('error', () => undefined);
  await listening(server, options);
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP address');
  return {
    host: address.address,
    port: address.port,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

async function receive(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  options: SmtpSinkOptions,
): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk as Buffer);
  if (stream.sizeExceeded) throw refusal(552, 'message is too large');
  const forUs = session.envelope.rcptTo.some(({ address }) => sameAddress(address, options.address));
  if (!forUs) return 'accepted, and dropped: the demo sends nothing into the world';
  // Unlike the samples a sent letter exists once only, so its unique-id must never come again, not after a restart either.
  const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
  const trace = Buffer.from(`Return-Path: <${from}>\r\nDelivered-To: ${options.address}\r\n`, 'utf8');
  options.maildrop.deliver({ uidl: `poplar-sent-${randomUUID()}`, raw: Buffer.concat([trace, ...chunks]) });
  return 'delivered into the demo mailbox';
}

function sameAddress(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** An error with the reply code that smtp-server shows to the client. */
function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

function listening(server: SMTPServer, options: SmtpSinkOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
