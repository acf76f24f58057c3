/** Rigs of a test file, each stopped after the test that started it. */
import { afterEach } from 'vitest';
import type { MaildropMessage } from '../../../proxy/demo/maildrop.ts';
import type { Faults } from '../../../proxy/demo/pop3-faults.ts';
import { makeMaildrop, SyncRig } from './rig.ts';

/** Starts a rig over these messages, or over so many. */
export type Start = (messages: number | MaildropMessage[], faults?: Faults) => Promise<SyncRig>;

/** To be called once, where the file begins. */
export function startingRigs(): Start {
  const rigs: SyncRig[] = [];
  afterEach(async () => {
    await Promise.all(rigs.splice(0).map((rig) => rig.stop()));
  });
  return async (messages, faults) => {
    const rig = await SyncRig.start(typeof messages === 'number' ? makeMaildrop(messages) : messages, faults);
    rigs.push(rig);
    return rig;
  };
}
