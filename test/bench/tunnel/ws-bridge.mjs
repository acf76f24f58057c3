/**
 * The WebSocket to TCP bridge that everybody writes first, with `ws`, and with back-pressure. `node ws-bridge.mjs
 * TARGET_PORT`, prints its port, ends with its parent.
 */
import { connect } from 'node:net';
import { WebSocketServer } from 'ws';

const BACKLOG_OCTETS = 1024 * 1024;
const targetPort = Number(process.argv[2]);

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, backlog: 4096, perMessageDeflate: false });
server.on('connection', (page) => {
  const mail = connect({ host: '127.0.0.1', port: targetPort, noDelay: true });
  mail.on('data', (bytes) => {
    page.send(bytes, () => page.bufferedAmount < BACKLOG_OCTETS && mail.resume());
    if (page.bufferedAmount >= BACKLOG_OCTETS) mail.pause();
  });
  page.on('message', (bytes) => {
    if (!mail.write(bytes)) page.pause();
  });
  mail.on('drain', () => page.resume());
  mail.on('error', () => mail.destroy()).on('close', () => page.close());
  page.on('error', () => mail.destroy()).on('close', () => mail.destroy());
});
server.on('listening', () => console.log(server.address().port));
process.on('disconnect', () => process.exit(0));
