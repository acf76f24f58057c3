/**
 * A new version of the page: noticed, offered, never forced. Only the person's click makes the waiting version take
 * over and reloads. Must not know how the service worker is registered (main.ts hands the registration in).
 */
import type { ToastState } from './toast.svelte.ts';

/** What the page says to a waiting service worker so that it takes over. */
export const TAKE_OVER = 'take-over';
/** A tab that is open for long looks for a new version at most this often, when it is looked at. */
const LOOK_EVERY_MS = 60 * 60 * 1000;

/** The parts of the browser that are needed. */
export interface UpdateSurroundings {
  container: Pick<ServiceWorkerContainer, 'controller' | 'addEventListener'>;
  document: Pick<Document, 'visibilityState' | 'addEventListener'>;
  reload: () => void;
  now: () => number;
}

export class UpdateState {
  /** A new version waits to take over. */
  ready = $state(false);
  readonly #toasts: ToastState;
  readonly #around: UpdateSurroundings;
  #waiting: ServiceWorker | null = null;
  #accepted = false;
  #offerId: number | null = null;
  #lookedAt: number;

  constructor(toasts: ToastState, around: UpdateSurroundings) {
    this.#toasts = toasts;
    this.#around = around;
    this.#lookedAt = around.now();
  }

  /** Follows a registration for as long as the page lives. */
  watch(registration: ServiceWorkerRegistration): void {
    const { container, document } = this.#around;
    // The first version ever takes control of a page that had none: that is no update.
    let controlled = container.controller !== null;
    container.addEventListener('controllerchange', () => {
      if (controlled) this.#tookOver();
      controlled = true;
    });
    if (registration.waiting) this.#offer(registration.waiting);
    registration.addEventListener('updatefound', () => this.#follow(registration.installing));
    document.addEventListener('visibilitychange', () => this.#look(registration));
  }

  /** Lets the waiting version take over; the page reloads when it has. */
  accept(): void {
    this.#accepted = true;
    this.#waiting?.postMessage(TAKE_OVER);
  }

  #follow(worker: ServiceWorker | null): void {
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && this.#around.container.controller !== null) this.#offer(worker);
    });
  }

  #offer(worker: ServiceWorker): void {
    this.#waiting = worker;
    this.ready = true;
    this.#offerId = this.#toasts.offer('A new version is ready', {
      label: 'Reload',
      run: () => this.accept(),
    });
  }

  #tookOver(): void {
    if (this.#accepted) this.#around.reload();
    else {
      if (this.#offerId !== null) this.#toasts.dismiss(this.#offerId);
      // Accepted in another tab. This one may be in the middle of something: it is asked, too.
      this.#toasts.offer('Poplar was updated in another tab', { label: 'Reload', run: this.#around.reload });
    }
  }

  #look(registration: ServiceWorkerRegistration): void {
    const { document, now } = this.#around;
    if (document.visibilityState !== 'visible' || now() - this.#lookedAt < LOOK_EVERY_MS) return;
    this.#lookedAt = now();
    // Offline or a proxy that is down: the next look will do.
    registration.update().catch(() => undefined);
  }
}
