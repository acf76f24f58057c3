/** A real server of the start scripts for one `describe`, with a proxy that may dial it. Where there are none, says why, once a file. */
import { afterAll, beforeAll } from 'vitest';
import type { Security } from '../../web/model/account.ts';
import { startMailServer, unavailable, type MailServer, type StartOptions } from '../support/mail-servers.ts';
import { addressOf, Device, openWay, type Way } from './maildrop.ts';

/** Why real servers cannot run here, or null. */
export const reason = unavailable();
if (reason !== null) console.log(`real mail servers are skipped: ${reason}`);

export interface UsedServer {
  /** There from `beforeAll` on. */
  readonly server: MailServer;
  /** The proxy trusts the server's certificate. */
  readonly way: Way;
  /** A new one, without mail. */
  device(security?: Security): Device;
}

/** Starts it before the tests of this `describe` and ends it after them. */
export function useServer(name: string, env: StartOptions['env'] = {}): UsedServer {
  let server: MailServer;
  let way: Way;
  beforeAll(async () => {
    server = await startMailServer(name, { env });
    way = await openWay(server, { trusted: true });
  });
  afterAll(async () => {
    await way?.proxy.close();
    await server?.stop();
  });
  return {
    get server() {
      return server;
    },
    get way() {
      return way;
    },
    device: (security = 'none') => new Device(way.dial, addressOf(server, security)),
  };
}
