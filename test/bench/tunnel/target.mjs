/**
 * The mail server of the tunnel benchmark, in clear and under TLS: greets, and then does what the client's first octet
 * says. `node target.mjs KEY_FILE CERT_FILE`, prints its two ports, ends with its parent.
 *
 *   D  sends without end          U  takes everything; one octet back for each ACK_OCTETS
 *   E  sends back what comes      anything else: silence
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** The same number as in measure.ts. */
const ACK_OCTETS = 4 * 1024 * 1024;
const block = Buffer.alloc(1024 * 1024, 'poplar\r\n');

const behaviours = {
  D(socket) {
    const pour = () => {
      while (socket.write(block));
    };
    socket.on('drain', pour);
    pour();
  },
  U(socket, rest) {
    let owed = rest.length;
    socket.on('data', (bytes) => {
      owed += bytes.length;
      for (; owed >= ACK_OCTETS; owed -= ACK_OCTETS) socket.write('.');
    });
  },
  E(socket, rest) {
    socket.write(rest);
    socket.on('data', (bytes) => socket.write(bytes));
  },
};

function serve(socket) {
  socket.on('error', () => socket.destroy());
  socket.write('+OK\r\n');
  socket.once('data', (bytes) => behaviours[bytes.toString('latin1', 0, 1)]?.(socket, bytes.subarray(1)));
}

const [keyFile, certFile] = process.argv.slice(2);
const plain = createServer({ noDelay: true }, serve);
const secure = createTlsServer(
  { key: readFileSync(keyFile), cert: readFileSync(certFile), noDelay: true },
  serve,
);
secure.on('tlsClientError', () => undefined);
for (const server of [plain, secure]) {
  await new Promise((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));
}
console.log(plain.address().port, secure.address().port);
process.on('disconnect', () => process.exit(0));
