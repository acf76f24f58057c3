import { describe, expect, it } from 'vitest';
import { Pop3Session } from '../../../web/pop3/session.ts';
import { allCuts, whole } from '../../support/cuts.ts';
import { EventLog, feed, finish } from '../../support/session-driver.ts';

interface Row {
  name: string;
  input: string;
  expected: string;
  /** The peer then hangs up: binary protocols send no line end to wait for. */
  finishes?: true;
}

const TABLE: readonly Row[] = [
  {
    name: 'a greeting',
    input: '+OK ready <1.2@example.test>\r\n',
    expected: 'greeting +OK ready <1.2@example.test>',
  },
  { name: 'a greeting without text', input: '+OK\r\n', expected: 'greeting +OK' },
  { name: 'a greeting with a bare LF', input: '+OK\n', expected: 'greeting +OK' },
  { name: 'a refusal', input: '-ERR go away\r\n', expected: 'server-refused said=go away' },
  { name: 'a refusal without text', input: '-ERR\r\n', expected: 'server-refused said=' },
  {
    name: 'a maildrop in use',
    input: '-ERR [IN-USE] locked\r\n',
    expected: 'maildrop-in-use said=[IN-USE] locked responseCode=IN-USE',
  },
  {
    name: 'a login delay',
    input: '-ERR [LOGIN-DELAY] wait\r\n',
    expected: 'login-delay said=[LOGIN-DELAY] wait responseCode=LOGIN-DELAY',
  },
  { name: 'an SMTP server', input: '220 mx ESMTP\r\n', expected: 'not-pop3 found=smtp said=220 mx ESMTP' },
  { name: 'an SMTP server with a banner', input: '220-mx\r\n', expected: 'not-pop3 found=smtp said=220-mx' },
  { name: 'an SMTP refusal', input: '554 no\r\n', expected: 'not-pop3 found=smtp said=554 no' },
  {
    name: 'an IMAP server',
    input: '* OK IMAP4rev1\r\n',
    expected: 'not-pop3 found=imap said=* OK IMAP4rev1',
  },
  { name: 'an IMAP server that hangs up', input: '* BYE\r\n', expected: 'not-pop3 found=imap said=* BYE' },
  {
    name: 'an HTTP server',
    input: 'HTTP/1.1 408 Request Timeout\r\n',
    expected: 'not-pop3 found=http said=HTTP/1.1 408 Request Timeout',
  },
  { name: 'a TLS alert', input: '\x15\x03\x01\x00\x02\x02\x46', expected: 'not-pop3 found=tls' },
  { name: 'a TLS handshake', input: '\x16\x03\x03\x00\x7a', expected: 'not-pop3 found=tls' },
  { name: 'an SSH server', input: 'SSH-2.0-x\r\n', expected: 'not-pop3 found=ssh said=SSH-2.0-x' },
  { name: 'a web page', input: '<!DOCTYPE html>\r\n', expected: 'not-pop3 found=http said=<!DOCTYPE html>' },
  { name: 'a news server', input: '200 INN ready\r\n', expected: 'not-pop3 found=nntp said=200 INN ready' },
  { name: 'a news server that only reads', input: '201 ready\r\n', expected: 'not-pop3 found=nntp said=201' },
  { name: 'an FTP server', input: '220 ProFTPD Server\r\n', expected: 'not-pop3 found=ftp said=220 ProFTPD' },
  { name: 'a ManageSieve server', input: '"IMPLEMENTATION" "x"\r\n', expected: 'not-pop3 found=sieve' },
  { name: 'a Telnet server', input: '\xff\xfd\x18\xff', expected: 'not-pop3 found=telnet' },
  { name: 'a binary protocol', input: '\x00\x01\x02', expected: 'not-pop3 found=unknown' },
  { name: 'an empty line', input: '\r\n', expected: 'not-pop3 found=unknown said=' },
  { name: 'POP2', input: '+ POP2 a.test Server\r\n', expected: 'not-pop3 found=pop2 said=+ POP2 a.test' },
  {
    name: 'a POP2 refusal',
    input: '- POP2 Go away\r\n',
    expected: 'not-pop3 found=pop2 said=- POP2 Go away',
  },
  { name: 'POP1', input: '+ a.test POP Server ready\r\n', expected: 'not-pop3 found=pop1 said=+ a.test POP' },
  {
    name: 'KPOP',
    input: '-ERR Kerberos authentication failure\r\n',
    expected: 'not-pop3 found=kpop said=Kerberos authentication failure',
  },
  { name: 'some other plus', input: '+HELLO\r\n', expected: 'not-pop3 found=unknown said=+HELLO' },
  { name: 'a greeting in lower case', input: '+ok\r\n', expected: 'greeting +ok' },
  { name: 'a word like a greeting', input: '+OKAY\r\n', expected: 'not-pop3 found=unknown said=+OKAY' },
  {
    name: 'an unfinished line',
    input: 'hello',
    expected: 'not-pop3 found=unknown said=hello',
    finishes: true,
  },
  { name: 'unfinished POP2', input: '+ POP2', expected: 'not-pop3 found=pop2 said=+ POP2', finishes: true },
  { name: 'an unfinished greeting', input: '+O', expected: 'connection-lost', finishes: true },
  { name: 'nothing', input: '', expected: 'connection-lost', finishes: true },
];

describe('the greeting', () => {
  for (const { name, input, expected, finishes } of TABLE) {
    it.each(allCuts(input.length))(`tells ${name}, %s`, (_, cut) => {
      const session = new Pop3Session();
      const log = new EventLog();
      feed(session, input, cut, log);
      if (finishes) finish(session, log);
      expect(log.lines).toHaveLength(1);
      expect(log.lines[0]?.startsWith(expected) ?? false, log.lines[0]).toBe(true);
    });
  }

  it('does not wait for the line end of what cannot become a greeting', () => {
    const log = new EventLog();
    feed(new Pop3Session(), 'x'.repeat(200), whole, log);
    expect(log.lines[0]).toMatch(/^not-pop3 found=unknown said=x{199}/);
  });

  it('refuses an endless greeting', () => {
    const session = new Pop3Session();
    feed(session, `+OK ${'x'.repeat(70_000)}`, whole, new EventLog());
    expect(() => session.nextEvent()).toThrow(
      expect.objectContaining({ code: 'protocol-error', hop: 'login' }),
    );
  });

  it('shows no control characters and no more than 200 characters', () => {
    const log = new EventLog();
    feed(new Pop3Session(), `what\x1b[2J${'y'.repeat(1000)}\r\n`, whole, log);
    const said = log.lines[0]?.split('said=')[1] ?? '';
    expect(said.length).toBeLessThanOrEqual(200);
    expect(said).not.toContain('\x1b');
  });

  it.each([
    ['[SYS/TEMP] later', true],
    ['too many connections', true],
    ['[SYS/PERM] closed for good', false],
    ['go away', false],
  ])('knows whether %j may pass', (text, retryable) => {
    const session = new Pop3Session();
    feed(session, `-ERR ${text}\r\n`, whole, new EventLog());
    expect(() => session.nextEvent()).toThrow(expect.objectContaining({ retryable, hop: 'login' }));
  });
});
