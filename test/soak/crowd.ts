/** How many tunnels stand, against how many should: who could end stays on while there are too few. */

export class Crowd {
  readonly #wanted: number;
  readonly #untilMs: number;
  #standing = 0;

  /** `untilMs` of performance.now(): after it nobody is held back any more. */
  constructor(wanted: number, untilMs: number) {
    this.#wanted = wanted;
    this.#untilMs = untilMs;
  }

  get isThin(): boolean {
    return this.#standing <= this.#wanted && performance.now() < this.#untilMs;
  }

  enter(): void {
    this.#standing += 1;
  }

  leave(): void {
    this.#standing -= 1;
  }
}
