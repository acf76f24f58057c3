/**
 * A TCP relay that holds every byte for a fixed time in each direction and keeps the order: a long wire, not a slow
 * one. Child process of the benchmark: `node relay.mjs TARGET_PORT DELAY_MS`, prints its port, ends with its parent.
 */
import { connect, createServer } from 'node:net';

const [targetPort, delayMs] = process.argv.slice(2).map(Number);

function hold(from, to) {
  const queue = [];
  let timer = null;
  const flush = () => {
    timer = null;
    const now = performance.now();
    while (queue.length > 0 && queue[0].dueAt <= now) {
      const { chunk } = queue.shift();
      if (chunk === null) to.end();
      else to.write(chunk);
    }
    if (queue.length > 0) timer = setTimeout(flush, queue[0].dueAt - now);
  };
  const push = (chunk) => {
    queue.push({ dueAt: performance.now() + delayMs, chunk });
    timer ??= setTimeout(flush, delayMs);
  };
  from.on('data', push);
  from.on('end', () => push(null));
  from.on('error', () => to.destroy());
  from.on('close', () => timer === null && to.destroyed === false && queue.length === 0 && to.end());
}

const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const upstream = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  hold(client, upstream);
  hold(upstream, client);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.on('disconnect', () => process.exit(0));
