/** Hostile conversations with the proxy, a thousand after the other until the time is up. */
import { holdConversations, setHostileStage } from '../support/hostile-run.ts';

const ROUND = 1000;

/** True when all ended as they may, and nothing was left. */
export async function fuzz({ seconds, seed }: { seconds: number; seed: number }): Promise<boolean> {
  const stage = await setHostileStage();
  const until = performance.now() + seconds * 1000;
  let rounds = 0;
  try {
    for (; performance.now() < until; rounds += 1) await holdConversations(stage, seed + rounds, ROUND);
    const { descriptors, usedOctets, faults } = await stage.proxy.until(({ tunnels }) => tunnels === 0);
    const megabytes = Math.round(usedOctets / 2 ** 20);
    console.log(
      `${rounds * ROUND} conversations from seed ${seed}: ${descriptors} descriptors, ${megabytes} MiB left`,
    );
    for (const fault of faults) console.error(fault);
    if (stage.forbiddenDials() > 0) console.error('the proxy dialled what it must not');
    return faults.length === 0 && stage.forbiddenDials() === 0;
  } catch (error) {
    console.error(`round ${rounds}: ${String(error)}`);
    return false;
  } finally {
    await stage.close();
  }
}
