/** The pages of the soak: each opens one tunnel, does its part of the fault, and tells how the tunnel ended. */
import type net from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { once } from 'node:events';
import { TestPage } from '../integration/proxy/page.ts';
import { frame } from '../support/raw-page.ts';
import type { Crowd } from './crowd.ts';
import type { PageDeed } from './faults.ts';
import { SLOW_READS, TRICKLE_OCTETS, type Plan } from './plan.ts';
import { GREETING, STLS_REPLY, type Ports, type Stage } from './server.ts';

export interface PageStage extends Stage {
  url: string;
  ports: Ports;
  crowd: Crowd;
}

const NONSENSE = [
  'nonsense',
  '[',
  '{"type":"connect","host":"127.0.0.1","port":1,"security":"none","window":1}',
  '{"type":"credit","octets":1e99}',
  '{"type":"toString"}',
  '\u0000'.repeat(4097),
];

/** Done by who has begun to send, half-way. */
const HALF_WAY: ReadonlySet<PageDeed | undefined> = new Set<PageDeed>([
  'says-goodbye',
  'breaks-off',
  'resets',
  'talks-nonsense',
  'breaks-a-frame',
  'invents-credit',
  'goes-on-after-end',
]);

/** Holds the tunnel of this plan from its WebSocket to its end, and enters it into the ledger. */
export async function runTunnel(stage: PageStage, plan: Plan): Promise<void> {
  stage.ledger.begin(plan);
  const run = new PageRun(stage, plan);
  try {
    await run.talk();
  } catch (error) {
    // A tunnel that is over has broken off the talk, which may be what the fault is.
    if (!run.isOver) stage.ledger.breach(plan, String(error));
  }
  stage.ledger.pageOver(plan.id, await run.ending());
}

class PageRun {
  readonly #stage: PageStage;
  readonly #plan: Plan;
  readonly #page: TestPage;
  #connection: Duplex | null = null;
  #slowReads = 0;
  #pongs = 0;
  #isLeaving = false;

