// Changes first, listeners afterwards: whatever happens within `run` (a frame, an edit, an answer) is seen as one
// change. A listener that throws harms no other; what a listener changes is told in the next round.
import type { Observable } from '../api/observable.js';

type Listener = () => void;

export class Batch {
  /** Counts the batches: what was worked out in another one may be out of date. */
  revision = 0;
  private depth = 0;
  private telling = false;
  private readonly due = new Set<Source<unknown>>();
  private readonly last = new Set<() => void>();

  constructor(private readonly failed: (error: unknown) => void) {}

  run<T>(work: () => T): T {
    ++this.depth;
    try {
      return work();
    } finally {
      if (this.depth === 1) for (const job of this.last) this.guard(job);
      ++this.revision;
      if (--this.depth === 0) this.tell();
    }
  }

  get isOpen(): boolean {
    return this.depth > 0;
  }

  /** Runs at the end of every batch, before the listeners: what follows from all that has changed. */
  atEnd(job: () => void): void {
    this.last.add(job);
  }

  mark(source: Source<unknown>): void {
    this.due.add(source);
    if (this.depth === 0) this.tell();
  }

  /** Runs what is not ours, and goes on where it throws. */
  guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.failed(error);
    }
  }

  private tell(): void {
    if (this.telling) return;
    this.telling = true;
    while (this.due.size > 0) {
      const sources = [...this.due];
      this.due.clear();
      for (const source of sources) source.tell();
    }
    this.telling = false;
  }
}

/** A value that is worked out when it is asked for, and again after `touch`. */
export class Source<T> implements Observable<T> {
  private readonly listeners = new Set<{ call: Listener }>();
  private kept: { value: T; revision: number } | null = null;

  /** `watched` is told when the first listener comes and when the last one has gone. */
  constructor(
    private readonly batch: Batch,
    private readonly compute: () => T,
    private readonly watched?: (by: boolean) => void,
  ) {}

  /** Nobody touches what is not watched: there the value is worked out again after each batch. */
  get(): T {
    if (!this.isWatched && (this.batch.isOpen || this.kept?.revision !== this.batch.revision)) this.kept = null;
    this.kept ??= { value: this.compute(), revision: this.batch.revision };
    return this.kept.value;
  }

  touch(): void {
    this.kept = null;
    if (this.listeners.size > 0) this.batch.mark(this as Source<unknown>);
  }

  subscribe(listener: Listener): () => void {
    const own = { call: listener };
    if (this.listeners.size === 0) this.kept = null;
    this.listeners.add(own);
    if (this.listeners.size === 1) this.batch.run(() => this.watched?.(true));
    return () => {
      if (this.listeners.delete(own) && this.listeners.size === 0) this.batch.run(() => this.watched?.(false));
    };
  }

  get isWatched(): boolean {
    return this.listeners.size > 0;
  }

  tell(): void {
    for (const listener of [...this.listeners])
      if (this.listeners.has(listener)) this.batch.guard(() => listener.call());
  }
}
