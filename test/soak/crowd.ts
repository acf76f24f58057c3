/** How many tunnels stand, against how many should: while there are too few, who could end stays on. */

export class Crowd {
  readonly #wanted: number;
  readonly #untilMs: number;
  #standing = 0;
  #leaving = 0;

  /** `untilMs` of performance.now(): after it nobody is held back any more. */
  constructor(wanted: number, untilMs: number) {
    this.#wanted = wanted;
    this.#untilMs = untilMs;
  }

  enter(): void {
    this.#standing += 1;
  }

  /** Asked before going in order. Who is told yes counts as gone from then on, so that not all go at once. */
  mayLeave(): boolean {
    if (this.#standing - this.#leaving <= this.#wanted && performance.now() < this.#untilMs) return false;
    this.#leaving += 1;
    return true;
  }

  /** `isLeaving`: was told that it may. */
  left(isLeaving: boolean): void {
    this.#standing -= 1;
    if (isLeaving) this.#leaving -= 1;
  }
}
