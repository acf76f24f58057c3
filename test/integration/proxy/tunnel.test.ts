import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { startProxy } from '../../../proxy/server.ts';
import { TestPage } from './page.ts';
it('echoes', async () => {
  const server = net.createServer((s) => {
    s.write('+OK hi\r\n');
    s.pipe(s);
  });
  await new Promise<void>((r) => server.listen(0, '127.0.0.1', r));
  const port = (server.address() as AddressInfo).port;
  const proxy = await startProxy({ allowPrivate: [{ host: '127.0.0.1', port }] });
  const page = await TestPage.open(proxy.url);
  page.connect(port);
  await page.frame('connected');
  page.socket.send(Buffer.from('hello'));
  await page.until(() => page.text === '+OK hi\r\nhello');
  page.say({ type: 'end' });
  await page.frame('end');
  console.log(page.frames);
  await proxy.close();
  expect(page.closed).toEqual({ code: 1000, reason: '' });
  server.close();
});
