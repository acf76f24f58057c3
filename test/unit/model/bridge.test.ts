import { describe, expect, it } from 'vitest';
import { bridgeName, resolveBridge } from '../../../web/model/bridge.ts';

const HTTP = 'http://mail.example:8080/poplar/#/inbox';
const HTTPS = 'https://mail.example/poplar/';

describe('the address of a bridge', () => {
  it.each([
    { page: HTTP, text: 'websockify', url: 'ws://mail.example:8080/poplar/websockify', sameOrigin: true },
    { page: HTTP, text: ' /websockify?token=a ', url: 'ws://mail.example:8080/websockify?token=a' },
    { page: HTTPS, text: 'websockify', url: 'wss://mail.example/poplar/websockify', sameOrigin: true },
    { page: HTTP, text: 'ws://mail.example:8080/x', url: 'ws://mail.example:8080/x', sameOrigin: true },
    { page: HTTPS, text: 'wss://MAIL.example/x', url: 'wss://mail.example/x', sameOrigin: true },
    { page: HTTPS, text: 'wss://bridge.example.org', url: 'wss://bridge.example.org/', sameOrigin: false },
    { page: HTTP, text: 'wss://bridge.example.org', url: 'wss://bridge.example.org/', sameOrigin: false },
    { page: HTTPS, text: 'ws://localhost:6080/', url: 'ws://localhost:6080/', sameOrigin: false },
    { page: HTTPS, text: 'ws://127.0.0.1:6080/', url: 'ws://127.0.0.1:6080/', sameOrigin: false },
    { page: HTTPS, text: 'ws://[::1]:6080/', url: 'ws://[::1]:6080/', sameOrigin: false },
    { page: 'http://192.168.1.5/', text: 'ws://192.168.1.5/', url: 'ws://192.168.1.5/', sameOrigin: true },
  ])('$text on $page is $url', ({ page, text, url, sameOrigin = true }) => {
    expect(resolveBridge(text, page)).toEqual({ url, sameOrigin });
  });

  it.each([
    { page: HTTP, text: '  ', problem: 'empty' },
    { page: HTTP, text: 'http://mail.example:8080/websockify', problem: 'no-websocket' },
    { page: HTTP, text: 'mail.example:110', problem: 'no-websocket' },
    { page: HTTP, text: 'javascript:alert(1)', problem: 'no-websocket' },
    { page: HTTP, text: '//elsewhere.example/websockify', problem: 'no-websocket' },
    { page: HTTP, text: '\\\\elsewhere.example/websockify', problem: 'no-websocket' },
    { page: HTTP, text: 'ws://', problem: 'no-websocket' },
    { page: HTTP, text: 'web sockify', problem: 'no-websocket' },
    { page: HTTP, text: 'wss://a.example/\r\nx', problem: 'no-websocket' },
    { page: HTTP, text: 'ws://mail.example/other-port', problem: 'in-clear' },
    { page: HTTPS, text: 'ws://mail.example/x', problem: 'in-clear' },
    { page: HTTP, text: 'ws://192.168.1.5/', problem: 'in-clear' },
    { page: HTTP, text: 'ws://localhost.example.org/', problem: 'in-clear' },
    { page: HTTP, text: 'wss://ann:secret@bridge.example/', problem: 'login' },
    { page: HTTP, text: 'wss://ann@bridge.example/', problem: 'login' },
    { page: HTTP, text: 'wss://bridge.example/#x', problem: 'fragment' },
    { page: HTTP, text: 'websockify#', problem: 'fragment' },
  ])('"$text" on $page is none: $problem', ({ page, text, problem }) => {
    expect(resolveBridge(text, page)).toEqual({ problem });
  });

  it('is called by its name without what the query says', () => {
    expect(bridgeName({ url: 'wss://bridge.example/way?token=home' })).toBe('wss://bridge.example/way');
    expect(bridgeName({ url: 'websockify' })).toBe('websockify');
  });
});
