// The requests of one tab that wait for their answer. Each ends in exactly one way: answered, lost, or never sent.
import type { Answer, ClientRequest, RequestMembers, RequestType } from '@coterie/protocol';
import type { Environment, TimerHandle } from '../environment.js';
import { TAB_RANGE } from './carrier.js';
import type { LinkReply } from './link.js';

export const ANSWER_MS = 10_000;

interface Waiting {
  resolve(reply: LinkReply): void;
  timer: TimerHandle;
}

export class Requests {
  private readonly waiting = new Map<number, Waiting>();
  private count = 0;

  constructor(
    private readonly environment: Environment,
    private readonly tab: number,
    /** A request was lost because its answer did not come in time. */
    private readonly unanswered: () => void,
  ) {}

  nextId(): number {
    do this.count = (this.count + 1) % TAB_RANGE;
    while (this.waiting.has(this.tab * TAB_RANGE + this.count));
    return this.tab * TAB_RANGE + this.count;
  }

  /** Begins to wait; what `id` stands for is sent by the caller. */
  wait(id: number): Promise<LinkReply> {
    return new Promise((resolve) => {
      const timer = this.environment.setTimer(() => {
        this.end(id, { kind: 'lost' });
        this.unanswered();
      }, ANSWER_MS);
      this.waiting.set(id, { resolve, timer });
    });
  }

  /** Asked by `by` itself. Null: there was no connection, or it ended first. */
  async ask<K extends RequestType>(
    by: { send(message: ClientRequest): boolean },
    type: K,
    members: RequestMembers[K],
  ): Promise<Answer | null> {
    const id = this.nextId();
    if (!by.send({ id, type, ...members } as unknown as ClientRequest)) return null;
    const reply = await this.wait(id);
    return reply.kind === 'answer' ? reply.answer : null;
  }

  answer(id: number, answer: Answer): void {
    this.end(id, { kind: 'answer', answer });
  }

  unsent(id: number): void {
    this.end(id, { kind: 'offline' });
  }

  loseAll(): void {
    for (const id of [...this.waiting.keys()]) this.end(id, { kind: 'lost' });
  }

  private end(id: number, reply: LinkReply): void {
    const waiting = this.waiting.get(id);
    if (!waiting) return;
    this.waiting.delete(id);
    this.environment.clearTimer(waiting.timer);
    waiting.resolve(reply);
  }
}
