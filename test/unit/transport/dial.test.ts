import { describe, expect, it } from 'vitest';
import { CLOSE_FAILED, MAX_PROXY_FRAME_OCTETS, SUBPROTOCOL, WINDOW_OCTETS } from '../../../proxy/protocol.ts';
import { CERTIFICATE, openTunnel, startDial, TARGET, TLS } from './fake-socket.ts';

const CONNECTED = { type: 'connected', window: 1000, tls: null };

describe('dialling', () => {
  it('offers the sub-protocol and says connect first', () => {
    const { socket } = startDial();
    expect([socket.url, socket.offered, socket.binaryType]).toEqual([
      'ws://page.example/mail/tunnel',
      SUBPROTOCOL,
      'arraybuffer',
    ]);
    expect(socket.sent).toEqual([]);
    socket.open();
    const { host, port } = TARGET;
    expect(socket.sent).toEqual([{ type: 'connect', host, port, security: 'none', window: WINDOW_OCTETS }]);
  });

  it('says the token in the first frame and nowhere else', async () => {
    const { sockets, outcome } = startDial({ token: () => Promise.resolve('green-tea-and-toast') });
    await Promise.resolve();
    const [socket] = sockets;
    socket?.open();
    socket?.say(CONNECTED);
    await outcome;
    expect(socket?.sent).toEqual([
      expect.objectContaining({ type: 'connect', token: 'green-tea-and-toast' }),
    ]);
    expect(`${socket?.url} ${socket?.offered}`).not.toContain('green');
  });

  it('says no token where there is none', async () => {
    const { sockets } = startDial({ token: () => Promise.resolve(null) });
    await Promise.resolve();
    sockets[0]?.open();
    expect(Object.keys(sockets[0]?.sent[0] ?? {})).not.toContain('token');
  });

  it('opens no WebSocket when it was given up while the token was read', async () => {
    const abort = new AbortController();
    const { sockets, outcome } = startDial({ token: () => Promise.resolve('x'), signal: abort.signal });
    abort.abort();
    await expect(outcome).rejects.toMatchObject({ code: 'cancelled' });
    expect(sockets).toHaveLength(0);
  });

  it.each([
    ['tls', 'tls'],
    ['starttls', 'none'],
    ['none', 'none'],
  ] as const)('asks for security %s as %s', (security, asked) => {
    const { socket } = startDial({ target: { ...TARGET, security } });
    socket.open();
    expect(socket.sent).toMatchObject([{ security: asked }]);
  });

  it.each([
    ['tls', { pin: 'AA:BB' }],
    ['starttls', {}],
    ['none', {}],
  ] as const)('names the certificate that is trusted at once for security %s: %j', (security, pinned) => {
    const { socket } = startDial({ target: { ...TARGET, security, pin: 'AA:BB' } });
    socket.open();
    const { host, port } = TARGET;
    const asked = security === 'tls' ? 'tls' : 'none';
    expect(socket.sent).toEqual([
      { type: 'connect', host, port, security: asked, window: WINDOW_OCTETS, ...pinned },
    ]);
  });

  it('is refused by a changed certificate, which is shown beside the one that is trusted', async () => {
    const { socket, outcome } = startDial({ target: { ...TARGET, security: 'tls', pin: 'CC:DD' } });
    socket.open();
    socket.say({ type: 'failed', code: 'certificate-changed', message: 'x', certificate: CERTIFICATE });
    await expect(outcome).rejects.toMatchObject({
      code: 'certificate-changed',
      hop: 'tls',
      retryable: false,
      detail: { pin: 'CC:DD', sha256: 'AA:BB' },
    });
  });

  it('is refused when the proxy takes a changed certificate for the trusted one', async () => {
    const { socket, outcome } = startDial({ target: { ...TARGET, security: 'tls', pin: 'CC:DD' } });
    socket.open();
    socket.say({ type: 'connected', window: 1000, tls: TLS });
    await expect(outcome).rejects.toMatchObject({ code: 'proxy-protocol' });
  });

  it('tells the hops as they are passed', async () => {
    const told: string[] = [];
    const observer = { onReached: (hop: string, fact: string) => void told.push(`${hop} ${fact}`) };
    const { socket, outcome } = startDial({ observer, target: { ...TARGET, security: 'tls' } });
    socket.open();
    socket.say({ type: 'reached', hop: 'name', address: '192.0.2.7' });
    socket.say({ type: 'reached', hop: 'connection', address: '192.0.2.7:995' });
    socket.say({ type: 'connected', window: 1000, tls: TLS });
    const { security } = await outcome;
    expect(told).toEqual(['proxy page.example', 'name 192.0.2.7', 'connection 192.0.2.7:995', 'tls TLSv1.3']);
    const { subject, issuer, names, validToMs, sha256 } = CERTIFICATE;
    const certificate = { subject, issuer, names, validToMs, sha256 };
    const { protocol, cipher } = TLS;
    expect(security).toEqual({ endsIn: 'proxy', protocol, cipher, ...certificate });
  });

  it('is refused when the device is offline, without a WebSocket', async () => {
    const { sockets, outcome } = startDial({ isOnline: () => false });
    await expect(outcome).rejects.toMatchObject({ code: 'offline', retryable: true });
    expect(sockets).toHaveLength(0);
  });

  it('fails when the browser forbids the WebSocket', async () => {
    const { outcome } = startDial({
      WebSocketClass: class {
        constructor() {
          throw new SyntaxError('not from an https: page');
        }
      } as never,
    });
    await expect(outcome).rejects.toMatchObject({ code: 'proxy-unreachable', hop: 'proxy' });
  });

  it('fails when the WebSocket never opens', async () => {
    const { socket, outcome } = startDial();
    socket.drop();
    const detail = { host: 'pop.example.org', port: 995 };
    await expect(outcome).rejects.toMatchObject({
      code: 'proxy-unreachable',
      hop: 'proxy',
      retryable: true,
      detail,
    });
  });

  it.each(['', 'binary', 'poplar.v2'])(
    'takes a server that answers with sub-protocol "%s" for no proxy',
    async (protocol) => {
      const { socket, outcome } = startDial();
      socket.open(protocol);
      await expect(outcome).rejects.toMatchObject({ code: 'proxy-protocol', hop: 'proxy' });
      expect(socket.sent).toEqual([]);
      expect(socket.closed).toHaveLength(1);
    },
  );

  it.each([
    {
      name: 'a failed frame',
      end: (socket: Socket) => socket.say({ type: 'failed', code: 'name-not-found', message: 'no' }),
      code: 'name-not-found',
      hop: 'name',
    },
    {
      name: 'a close reason alone',
      end: (socket: Socket) => socket.drop(CLOSE_FAILED, 'too-many-tunnels'),
      code: 'proxy-busy',
      hop: 'proxy',
    },
    {
      name: 'a close without a reason',
      end: (socket: Socket) => socket.drop(1006),
      code: 'connection-lost',
      hop: 'proxy',
    },
    {
      name: 'a close that says done',
      end: (socket: Socket) => socket.drop(1000),
      code: 'connection-lost',
      hop: 'proxy',
    },
  ])('fails by $name', async ({ end, code, hop }) => {
    const { socket, outcome, clock } = startDial();
    socket.open();
    end(socket);
    await expect(outcome).rejects.toMatchObject({ code, hop });
    expect(clock.pending).toBe(0);
  });
});

