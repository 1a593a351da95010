// A list that is read page by page, the newest (or first) at its head, and looked at again at its head.
import type { Observable } from '@coterie/client';
import type { Answered, Problem } from '../api/answer.js';

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; absent: there is none. */
  readonly cursor?: string;
  readonly total?: number;
}

export interface PagesState<T> {
  readonly items: readonly T[];
  readonly hasMore: boolean;
  readonly total?: number;
  readonly asking: 'nothing' | 'first' | 'more' | 'again';
  readonly problem: Problem | null;
  readonly at: number | null;
}

export type ReadPage<T> = (
  cursor: string | undefined,
  limit: number,
  signal: AbortSignal,
) => Promise<Answered<Page<T>>>;

/** Lays a page that was read anew at the head over what is held: what reaches further stays, with its cursor. */
export function laidOver<T>(
  held: { items: readonly T[]; cursor?: string },
  fresh: Page<T>,
  keyOf: (item: T) => string,
): { items: readonly T[]; cursor?: string } {
  const last = fresh.items.at(-1);
  const at = last === undefined ? -1 : held.items.findIndex((item) => keyOf(item) === keyOf(last));
  const tail = at < 0 || fresh.cursor === undefined ? [] : held.items.slice(at + 1);
  const cursor = tail.length > 0 ? held.cursor : fresh.cursor;
  return { items: [...fresh.items, ...tail], ...(cursor === undefined ? {} : { cursor }) };
}

/** Adds a page at the end; what is there already (the list has moved meanwhile) is not shown twice. */
export function appended<T>(held: readonly T[], page: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const known = new Set(held.map(keyOf));
  return [...held, ...page.filter((item) => !known.has(keyOf(item)))];
}

export class Pages<T> implements Observable<PagesState<T>> {
  #state: PagesState<T> = { items: [], hasMore: false, asking: 'nothing', problem: null, at: null };
  #cursor: string | undefined;
  #asking: AbortController | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly read: ReadPage<T>,
    private readonly keyOf: (item: T) => string,
    private readonly pageSize: number,
    private readonly now: () => number,
  ) {}

  readonly get = (): PagesState<T> => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#giveUp();
    };
  };

  /** The first page, or again as much of the head as is held (at most what the server gives at once). */
  readonly refresh = async (): Promise<void> => {
    this.#giveUp();
    const limit = Math.min(Math.max(this.pageSize, this.#state.items.length), 1000);
    const page = await this.#ask(undefined, limit, this.#state.at === null ? 'first' : 'again');
    if (page === null) return;
    const held = { items: this.#state.items, ...(this.#cursor === undefined ? {} : { cursor: this.#cursor }) };
    const laid = laidOver(held, page, this.keyOf);
    this.#cursor = laid.cursor;
    this.#arrived(laid.items, page.total);
  };

  readonly loadMore = async (): Promise<void> => {
    if (this.#cursor === undefined || this.#asking !== null) return;
    const page = await this.#ask(this.#cursor, this.pageSize, 'more');
    if (page === null) return;
    this.#cursor = page.cursor;
    this.#arrived(appended(this.#state.items, page.items, this.keyOf), page.total);
  };

  #giveUp(): void {
    this.#asking?.abort();
    this.#asking = null;
    this.#state = { ...this.#state, asking: 'nothing' };
  }

  async #ask(cursor: string | undefined, limit: number, what: 'first' | 'more' | 'again'): Promise<Page<T> | null> {
    const asking = new AbortController();
    this.#asking = asking;
    this.#set({ ...this.#state, asking: what });
    const answer = await this.read(cursor, limit, asking.signal);
    if (this.#asking !== asking) return null;
    this.#asking = null;
    if (answer.ok) return answer.value;
    this.#set({ ...this.#state, asking: 'nothing', problem: answer.problem });
    return null;
  }

  #arrived(items: readonly T[], total: number | undefined): void {
    this.#set({
      items,
      hasMore: this.#cursor !== undefined,
      ...(total === undefined ? {} : { total }),
      asking: 'nothing',
      problem: null,
      at: this.now(),
    });
  }

  #set(state: PagesState<T>): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}
