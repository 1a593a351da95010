// A session's frames over Server-Sent Events, its requests by HTTP beside them: for networks that let no WebSocket
// through. What has an order among its like (edits, locks, rooms) is sent one after the other.
import { readFrame, type ClientMessage, type ClientRequest, type Hello } from '@coterie/protocol';
import type { Environment } from '../environment.js';
import { SseParser } from './sseParser.js';
import type { Transport, TransportEnd, TransportHandlers } from './transport.js';
import type { ServerUrls } from './urls.js';

const ORDERED = new Set(['mutate', 'decide', 'lock', 'unlock', 'presence', 'subscribe', 'unsubscribe']);
/** What a refusal of the stream means, said as a WebSocket would be closed. */
const CODE_OF_STATUS: { [status: number]: number } = { 401: 4001, 403: 4003, 429: 4102, 503: 4101 };

export function sseTransport(urls: ServerUrls, environment: Environment): Transport {
  return new SseTransport(urls, environment);
}

class SseTransport implements Transport {
  readonly kind = 'sse';
  private readonly abort = new AbortController();
  private handlers: TransportHandlers | null = null;
  private token: string | undefined;
  private secret: string | null = null;
  private order: Promise<void> = Promise.resolve();

  constructor(
    private readonly urls: ServerUrls,
    private readonly environment: Environment,
  ) {}

  open(hello: Hello & { id: number }, handlers: TransportHandlers): void {
    this.handlers = handlers;
    const { token, ...body } = hello;
    this.token = token;
    this.read(JSON.stringify(body)).then(
      () => this.end({ code: 1006, reason: '' }),
      (failure: unknown) => {
        this.environment.log?.('debug', 'the stream of events ended', failure);
        this.end({ code: 1006, reason: '' });
      },
    );
  }

  send(message: ClientMessage): void {
    // The server's ping over HTTP needs no answer: that the stream is read is acknowledged below it.
    if (message.type === 'pong') return;
    if (message.type === 'refresh') this.token = message.token;
    if (ORDERED.has(message.type)) this.order = this.order.then(() => this.ask(message));
    else void this.ask(message);
  }

  close(code: number): void {
    if (code === 1000 && this.secret !== null) {
      this.environment
        .fetch(this.urls.events, { method: 'DELETE', headers: this.headers(), keepalive: true })
        .catch(() => {});
    }
    this.end({ code, reason: '' });
    this.abort.abort();
  }

  private async read(body: string): Promise<void> {
    const headers = { ...this.headers(), 'Content-Type': 'application/json', Accept: 'text/event-stream' };
    const signal = this.abort.signal;
    const response = await this.environment.fetch(this.urls.events, { method: 'POST', headers, body, signal });
    if (!response.ok || !response.body) {
      const code = CODE_OF_STATUS[response.status] ?? 1006;
      return this.end({ code, reason: await sentenceOf(response) });
    }
    const parser = new SseParser((data) => this.event(data));
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.push(decoder.decode(value, { stream: true }));
    }
  }

  private event(data: string): void {
    if (this.secret === null) {
      for (const message of readFrame(data)) if (message.type === 'welcome') this.secret = message.resume;
    }
    this.handlers?.frame(data);
  }

  private async ask(message: ClientRequest): Promise<void> {
    if (!this.handlers) return;
    try {
      const headers = { ...this.headers(), 'Content-Type': 'application/json' };
      const body = JSON.stringify(message);
      const signal = this.abort.signal;
      const response = await this.environment.fetch(this.urls.requests, { method: 'POST', headers, body, signal });
      const text = await response.text();
      // 202: the answer comes in the stream.
      if (response.status !== 202) this.handlers?.frame(answerText(message.id, response.status, text), true);
    } catch (failure) {
      this.environment.log?.('debug', 'a request by HTTP was lost', failure);
      this.close(1006);
    }
  }

  private headers(): { [name: string]: string } {
    const headers: { [name: string]: string } = {};
    if (this.token !== undefined) headers['Authorization'] = `Bearer ${this.token}`;
    if (this.secret !== null) headers['Coterie-Session'] = this.secret;
    return headers;
  }

  private end(end: TransportEnd): void {
    const handlers = this.handlers;
    this.handlers = null;
    handlers?.closed(end);
  }
}

/** The answer as the server wrote it; of one that was stopped before it was read, a problem with its words. */
function answerText(id: number, status: number, text: string): string {
  const [message] = readFrame(text);
  if (message && (message as { id?: number }).id === id) return text;
  const problem = parsed(text);
  const code = typeof problem['code'] === 'string' ? problem['code'] : status === 401 ? 'unauthorized' : 'unavailable';
  const words = typeof problem['message'] === 'string' ? problem['message'] : `The server answered ${status}.`;
  return JSON.stringify({ id, type: 'error', code, message: words, retry: status === 429 || status >= 500 });
}

async function sentenceOf(response: Response): Promise<string> {
  const problem = parsed(await response.text().catch(() => ''));
  return typeof problem['message'] === 'string' ? problem['message'] : '';
}

function parsed(text: string): { [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as { [name: string]: unknown }) : {};
  } catch {
    return {};
  }
}
