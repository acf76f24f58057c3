/**
 * Short notes at the edge of the page, each with at most one action: undo, or what the note is about. Must not know
 * what is undone. At most one undo is open: a new one makes the former final.
 */

/** How long an undo is offered, in milliseconds. */
export const UNDO_MS = 8_000;
/** How long a note without an action stays, in milliseconds. */
export const NOTE_MS = 5_000;

export interface ToastAction {
  label: string;
  run: () => void;
}

export interface Toast {
  id: number;
  text: string;
  kind: 'note' | 'undo' | 'offer';
  action: ToastAction | null;
  /** Runs when the toast goes and its action was not taken. */
  pass: (() => void) | null;
}

interface Timer {
  toast: number;
  handle: ReturnType<typeof setTimeout> | null;
  endsAt: number;
  leftMs: number;
}

export class ToastState {
  /** Oldest first. */
  toasts = $state.raw<readonly Toast[]>([]);
  #timers: readonly Timer[] = [];
  #nextId = 1;
  #paused = false;

  /** Says what was done, for a few seconds. */
  note(text: string): void {
    this.#add({ text, kind: 'note', action: null, pass: null }, NOTE_MS);
  }

  /**
   * Says what was done and offers to take it back for 8 s. `pass` runs when that was not done: for what cannot be taken
   * back, and so must not be done before.
   */
  undo(text: string, run: () => void, pass: (() => void) | null = null): void {
    for (const toast of this.toasts) if (toast.kind === 'undo') this.dismiss(toast.id);
    this.#add({ text, kind: 'undo', action: { label: 'Undo', run }, pass }, UNDO_MS);
  }

  /** Offers something that can wait: stays until it is taken or dismissed. The same offer is not made twice. Returns its id. */
  offer(text: string, action: ToastAction): number {
    for (const toast of this.toasts) if (toast.text === text) this.dismiss(toast.id);
    return this.#add({ text, kind: 'offer', action, pass: null }, null);
  }

  /** Takes the open undo (key `z`). False when there is none. */
  undoLatest(): boolean {
    const toast = this.toasts.findLast((candidate) => candidate.kind === 'undo');
    if (toast === undefined) return false;
    this.take(toast.id);
    return true;
  }

  /** Runs the toast's action, once, and closes it. */
  take(id: number): void {
    const toast = this.toasts.find((candidate) => candidate.id === id);
    if (toast === undefined) return;
    this.#close(id);
    toast.action?.run();
  }

  /** Closes the toast without its action. */
  dismiss(id: number): void {
    const toast = this.toasts.find((candidate) => candidate.id === id);
    this.#close(id);
    toast?.pass?.();
  }

  #close(id: number): void {
    const timer = this.#timers.find((candidate) => candidate.toast === id);
    if (timer?.handle) clearTimeout(timer.handle);
    this.#timers = this.#timers.filter((candidate) => candidate !== timer);
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
    if (this.toasts.length === 0) this.#paused = false;
  }

  /** Stops the clock, while somebody points at a toast or is in it. */
  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    for (const timer of this.#timers) {
      if (timer.handle) clearTimeout(timer.handle);
      timer.handle = null;
      timer.leftMs = Math.max(0, timer.endsAt - Date.now());
    }
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    for (const timer of this.#timers) this.#run(timer);
  }

  #add(toast: Omit<Toast, 'id'>, durationMs: number | null): number {
    const id = this.#nextId++;
    this.toasts = [...this.toasts, { id, ...toast }];
    if (durationMs === null) return id;
    const timer: Timer = { toast: id, handle: null, endsAt: 0, leftMs: durationMs };
    this.#timers = [...this.#timers, timer];
    if (!this.#paused) this.#run(timer);
    return id;
  }

  #run(timer: Timer): void {
    timer.endsAt = Date.now() + timer.leftMs;
    timer.handle = setTimeout(() => this.dismiss(timer.toast), timer.leftMs);
  }
}
