// A value that changes, and says when. Its shape is what React's `useSyncExternalStore` asks for.

export interface Observable<T> {
  /** The value now. The same object until it changes. */
  get(): T;
  /** Calls `listener` after each change; returns how to stop. Listeners run once a whole frame has been applied. */
  subscribe(listener: () => void): () => void;
}
