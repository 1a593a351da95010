// Asks for the figures every few seconds: the metrics, and the lists that tell what the metrics do not.
import type { Observable } from '@coterie/client';
import type { AdminApi } from '../api/adminApi.js';
import { refused, type Answered, type Problem } from '../api/answer.js';
import type { PollClock } from '../poll/clock.js';
import { Poller, type PollState } from '../poll/poller.js';
import type { Counted } from './figures.js';
import { parseMetrics, type Metrics } from './parse.js';
import { Recorder } from './recorder.js';

export const sampleEveryMs = 5000;
/** Figures that are older are shown as stale. */
export const staleAfterMs = 3 * sampleEveryMs;
/** So many connections are listed each time; of more, once in a while. */
const fewConnections = 200;

export interface Sampled {
  /** Null: this browser is not told the metrics; `metricsProblem` says why. */
  readonly metrics: Metrics | null;
  readonly metricsProblem: Problem | null;
  readonly counted: Counted;
}

function valueOf<T>(answer: Answered<T> | null): T | null {
  return answer !== null && answer.ok ? answer.value : null;
}

export class Sampler implements Observable<PollState<Sampled>> {
  readonly recorder = new Recorder();
  readonly #poller: Poller<Sampled>;
  #round = 0;
  #connections = 0;
  #limitsAbsent = false;

  constructor(
    private readonly api: AdminApi,
    private readonly clock: PollClock,
  ) {
    this.#poller = new Poller((signal) => this.#ask(signal), sampleEveryMs, clock);
  }

  get = (): PollState<Sampled> => this.#poller.get();
  subscribe = (listener: () => void): (() => void) => this.#poller.subscribe(listener);
  refresh = (): void => this.#poller.refresh();

  async #ask(signal: AbortSignal): Promise<Answered<Sampled>> {
    const round = this.#round++;
    const list = this.#connections <= fewConnections || round % 12 === 0;
    const [told, connections] = await Promise.all([
      this.api.metrics(signal),
      this.api.connections({ limit: list ? 1000 : 1 }, signal),
    ]);
    // The list says whether one may be here; without it nothing else will answer either.
    if (!connections.ok) return connections;
    this.#connections = connections.value.total;
    const metrics = told.ok ? parseMetrics(told.value) : null;
    const counted: Counted = {
      connections: { shown: connections.value.connections, total: connections.value.total },
      ...(metrics === null ? await this.#countInstead(signal) : {}),
    };
    if (signal.aborted) return refused('cancelled', 'This question was given up.');
    this.recorder.add(this.clock.now(), metrics, counted);
    return { ok: true, value: { metrics, metricsProblem: told.ok ? null : told.problem, counted } };
  }

  /** What the lists tell where the metrics are kept back. */
  async #countInstead(signal: AbortSignal): Promise<Counted> {
    const [rooms, locks, conflicts, newest, limits] = await Promise.all([
      this.api.rooms({ limit: 1 }, signal),
      this.api.locks({ limit: 1 }, signal),
      this.api.conflicts({ limit: 1, state: 'open' }, signal),
      this.api.history({ limit: 1 }, signal),
      this.#limitsAbsent ? null : this.api.limits(signal),
    ]);
    if (limits !== null && !limits.ok && limits.problem.status === 404) this.#limitsAbsent = true;
    const hits = valueOf(limits);
    const room = valueOf(rooms);
    const lock = valueOf(locks);
    const conflict = valueOf(conflicts);
    const seq = valueOf(newest)?.events[0]?.seq;
    return {
      ...(room === null ? {} : { rooms: room.total }),
      ...(lock === null ? {} : { locks: lock.total }),
      ...(conflict === null ? {} : { conflictsOpen: conflict.open }),
      ...(hits === null ? {} : { limitHits: hits.limits.reduce((sum, one) => sum + one.hits, 0) }),
      ...(seq === undefined ? {} : { seq }),
    };
  }
}
