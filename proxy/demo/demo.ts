/**
 * The demo mailbox: sample mail, a POP3 server and a submission server on loopback, started together and closed
 * together. Nothing it holds is kept on disk: after a restart the samples are there again and sent mail is gone.
 */
import type { DemoMailbox } from '../protocol.ts';
import { Maildrop } from './maildrop.ts';
import { startPop3Server } from './pop3-server.ts';
import { sampleMaildrop } from './samples/all-samples.ts';
import { mira } from './samples/people.ts';
import { startSmtpSink } from './smtp-sink.ts';

const USER = 'demo';
/** No secret: the page is told by `GET info`, and the servers listen on loopback only. */
const PASSWORD = 'poplar';

export interface DemoOptions {
  /** A loopback address. */
  host: string;
  /** The moment the sample mail is dated back from, in milliseconds since 1970. Default: now. */
  nowMs?: number;
}

export interface Demo {
  mailbox: DemoMailbox;
  close(): Promise<void>;
}

/** Starts both servers on free ports; rejects with Node's error when the host cannot be bound. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const maildrop = new Maildrop(sampleMaildrop(options.nowMs ?? Date.now()));
  const login = { user: USER, password: PASSWORD, maildrop };
  const pop3 = await startPop3Server({ host: options.host, users: [login] });
  const smtp = await startSmtpSink({ host: options.host, address: mira.address, ...login }).catch(
    async (error: unknown) => {
      await pop3.close();
      throw error;
    },
  );
  return {
    mailbox: {
      address: mira.address,
      displayName: mira.name,
      host: pop3.host,
      port: pop3.port,
      submissionPort: smtp.port,
      user: USER,
      password: PASSWORD,
    },
    close: async () => {
      await Promise.all([pop3.close(), smtp.close()]);
    },
  };
}
