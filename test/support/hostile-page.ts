/**
 * Conversations in any order with a real proxy, and a model of what may become of each: told from the wire contract
 * alone, one step after the other. Used by the fuzz test and by `npm run fuzz -- proxy`.
 */
import fc from 'fast-check';
import { parsePageFrame } from '../../proxy/tunnel/control-frame.ts';
import { hostileText } from './hostile-frames.ts';
import { connectFrame, frame, OPCODE, RawPage, type FrameParts } from './raw-page.ts';

/** Servers that a conversation may ask for, by port. `forbidden` listens too, and the proxy must never go there. */
export interface HostilePorts {
  proxy: number;
  echo: number;
  /** Closes, or resets, what it accepts. */
  closing: number;
  resetting: number;
  /** Nobody listens there. */
  nobody: number;
  forbidden: number;
}

type Target = Exclude<keyof HostilePorts, 'proxy'>;

export type Step =
  | { kind: 'connect'; to: Target; host: string }
  /** To an address that is not public, at a port for mail. */
  | { kind: 'connect-inside'; host: string }
  | { kind: 'bytes'; octets: number }
  | { kind: 'too-many-bytes' }
  | { kind: 'credit' }
  | { kind: 'too-much-credit' }
  | { kind: 'start-tls' }
  | { kind: 'end' }
  | { kind: 'text'; text: Buffer }
  | { kind: 'breach'; parts: FrameParts }
  | { kind: 'ping' }
  | { kind: 'close' }
  | { kind: 'reset' };

/** Spellings of this machine and of networks that are nobody's business, none of them allowed. */
const INSIDE = [
  '127.0.0.1',
  '127.1',
  '0x7f000001',
  '2130706433',
  '0177.0.0.1',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '10.0.0.1',
  '169.254.169.254',
  '0.0.0.0',
  '[64:ff9b::7f00:1]',
  '[fe80::1%lo]',
  '１２７.0.0.1',
  '192.168.1.1.',
];

const isRefused = (text: Buffer): boolean => {
  try {
    parsePageFrame(text);
    return false;
  } catch {
    return true;
  }
};

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('connect' as const),
      to: fc.constantFrom<Target>(
        'echo',
        'echo',
        'echo',
        'echo',
        'closing',
        'resetting',
        'nobody',
        'forbidden',
      ),
      host: fc.constant('127.0.0.1'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('connect-inside' as const), host: fc.constantFrom(...INSIDE) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('bytes' as const), octets: fc.nat({ max: 3000 }) }) },
  ...(
    ['too-many-bytes', 'credit', 'too-much-credit', 'start-tls', 'end', 'ping', 'close', 'reset'] as const
  ).map((kind) => ({
    weight: 1,
    arbitrary: fc.constant({ kind }),
  })),
  { weight: 2, arbitrary: hostileText.filter(isRefused).map((text) => ({ kind: 'text' as const, text })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<FrameParts>(
        { opcode: OPCODE.more },
        { opcode: 5 },
        { opcode: OPCODE.text, rsv: 0x40 },
        { opcode: OPCODE.binary, isMasked: false },
        { opcode: OPCODE.binary, claimedOctets: 2 ** 40 },
        { opcode: OPCODE.close, payload: 'x' },
      )
      .map((parts) => ({ kind: 'breach' as const, parts })),
  },
);

/** The first step is a good `connect` in every other conversation: else few would come far. */
export const conversation: fc.Arbitrary<Step[]> = fc
  .tuple(fc.boolean(), fc.array(step, { minLength: 1, maxLength: 8 }))
  .map(([isConnected, steps]) =>
    isConnected ? [{ kind: 'connect', to: 'echo', host: '127.0.0.1' }, ...steps] : steps,
  );

const BAD = ['bad-frame 4000'];
const BREACH = ['1002', '1007', '1009'];
/** What an echo makes of a TLS handshake, or what it had sent before. */
const TLS_ENDINGS = ['tls-not-spoken 4000', 'tls-failed 4000', 'start-tls-with-bytes-pending 4000'];

const CONNECT_ENDINGS: Record<Target, readonly string[] | null> = {
  echo: null,
  // It may be gone before the proxy looks, or before the page says something.
  closing: null,
  resetting: null,
  nobody: ['connection-refused 4000'],
  forbidden: ['port-refused 4000'],
};