type Socket = ReturnType<typeof startDial>['socket'];

describe('a silent proxy', () => {
  it('is given up when the WebSocket does not open in time', async () => {
    const { socket, outcome, clock } = startDial();
    clock.advance(1000);
    await expect(outcome).rejects.toMatchObject({ code: 'proxy-unreachable', detail: { seconds: 1 } });
    expect(socket.closed).toHaveLength(1);
    socket.open();
    expect(socket.sent).toEqual([]);
  });

  it('has the time again after each sign of life', async () => {
    const { socket, outcome, clock } = startDial();
    clock.advance(999);
    socket.open();
    clock.advance(999);
    socket.say({ type: 'reached', hop: 'name', address: '192.0.2.7' });
    clock.advance(999);
    socket.say(CONNECTED);
    await outcome;
    expect(clock.pending).toBe(0);
  });

  it('is given up when it says nothing after connect', async () => {
    const { socket, outcome, clock } = startDial();
    socket.open();
    clock.advance(1000);
    await expect(outcome).rejects.toMatchObject({ code: 'proxy-unreachable', retryable: true });
    expect(socket.closed).toHaveLength(1);
  });
});

describe('a proxy of another version', () => {
  it.each(['hello', 'toString', '__proto__', 'connect'])('may say %s, and is not heard', async (type) => {
    const { socket, outcome } = startDial();
    socket.open();
    socket.say(JSON.stringify({ type, octets: -1 }));
    socket.say(CONNECTED);
    const transport = await outcome;
    socket.say(JSON.stringify({ type }));
    socket.deliver(new Uint8Array([7]));
    expect(await transport.read()).toEqual(new Uint8Array([7]));
  });
});

describe('a proxy that drains', () => {
  it('is heard while dialling, and of a transport that stands, and nothing else changes', async () => {
    const heard: number[] = [];
    const { socket, outcome } = startDial({ observer: { onDraining: (withinMs) => heard.push(withinMs) } });
    socket.open();
    socket.say({ type: 'draining', withinMs: 8000 });
    socket.say(CONNECTED);
    const transport = await outcome;
    socket.say({ type: 'draining', withinMs: 0 });
    socket.deliver(new Uint8Array([7]));
    expect(await transport.read()).toEqual(new Uint8Array([7]));
    expect(heard).toEqual([8000, 0]);
    expect(socket.closed).toEqual([]);
  });

  it('may say so while TLS is being started', async () => {
    const { socket, transport } = await openTunnel({ target: { ...TARGET, security: 'starttls' } });
    const securing = transport.startTls();
    socket.say({ type: 'draining', withinMs: 8000 });
    await Promise.resolve();
    await Promise.resolve();
    socket.say({ type: 'secured', tls: TLS });
    await securing;
    expect(transport.security).not.toBeNull();
  });
});

