/** A tunnel that stands beside whatever a test does to its proxy, and must not notice. */
import type { RunningProxy } from '../../../proxy/server.ts';
import { TestPage } from './page.ts';

export class Canary {
  readonly #page: TestPage;
  #said = 0;

  constructor(page: TestPage) {
    this.#page = page;
  }

  /** How often it has sung. */
  get songs(): number {
    return this.#said;
  }

  /** `port` is that of a server that echoes. */
  static async enter(proxy: Pick<RunningProxy, 'url'>, port: number): Promise<Canary> {
    const page = await TestPage.open(proxy.url);
    page.isGenerous = true;
    page.connect(port);
    await page.frame('connected');
    return new Canary(page);
  }

  /** Says something and waits to hear it; fails when the tunnel was closed. */
  async sings(): Promise<void> {
    this.#said += 1;
    const song = `song ${this.#said}\r\n`;
    this.#page.chunks.splice(0);
    this.#page.socket.send(Buffer.from(song));
    await this.#page.until(() => this.#page.text === song);
  }

  /** Sings again and again until the returned function is called, which fails if one of the songs was not heard. */
  keepSinging(): () => Promise<void> {
    let isEnough = false;
    const song = (async () => {
      while (!isEnough) await this.sings();
    })();
    // Reported when it is stopped.
    song.catch(() => undefined);
    return async () => {
      isEnough = true;
      await song;
      await this.sings();
    };
  }

  leave(): void {
    this.#page.socket.terminate();
  }
}