/** Holds the conversation and resolves when it has ended; rejects when the end is not one that the contract allows. */
export async function converse(ports: HostilePorts, steps: readonly Step[]): Promise<void> {
  const page = await RawPage.open(ports.proxy);
  const model = new Model(ports, page);
  for (const one of steps) {
    await model.take(one);
    if (model.isOver) break;
  }
  if (!model.isOver) await model.take({ kind: 'close' });
  if (model.isReset) return;
  const ending = await page.ending();
  if (!model.endings.includes(ending)) {
    throw new Error(`ended with ${JSON.stringify(ending)}, not with one of ${JSON.stringify(model.endings)}`);
  }
}

class Model {
  readonly #ports: HostilePorts;
  readonly #page: RawPage;
  #isOpen = false;
  #target: Target | null = null;
  #isEnded = false;
  isOver = false;
  isReset = false;
  endings: readonly string[] = [];

  constructor(ports: HostilePorts, page: RawPage) {
    this.#ports = ports;
    this.#page = page;
  }

  async take(one: Step): Promise<void> {
    switch (one.kind) {
      case 'reset':
        this.#page.socket.resetAndDestroy();
        this.isReset = true;
        return this.#over([]);
      case 'close':
        this.#page.socket.write(frame({ opcode: OPCODE.close, payload: Buffer.from([3, 232]) }));
        return this.#over(['1000']);
      case 'ping':
        return void this.#page.socket.write(frame({ opcode: OPCODE.ping, payload: 'are you there' }));
      case 'breach':
        this.#page.socket.write(frame(one.parts));
        return this.#over(BREACH);
      case 'text':
        this.#page.socket.write(frame({ opcode: OPCODE.text, payload: one.text }));
        return this.#over([...BAD, '1007']);
      case 'connect':
      case 'connect-inside':
        return this.#connect(one);
      default:
        return this.#speak(one);
    }
  }

  async #connect(one: Step & { kind: 'connect' | 'connect-inside' }): Promise<void> {
    const port = one.kind === 'connect' ? this.#ports[one.to] : 110;
    this.#page.socket.write(connectFrame(port, { host: one.host }));
    if (this.#isOpen) return this.#over(BAD);
    if (one.kind === 'connect-inside') return this.#over(['address-refused 4000']);
    const endings = CONNECT_ENDINGS[one.to];
    if (endings !== null) return this.#over(endings);
    this.#target = one.to;
    await this.#page.until((said) => /"type":"(connected|failed)"/.test(said));
    this.#isOpen = true;
    if (this.#page.text.includes('"type":"failed"')) this.#over([]);
  }

  #speak(one: Step): void {
    const say = (said: object): void => {
      this.#page.socket.write(frame({ opcode: OPCODE.text, payload: JSON.stringify(said) }));
    };
    const mayGoOn = this.#isOpen && (!this.#isEnded || one.kind === 'credit');
    switch (one.kind) {
      case 'bytes':
        this.#page.socket.write(frame({ opcode: OPCODE.binary, payload: Buffer.alloc(one.octets, 'x') }));
        break;
      case 'too-many-bytes':
        this.#page.socket.write(frame({ opcode: OPCODE.binary, payload: Buffer.alloc(1024 * 1024 + 1) }));
        // Before a connection stands it is stopped half-way.
        return this.#over(this.#isOpen ? BREACH : [...BAD, ...BREACH]);
      case 'credit':
        // For what the page has read, which may be nothing.
        if (this.#page.octets === 0) return;
        say({ type: 'credit', octets: this.#page.takeOctets() });
        break;
      case 'too-much-credit':
        say({ type: 'credit', octets: 65537 });
        return this.#over(BAD);
      case 'start-tls':
        say({ type: 'start-tls' });
        return this.#over(mayGoOn ? TLS_ENDINGS : BAD);
      case 'end':
        say({ type: 'end' });
        if (mayGoOn) this.#isEnded = true;
        break;
      default:
        throw new Error(`no step: ${JSON.stringify(one)}`);
    }
    if (!mayGoOn) this.#over(BAD);
  }

  #over(endings: readonly string[]): void {
    this.isOver = true;
    // A server that goes by itself, or after the page's end, may be quicker than what the page says.
    const done = this.#isEnded || this.#target === 'closing' ? ['1000'] : [];
    const lost = this.#target === 'resetting' || this.#target === 'closing' ? ['connection-reset 4000'] : [];
    this.endings = [...endings, ...done, ...lost];
  }
}
