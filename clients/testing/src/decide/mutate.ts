// A whole mutation: once by its id, all of its operations or none.
import { contentText, type Committed, type JsonObject, type RequestMembers } from '@coterie/protocol';
import type { Author, Logged } from '../model.js';
import { Draft, type Store } from '../store.js';
import { decideOperation } from './operations.js';
import { Refused, type Overwritten, type Refusing, type Scope } from './scope.js';

export type Outcome = ({ type: 'committed' } & Committed) | Refusing;

export interface Decision {
  outcome: Outcome;
  /** What was committed now: nothing where it was refused, or had been committed before. */
  events: readonly Logged[];
  used: readonly number[];
  overwritten: readonly Overwritten[];
}

export type Context = Pick<Scope, 'author' | 'now' | 'locks' | 'newId' | 'sequences'> & {
  rules: (entityType: string) => Scope['rules'];
  access: (author: Author) => Scope['access'];
};

/** What "the same mutation" is judged by: its operations, strategy and epoch as they came. */
export function contentOf(source: JsonObject): string {
  const { ops = null, strategy = null, epoch = null } = source;
  return contentText([ops, strategy, epoch]);
}

function nothing(outcome: Outcome): Decision {
  return { outcome, events: [], used: [], overwritten: [] };
}

export function reused(mutationId: string): Refusing {
  return {
    type: 'rejected',
    mutationId,
    opIndex: 0,
    code: 'mutation_reused',
    message: 'This mutation id was used for another change; send a changed attempt under a new id.',
    retry: false,
  };
}

/** The answer that was given before, where the mutation was committed before. */
export function repeatOf(store: Store, userId: string, mutationId: string, content: string): Decision | null {
  const before = store.answers.get(`${userId} ${mutationId}`);
  if (!before) return null;
  return nothing(before.content === content ? { type: 'committed', ...before.answer } : reused(mutationId));
}

/** `more` goes into the answer that is kept. */
export function decideMutation(
  store: Store,
  mutation: RequestMembers['mutate'],
  content: string,
  context: Context,
  more: Partial<Committed> = {},
): Decision {
  const repeat = repeatOf(store, context.author.userId, mutation.mutationId, content);
  if (repeat) return repeat;
  const draft = new Draft(store);
  const used: number[] = [];
  const overwritten: Overwritten[] = [];
  try {
    const results = mutation.ops.map((op, index) =>
      decideOperation({
        mutation,
        op,
        index,
        epoch: store.epoch,
        draft,
        used,
        overwritten,
        author: context.author,
        now: context.now,
        locks: context.locks,
        newId: context.newId,
        sequences: context.sequences,
        rules: context.rules(op.entityType),
        access: context.access(context.author),
      }),
    );
    store.commit(draft);
    const answer: Committed = { mutationId: mutation.mutationId, ...more, seq: store.seq, results };
    store.answers.set(`${context.author.userId} ${mutation.mutationId}`, { content, answer });
    return { outcome: { type: 'committed', ...answer }, events: draft.events, used, overwritten };
  } catch (error) {
    if (error instanceof Refused) return nothing(error.answer);
    throw error;
  }
}
