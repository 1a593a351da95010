// Several changes that are made together or not at all, in words.
import type { Filter, JsonObject, JsonValue, MutationOperation, UpdateOperation } from '@coterie/protocol';
import type { Transaction } from '../api/client.js';
import type { MutationResult } from '../api/outcome.js';
import type { EditOptions } from '../api/records.js';
import { failure, type Failure } from '../base/base.js';
import { given } from '../base/given.js';
import type { Outbox } from '../queue/outbox.js';
import { failed, type Sending } from '../queue/attention.js';

export class Steps implements Transaction {
  private readonly ops: MutationOperation[] = [];
  private refused: Failure | null = null;

  constructor(private readonly outbox: Outbox) {}

  add(operation: MutationOperation): this {
    this.ops.push(operation);
    return this;
  }

  create(
    entityType: string,
    data: JsonObject,
    options: { entityId?: string; number?: { [path: string]: string } } = {},
  ): this {
    return this.add({ op: 'create', entityType, data, ...options });
  }

  update(entityType: string, entityId: string, set: { [path: string]: JsonValue }, options: EditOptions = {}): this {
    return this.add({ op: 'update', entityType, entityId, set, ...kept(options) });
  }

  take(entityType: string, entityId: string, field: string, by: number): this {
    this.check('take', by);
    const guard = { [field]: { $gte: by } };
    return this.add({ op: 'update', entityType, entityId, increment: { [field]: -by }, guard });
  }

  give(entityType: string, entityId: string, field: string, by: number): this {
    this.check('give', by);
    return this.add({ op: 'update', entityType, entityId, increment: { [field]: by } });
  }

  /** Taking less than nothing would give, past the guard. */
  private check(what: string, by: number): void {
    if (!(by >= 0)) this.refused ??= failure('invalid', `${what} needs an amount of 0 or more, and got ${by}.`);
  }

  transition(
    entityType: string,
    entityId: string,
    field: string,
    from: JsonValue,
    to: JsonValue,
    set: { [path: string]: JsonValue } = {},
  ): this {
    return this.add({ op: 'update', entityType, entityId, set: { ...set, [field]: to }, guard: { [field]: from } });
  }

  firstOf(
    entityType: string,
    where: Filter,
    change: Omit<UpdateOperation, 'op' | 'entityType' | 'entityId' | 'where'>,
  ): this {
    return this.add({ op: 'update', entityType, where, ...change });
  }

  delete(entityType: string, entityId: string, options: EditOptions = {}): this {
    const baseVersion = options.baseVersion ?? this.outbox.bases.of(entityType, entityId);
    return this.add({ op: 'delete', entityType, entityId, ...kept(options), baseVersion });
  }

  commit(options?: Sending): Promise<MutationResult> {
    return this.refused ? Promise.resolve(failed(this.refused)) : this.outbox.submit(this.ops, options).result;
  }
}

function kept({ strategy, guard, baseVersion }: EditOptions): Omit<EditOptions, 'onConflict'> {
  return given({ strategy, guard, baseVersion });
}