describe('an aborted dial', () => {
  it('opens nothing when the signal was aborted before', async () => {
    const { sockets, outcome } = startDial({ signal: AbortSignal.abort() });
    await expect(outcome).rejects.toMatchObject({ code: 'cancelled' });
    expect(sockets).toHaveLength(0);
  });

  it.each(['opening', 'dialling'])(
    'closes the WebSocket while %s, and ignores what comes late',
    async (state) => {
      const controller = new AbortController();
      const { socket, outcome, clock } = startDial({ signal: controller.signal });
      if (state === 'dialling') socket.open();
      controller.abort();
      await expect(outcome).rejects.toMatchObject({ code: 'cancelled', hop: 'page' });
      expect([socket.closed.length, clock.pending]).toEqual([1, 0]);
      const sent = socket.sent.length;
      socket.open();
      socket.say(CONNECTED);
      socket.say('garbage');
      socket.drop();
      expect([socket.closed.length, socket.sent.length]).toEqual([1, sent]);
    },
  );

  it('leaves a transport alone that stands already', async () => {
    const controller = new AbortController();
    const { socket, outcome } = startDial({ signal: controller.signal });
    socket.open();
    socket.say(CONNECTED);
    await outcome;
    controller.abort();
    expect(socket.closed).toEqual([]);
  });
});

describe('a proxy that does not keep to the protocol while dialling', () => {
  const frames: { name: string; frame: object | string }[] = [
    { name: 'text that is not JSON', frame: '+OK ready' },
    { name: 'an empty frame', frame: '' },
    { name: 'null', frame: 'null' },
    { name: 'an array', frame: '[]' },
    { name: 'no type', frame: {} },
    { name: 'a type that is no text', frame: { type: 7 } },
    { name: 'draining without a time', frame: { type: 'draining' } },
    { name: 'draining since a while', frame: { type: 'draining', withinMs: -1 } },
    { name: 'a hop that is none', frame: { type: 'reached', hop: 'maildrop', address: 'x' } },
    { name: 'connected without a window', frame: { type: 'connected', tls: null } },
    { name: 'a window of nothing', frame: { ...CONNECTED, window: 0 } },
    { name: 'a negative window', frame: { ...CONNECTED, window: -1 } },
    { name: 'half an octet of window', frame: { ...CONNECTED, window: 0.5 } },
    { name: 'a window beyond exact numbers', frame: { ...CONNECTED, window: 2 ** 60 } },
    { name: 'a window in words', frame: { ...CONNECTED, window: '1000' } },
    { name: 'TLS that was not asked for', frame: { ...CONNECTED, tls: TLS } },
    { name: 'TLS without a certificate', frame: { ...CONNECTED, tls: { protocol: 'x', cipher: 'y' } } },
    {
      name: 'a frame that is too long',
      frame: { type: 'reached', hop: 'name', address: 'x'.repeat(MAX_PROXY_FRAME_OCTETS) },
    },
    {
      name: 'a frame too long in octets only',
      frame: { type: 'reached', hop: 'name', address: 'ë'.repeat(MAX_PROXY_FRAME_OCTETS / 2) },
    },
    {
      name: 'a certificate that nobody wants to look up',
      frame: { type: 'certificate', tls: TLS, chain: [], problem: null },
    },
    { name: 'credit before connected', frame: { type: 'credit', octets: 1 } },
    { name: 'end before connected', frame: { type: 'end' } },
    { name: 'secured before connected', frame: { type: 'secured', tls: TLS } },
    { name: 'a failure without a code', frame: { type: 'failed', message: 'x' } },
    {
      name: 'a failure for a reason nobody knows',
      frame: { type: 'failed', code: 'moon-phase', message: 'x' },
    },
  ];

  it.each(frames)('is refused for $name', async ({ frame }) => {
    const { socket, outcome } = startDial();
    socket.open();
    socket.say(frame);
    await expect(outcome).rejects.toMatchObject({ code: 'proxy-protocol', hop: 'proxy' });
    expect(socket.closed).toHaveLength(1);
  });

  it.each([
    { name: 'bytes', data: new Uint8Array(3) },
    { name: 'a Blob', data: new Blob(['x']) },
    { name: 'nothing', data: undefined },
  ])('is refused for $name before connected', async ({ data }) => {
    const { socket, outcome } = startDial();
    socket.open();
    socket.deliver(data);
    await expect(outcome).rejects.toMatchObject({ code: 'proxy-protocol' });
  });

  it('is refused when it connects in clear where TLS was asked for', async () => {
    const { socket, outcome } = startDial({ target: { ...TARGET, security: 'tls' } });
    socket.open();
    socket.say(CONNECTED);
    await expect(outcome).rejects.toMatchObject({ code: 'proxy-protocol' });
  });

  it('does not have its words repeated in the error', async () => {
    const { socket, outcome } = startDial();
    socket.open();
    socket.say('secret-7');
    const error: unknown = await outcome.catch((reason: unknown) => reason);
    expect(JSON.stringify(error)).not.toContain('secret-7');
  });
});
