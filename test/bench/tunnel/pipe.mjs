/**
 * What Node can do when nothing is asked of it: TCP in, TCP (or TLS) out, two pipes. `node pipe.mjs TARGET_PORT
 * [CA_FILE]`, with a CA it dials TLS; prints its port, ends with its parent.
 */
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';

const [port, caFile] = process.argv.slice(2);
const ca = caFile === undefined ? null : readFileSync(caFile);

const server = createServer({ noDelay: true }, (client) => {
  const to = { host: '127.0.0.1', port: Number(port), noDelay: true };
  const mail = ca === null ? connect(to) : connectTls({ ...to, ca, servername: 'localhost' });
  client.pipe(mail).pipe(client);
  client.on('error', () => mail.destroy()).on('close', () => mail.destroy());
  mail.on('error', () => client.destroy()).on('close', () => client.destroy());
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => console.log(server.address().port));
process.on('disconnect', () => process.exit(0));
