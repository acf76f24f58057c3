/** WebSocket frames that no browser sends: the tunnel ends with the code for it, and one beside it does not notice. */
import { describe, expect, it } from 'vitest';
import type { RunningProxy } from '../../../proxy/server.ts';
import { connectFrame, frame, OPCODE, RawPage } from '../../support/raw-page.ts';
import { Canary } from './canary.ts';
import { useRig } from './rig.ts';

const rig = useRig();
const { more, text, binary, close, ping, pong } = OPCODE;
const END = '{"type":"end"}';

interface Stage {
  proxy: RunningProxy;
  page: RawPage;
  canary: Canary;
}

/** A page whose tunnel stands, with a server that echoes. */
async function stage(isOpen: boolean): Promise<Stage> {
  const peer = await rig.peer((socket) => void socket.pipe(socket));
  const proxy = await rig.proxyTo(peer, { closingTimeoutMs: 200 });
  const canary = await Canary.enter(proxy, peer.port);
  const page = await RawPage.open(proxy.port);
  if (isOpen) {
    page.socket.write(connectFrame(peer.port));
    await page.until((said) => said.includes('"type":"connected"'));
  }
  return { proxy, page, canary };
}

describe.each([
  ['before connect', false],
  ['on an open stream', true],
])('%s', (_when, isOpen) => {
  it.each<[string, Buffer[], string]>([
    ['no mask', [frame({ opcode: text, payload: END, isMasked: false })], '1002'],
    ['RSV1', [frame({ opcode: text, payload: END, rsv: 0x40 })], '1002'],
    ['RSV2', [frame({ opcode: binary, payload: 'x', rsv: 0x20 })], '1002'],
    ['RSV3', [frame({ opcode: binary, payload: 'x', rsv: 0x10 })], '1002'],
    ['opcode 3', [frame({ opcode: 3 })], '1002'],
    ['opcode 15', [frame({ opcode: 15 })], '1002'],
    ['a continuation of nothing', [frame({ opcode: more, payload: 'x' })], '1002'],
    [
      'a message within a message',
      [frame({ opcode: text, payload: '{', fin: false }), frame({ opcode: binary })],
      '1002',
    ],
    ['a ping in pieces', [frame({ opcode: ping, fin: false })], '1002'],
    ['a ping of 126 octets', [frame({ opcode: ping, payload: Buffer.alloc(126) })], '1002'],
    ['a close of 126 octets', [frame({ opcode: close, payload: Buffer.alloc(126) })], '1002'],
    ['a close of one octet', [frame({ opcode: close, payload: 'x' })], '1002'],
    [
      'a close with a code that nobody may send',
      [frame({ opcode: close, payload: Buffer.from([0x03, 0xed]) })],
      '1002',
    ],
    [
      'a close with a reason that is no text',
      [frame({ opcode: close, payload: Buffer.from([3, 232, 0xff]) })],
      '1007',
    ],
    ['text that is no UTF-8', [frame({ opcode: text, payload: Buffer.from([0xc3, 0x28]) })], '1007'],
    ['a surrogate in UTF-8', [frame({ opcode: text, payload: Buffer.from([0xed, 0xa0, 0x80]) })], '1007'],
    ['a frame of two megabytes', [frame({ opcode: binary, claimedOctets: 2 ** 21 })], '1009'],
    ['a frame of four gigabytes', [frame({ opcode: binary, claimedOctets: 2 ** 32 })], '1009'],
    ['a frame of exabytes', [frame({ opcode: binary, claimedOctets: 2 ** 60 })], '1009'],
    [
      'fragments without end',
      Array.from({ length: 600 }, (_, n) => frame({ opcode: n === 0 ? binary : more, fin: false })),
      '1008',
    ],
    ['a close', [frame({ opcode: close, payload: Buffer.from([3, 232]) })], '1000'],
    ['a close without a code', [frame({ opcode: close })], '1005'],
    [
      'a close and more',
      [frame({ opcode: close }), frame({ opcode: text, payload: END }), frame({ opcode: close })],
      '1005',
    ],
    [
      'text in pieces',
      [
        frame({ opcode: text, payload: '{"type":', fin: false }),
        frame({ opcode: ping }),
        frame({ opcode: more, payload: '"eval"}' }),
      ],
      'bad-frame 4000',
    ],
  ])('%s ends the tunnel', async (_kind, frames, ending) => {
    const { proxy, page, canary } = await stage(isOpen);
    page.socket.write(Buffer.concat(frames));
    expect(await page.ending()).toBe(ending);
    await canary.sings();
    expect(proxy.counters().tunnels).toBe(1);
  });
});

it('before connect a page has no room for more than a frame', async () => {
  const { proxy, page, canary } = await stage(false);
  page.socket.write(frame({ opcode: text, payload: ' '.repeat(10_000), claimedOctets: 1_000_000 }));
  expect(await page.ending()).toBe('bad-frame 4000');
  await canary.sings();
  expect(proxy.counters()).toEqual({ tunnels: 1, heldOctets: 0 });
});

it('frames of one octet, and of none, pass in their order', async () => {
  const { page } = await stage(true);
  const song = 'one octet at a time ';
  const pieces = [...song].flatMap((octet) => [
    frame({ opcode: binary }),
    frame({ opcode: binary, payload: octet }),
  ]);
  for (const piece of pieces) page.socket.write(piece);
  await page.until((said) => said.replace(/[^a-z ]/g, '').endsWith(song));
  page.socket.destroy();
});

it('a ping is answered with its octets, and of many the last one is', async () => {
  const { page } = await stage(true);
  const pings = Array.from({ length: 1000 }, (_, n) => frame({ opcode: ping, payload: `ping ${n}` }));
  page.socket.write(Buffer.concat(pings));
  await page.until((said) => said.endsWith('ping 999'));
  expect(page.text).toContain('ping 0');
  page.socket.write(
    Buffer.concat([frame({ opcode: pong }), frame({ opcode: binary, payload: 'on it goes' })]),
  );
  await page.until((said) => said.endsWith('on it goes'));
  page.socket.destroy();
});

it('a page that answers no close is let go', async () => {
  const { proxy, page } = await stage(true);
  page.socket.write(frame({ opcode: text, payload: 'nonsense' }));
  await page.until((said) => said.includes('bad-frame'));
  // Not a word from here on; the proxy ends it.
  await page.end();
  expect(proxy.counters().tunnels).toBe(1);
});
