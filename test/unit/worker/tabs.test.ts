import { afterEach, describe, expect, it, vi } from 'vitest';
import { accountId } from '../../../web/model/ids.ts';
import { joinTabs, type TabMessage, type Tabs } from '../../../web/worker/tabs.ts';

const CHANNEL = 'test of tabs';
const open: { close(): void }[] = [];
function join(): { tabs: Tabs; heard: TabMessage[] } {
  const tabs = joinTabs(CHANNEL);
  const heard: TabMessage[] = [];
  tabs.listen((message) => heard.push(message));
  open.push(tabs);
  return { tabs, heard };
}
afterEach(() => {
  for (const channel of open.splice(0)) channel.close();
});

describe('tabs on a BroadcastChannel', () => {
  it('hear what the others say, in order, and not what they say themselves', async () => {
    const [one, two, three] = [join(), join(), join()];
    const messages: TabMessage[] = [
      { type: 'cancel', account: accountId('a') },
      { type: 'told', event: { type: 'accounts-changed' } },
    ];
    for (const message of messages) one.tabs.post(message);
    await vi.waitFor(() => expect([two.heard, three.heard]).toEqual([messages, messages]));
    expect(one.heard).toEqual([]);
  });

  it('pay no attention to what is no message of theirs', async () => {
    const { heard } = join();
    const stranger = new BroadcastChannel(CHANNEL);
    open.push(stranger);
    const cancel: TabMessage = { type: 'cancel', account: accountId('a') };
    for (const said of [null, 7, 'added', {}, { type: 'surprise' }, cancel]) stranger.postMessage(said);
    await vi.waitFor(() => expect(heard).toEqual([cancel]));
  });
});
