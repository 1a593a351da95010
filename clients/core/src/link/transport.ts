// One way of carrying a session's frames: a WebSocket, or Server-Sent Events with requests by HTTP.
import type { ClientMessage, Hello } from '@coterie/protocol';

export interface TransportEnd {
  /** A close code of the protocol's table; 1006 where the connection just ended, or could not be made. */
  code: number;
  reason: string;
}

export interface TransportHandlers {
  /** The text of a frame: messages, one a line. `aside`: an answer that came beside the stream, and moves no position. */
  frame(text: string, aside?: boolean): void;
  closed(end: TransportEnd): void;
}

/** Made anew for each connection. Calls `closed` exactly once, nothing after it. */
export interface Transport {
  readonly kind: 'websocket' | 'sse';
  open(hello: Hello & { id: number }, handlers: TransportHandlers): void;
  send(message: ClientMessage): void;
  /** 1000 leaves: the session ends with it. */
  close(code: number): void;
}
