// What the session asks on its own account, in the range of numbers that belongs to no tab: refresh, ping, and the
// leaving of rooms of a tab that is gone.
import type { Answer, ClientRequest, RequestMembers, RequestType } from '@coterie/protocol';
import type { Environment } from '../environment.js';
import { Requests } from './requests.js';

export class OwnRequests {
  private readonly requests: Requests;

  constructor(
    environment: Environment,
    private readonly send: (message: ClientRequest) => boolean,
    unanswered: () => void,
  ) {
    this.requests = new Requests(environment, 0, unanswered);
  }

  nextId(): number {
    return this.requests.nextId();
  }

  /** Null: there was no connection, or it ended first. */
  async ask<K extends RequestType>(type: K, members: RequestMembers[K]): Promise<Answer | null> {
    const id = this.requests.nextId();
    if (!this.send({ id, type, ...members } as unknown as ClientRequest)) return null;
    const reply = await this.requests.wait(id);
    return reply.kind === 'answer' ? reply.answer : null;
  }

  answered(id: number, answer: Answer): void {
    this.requests.answer(id, answer);
  }

  loseAll(): void {
    this.requests.loseAll();
  }
}
