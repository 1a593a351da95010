// Everything outside that the client leans on: clock, timers, randomness, network, tabs, disk. A parameter, so that
// tests bring their own and a whole client runs under one seed.

export interface TimerHandle {
  readonly id: unknown;
}

/** As much of a WebSocket as is used. */
export interface SocketLike {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: (() => void) | null;
}

export interface ChannelLike {
  postMessage(message: unknown): void;
  onmessage: ((event: { data: unknown }) => void) | null;
  close(): void;
}

/** As much of the Web Locks API as is used: runs `work` while the lock is held. */
export interface LocksLike {
  request(
    name: string,
    options: { signal?: AbortSignal; ifAvailable?: boolean; steal?: boolean },
    work: (lock: unknown) => Promise<unknown>,
  ): Promise<unknown>;
}

/** Small texts that outlive the page. */
export interface KeepLike {
  get(name: string): string | null;
  set(name: string, value: string | null): void;
  /** Tells when another tab has changed one. Returns how to stop. */
  listen?(listener: (name: string | null) => void): () => void;
}

export interface Environment {
  /** ms since the epoch: for people and for ages. */
  now(): number;
  /** ms, never set back: for waiting. */
  monotonic(): number;
  setTimer(work: () => void, ms: number): TimerHandle;
  clearTimer(timer: TimerHandle): void;
  /** In [0, 1). */
  random(): number;
  /** A new id (UUIDv7). */
  newId(): string;
  openSocket(url: string, protocol: string): SocketLike;
  fetch(url: string, init?: RequestInit): Promise<Response>;
  /** Absent: one connection for each tab. */
  openChannel?(name: string): ChannelLike;
  locks?: LocksLike;
  indexedDB?: IDBFactory;
  /** The state of the page: hidden, shown, about to go; the network. */
  page: {
    online(): boolean;
    visible(): boolean;
    /** `online`, `visible`, `hidden`, `leaving`. Returns how to stop. */
    listen(listener: (what: 'online' | 'offline' | 'visible' | 'hidden' | 'leaving') => void): () => void;
    /** While it returns true the browser asks before it closes the page. */
    guardLeaving(holds: () => boolean): () => void;
    /** localStorage or the like, for the refresh token. */
    keep?: KeepLike;
    /** sessionStorage or the like: what ends with the tab. */
    keepForTab?: KeepLike;
    base?: string;
  };
  log?(level: 'debug' | 'warn' | 'error', text: string, details?: unknown): void;
}
