import { beforeEach, describe, expect, it } from 'vitest';
import { ProxyState } from '../../../web/state/proxy.svelte.ts';
import { PoplarError } from '../../../web/errors.ts';
import { deploymentOf } from '../../support/deployment.ts';
import { FakeMailApi } from '../../support/fake-mail-api.ts';

let api: FakeMailApi;
let proxy: ProxyState;
beforeEach(() => {
  api = new FakeMailApi();
  proxy = new ProxyState(api);
});

describe('asking for the access token', () => {
  it('is one question for all who wait for it', async () => {
    const answers = [proxy.ask(false), proxy.ask(true)];
    expect(proxy.asking).toEqual({ wrong: false });
    await proxy.give('correct horse battery', true);
    expect(await Promise.all(answers)).toEqual([true, true]);
    expect(proxy.asking).toBeNull();
    expect(api.calls).toEqual([['setProxyToken', 'correct horse battery', true]]);
  });

  it('can be put off', async () => {
    const answer = proxy.ask(false);
    proxy.dismiss();
    expect(await answer).toBe(false);
    expect(api.count('setProxyToken')).toBe(0);
  });

  it('goes on while the token cannot be one', async () => {
    const answer = proxy.ask(false);
    api.failNext('setProxyToken', new PoplarError('bad-input', 'page'));
    await expect(proxy.give('x\u0007', true)).rejects.toMatchObject({ code: 'bad-input' });
    expect(proxy.asking).not.toBeNull();
    proxy.dismiss();
    await answer;
  });

  it.each([
    ['a proxy that wants none', deploymentOf()],
    ['a token that is known', deploymentOf({ needsToken: true, hasToken: true })],
  ])('is left out with %s', async (_name, deployment) => {
    expect(await proxy.admitted({ state: 'ready', deployment })).toBe(true);
    expect(proxy.asking).toBeNull();
  });

  it('is left out while nothing is known of the proxy: it will say so itself', async () => {
    expect(await proxy.admitted({ state: 'loading' })).toBe(true);
  });

  it('is not done twice, although the proxy has not been asked again yet, but once it was forgotten', async () => {
    const stale = { state: 'ready' as const, deployment: deploymentOf({ needsToken: true }) };
    void proxy.ask(false);
    await proxy.give('correct horse battery', true);
    expect(await proxy.admitted(stale)).toBe(true);
    await proxy.forget();
    void proxy.admitted(stale);
    expect(proxy.asking).toEqual({ wrong: false });
  });

  it('is done where one is wanted', async () => {
    const admitted = proxy.admitted({ state: 'ready', deployment: deploymentOf({ needsToken: true }) });
    expect(proxy.asking).toEqual({ wrong: false });
    proxy.dismiss();
    expect(await admitted).toBe(false);
  });
});
