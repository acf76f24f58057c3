/**
 * Where the person is. The address bar is the truth: every move goes through it, so that back, forward, reload and a
 * copied link all work. Must not know what a view shows.
 */
import type { ListQuery } from '../api/mail-api.ts';
import type { MessageId } from '../model/ids.ts';
import { formatRoute, HOME, parseRoute, type MailRoute, type Route } from './route.ts';

/** The part of the browser's history that is used, so that tests can have their own. */
export interface AddressBar {
  hash(): string;
  /** The mark that was handed in with this entry. */
  mark(): unknown;
  push(hash: string, mark: unknown): void;
  replace(hash: string, mark: unknown): void;
  back(): void;
  /** Hears moves that were not made by push or replace. */
  listen(moved: () => void): () => void;
}

/** On a history entry: the one before it is the list that the message was opened from. */
const FROM_LIST = 'from-list';

export class RouteState {
  readonly #bar: AddressBar;
  #route = $state.raw<Route>(HOME);
  /** The mail view that was shown last, for the way back from settings. */
  #mail = $state.raw<MailRoute>(HOME);

  constructor(bar: AddressBar) {
    this.#bar = bar;
    this.#read();
  }

  get current(): Route {
    return this.#route;
  }
  get view(): Route['view'] {
    return this.#route.view;
  }
  get query(): ListQuery {
    return this.#mail.query;
  }
  /** The opened message, or null. Null as well outside the mail view. */
  get message(): MessageId | null {
    return this.#route.view === 'mail' ? this.#route.message : null;
  }

  /** Follows back and forward until the returned function is called. */
  start(): () => void {
    return this.#bar.listen(() => this.#read());
  }

  /** The address of a list, for links. */
  hrefOf(query: Partial<ListQuery>): string {
    return formatRoute({ view: 'mail', query: { ...HOME.query, ...query }, message: null });
  }

  /** Shows a list with nothing opened. */
  openList(query: Partial<ListQuery> = {}): void {
    this.#push({ view: 'mail', query: { ...this.#mail.query, ...query }, message: null });
  }

  /** From the list: a new entry. From another message: in its place, so that back leads to the list. */
  openMessage(id: MessageId): void {
    if (this.message === id) return;
    const route: MailRoute = { view: 'mail', query: this.#mail.query, message: id };
    if (this.message === null) this.#push(route, FROM_LIST);
    else this.#replace(route, this.#bar.mark());
  }

  /** Back to the list, in the history too when that is where the person came from. */
  closeMessage(): void {
    if (this.message === null) return;
    if (this.#bar.mark() === FROM_LIST) this.#bar.back();
    else this.dropMessage();
  }

  /** The message is no longer there: the list takes its place, so that back does not lead to it. */
  dropMessage(): void {
    if (this.message !== null) this.#replace({ view: 'mail', query: this.#mail.query, message: null }, null);
  }

  openSettings(): void {
    this.#push({ view: 'settings' });
  }

  openAddAccount(): void {
    this.#push({ view: 'add-account' });
  }

  /** The mail view as it was last. */
  openMail(): void {
    this.#push({ ...this.#mail, message: null });
  }

  #push(route: Route, mark: unknown = null): void {
    if (formatRoute(route) === formatRoute(this.#route)) return;
    this.#bar.push(formatRoute(route), mark);
    this.#set(route);
  }

  #replace(route: Route, mark: unknown): void {
    this.#bar.replace(formatRoute(route), mark);
    this.#set(route);
  }

  #read(): void {
    this.#set(parseRoute(this.#bar.hash()));
  }

  #set(route: Route): void {
    this.#route = route;
    if (route.view === 'mail') this.#mail = route;
  }
}