  constructor(stage: PageStage, plan: Plan) {
    this.#stage = stage;
    this.#plan = plan;
    this.#page = new TestPage(stage.url);
    const { socket } = this.#page;
    // 'close' follows.
    socket.on('error', () => undefined);
    socket.once('upgrade', (response) => (this.#connection = response.socket));
    socket.on('pong', () => (this.#pongs += 1));
  }

  get isOver(): boolean {
    return this.#page.closed !== null;
  }

  /** Code of the failure, if there was one, and of the WebSocket's end. */
  async ending(): Promise<string> {
    const { code, reason } = await this.#page.over();
    const failure = this.#page.failure?.code;
    if (failure !== undefined && failure !== reason) return `${failure}, closed as ${code} '${reason}'`;
    return failure === undefined ? String(code) : `${failure} ${code}`;
  }

  async talk(): Promise<void> {
    const { fault, way } = this.#plan;
    const page = this.#page;
    await once(page.socket, 'open');
    if (fault.page === 'says-nothing') return;
    if (fault.page === 'sends-bytes-first') return page.socket.send(Buffer.from('QUIT\r\n'));
    if (fault.page === 'looks-up') {
      return page.say({ type: 'look-up', host: '127.0.0.1', port: this.#stage.ports.tls });
    }
    this.#connect();
    if (fault.page === 'gives-up-dialling') return this.#giveUp();
    await page.frame('connected');
    this.#stage.crowd.enter();
    page.socket.once('close', () => this.#stage.crowd.left(this.#isLeaving));
    await page.until(() => page.text === GREETING);
    if (way === 'stls') await this.#startTls();
    if (fault.page === 'asks-for-tls-too-late') return;
    await this.#run();
  }

  #connect(): void {
    const { fault, way, windowOctets } = this.#plan;
    const { ports } = this.#stage;
    const port = fault.door === 'mail' ? ports[way === 'tls' ? 'tls' : 'clear'] : ports[fault.door];
    const window =
      fault.page === 'asks-for-tls-too-late' ? GREETING.length + STLS_REPLY.length : windowOctets;
    this.#page.isGenerous = fault.page !== 'asks-for-tls-too-late' && fault.page !== 'keeps-its-credit';
    this.#page.connect(port, { security: way === 'tls' ? 'tls' : 'none', window });
  }

  /** In the middle of a dial or a handshake, or right after it. */
  async #giveUp(): Promise<void> {
    if (this.#plan.variant < 0.5) await pause(this.#plan.pauseMs / 100);
    this.#page.socket.terminate();
  }

  async #startTls(): Promise<void> {
    const page = this.#page;
    const isLate = this.#plan.fault.page === 'asks-for-tls-too-late';
    page.socket.send(Buffer.from(isLate ? 'STLS AND MORE\r\n' : 'STLS\r\n'));
    await page.until(() => page.text === GREETING + STLS_REPLY);
    page.say({ type: 'start-tls' });
    if (!isLate) await page.frame('secured');
  }

  async #run(): Promise<void> {
    const { id, fault } = this.#plan;
    const page = this.#page;
    const expected = this.#stage.content.stream(id, 'down');
    page.onBytes = (bytes) => {
      this.#stage.ledger.count(id, 'down', bytes.length, expected.continuesWith(bytes));
      if (fault.page === 'reads-slowly') this.#readSlowly();
    };
    page.socket.send(Buffer.from(`RUN ${id}\r\n`));
    const { window } = await page.frame('connected');
    await page.sendAll(this.#pieces(), window - `RUN ${id}\r\n`.length - this.#saidBefore());
    if (HALF_WAY.has(fault.page)) return this.#doHalfWay();
    if (fault.page !== 'keeps-its-credit' && fault.page !== 'never-ends') page.say({ type: 'end' });
    await page.over();
    if (fault.page === 'pings' && this.#pongs === 0)
      this.#stage.ledger.breach(this.#plan, 'no pong has come');
  }

  /** Octets of the stream that were sent before RUN. */
  #saidBefore(): number {
    return this.#plan.way === 'stls' ? 'STLS\r\n'.length : 0;
  }

  async *#pieces(): AsyncGenerator<Buffer> {
    const { id, fault, upOctets, breakAtOctets, pieceOctets, pauseMs } = this.#plan;
    const octets = HALF_WAY.has(fault.page) ? breakAtOctets : upOctets;
    const content = this.#stage.content.stream(id, 'up');
    const bulk = octets - TRICKLE_OCTETS;
    while (content.octets < bulk) {
      yield content.next(Math.min(pieceOctets, bulk - content.octets));
      if (fault.page === 'pings') for (let n = 0; n < 100; n += 1) this.#page.socket.ping(`ping ${n}`);
      if (fault.isFast !== true) await pause(pauseMs);
    }
    // Octet by octet, so that the tunnel is not idle.
    while (!this.#mayLeave() && content.octets < octets - 1) {
      yield content.next(1);
      await pause(pauseMs);
    }
    yield content.next(octets - content.octets);
  }

  #mayLeave(): boolean {
    // One that is over counts no more, neither as standing nor as leaving.
    if (!this.isOver) this.#isLeaving = this.#stage.crowd.mayLeave();
    return this.isOver || this.#isLeaving;
  }

  #readSlowly(): void {
    if (this.#slowReads >= SLOW_READS) return;
    this.#slowReads += 1;
    const { socket } = this.#page;
    socket.pause();
    setTimeout(() => socket.resume(), this.#plan.slowMs);
  }

  #doHalfWay(): void {
    const page = this.#page;
    switch (this.#plan.fault.page) {
      case 'says-goodbye':
        return page.socket.close(1000);
      case 'breaks-off':
        return page.socket.terminate();
      case 'resets':
        return void (this.#connection as net.Socket | null)?.resetAndDestroy();
      case 'talks-nonsense':
        return this.#talkNonsense();
      case 'breaks-a-frame':
        // An opcode that there is not (RFC 6455 §5.2), past the WebSocket, which would not send it.
        return void this.#connection?.write(frame({ opcode: 5, payload: 'x' }));
      case 'invents-credit':
        return page.say({ type: 'credit', octets: 16 * 1024 * 1024 });
      case 'goes-on-after-end':
        page.say({ type: 'end' });
        return page.socket.send(Buffer.from('NOOP\r\n'));
      default:
        throw new RangeError('nothing to be done half-way');
    }
  }

  #talkNonsense(): void {
    const { variant } = this.#plan;
    const text = NONSENSE[Math.floor(variant * (NONSENSE.length + 1))];
    // The last variant is no UTF-8 (§8.1).
    if (text !== undefined) this.#page.socket.send(text);
    else this.#connection?.write(frame({ opcode: 1, payload: Buffer.from('c3', 'hex') }));
  }
}
