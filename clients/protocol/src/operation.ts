// What a client asks to be changed: the operations of a mutation.
import type { EntityKey } from './entity.js';
import type { JsonObject, JsonValue } from './json.js';

/** A filter: `{"status": "good", "quantity": {"$gte": 5}}`. The protocol's chapter Filters has all operators. */
export type Filter = { [nameOrOperator: string]: JsonValue };
export type Strategy = 'reject' | 'merge' | 'latest-wins';
export type Stamp = '$user.id' | '$now';

interface OperationOptions {
  fences?: number[];
  return?: 'before' | 'after';
}

export interface CreateOperation extends OperationOptions {
  op: 'create';
  entityType: string;
  /** Absent: the server makes one. */
  entityId?: string;
  data: JsonObject;
  stamp?: { [path: string]: Stamp };
  /** Path to the name of a sequence: filled with its next number. */
  number?: { [path: string]: string };
}

/** The changes of an update. No path is another of its paths, or a parent of it. */
export interface Changes {
  set?: { [path: string]: JsonValue };
  unset?: string[];
  increment?: { [path: string]: number };
  append?: { [path: string]: JsonValue[] };
  remove?: { [path: string]: JsonValue[] };
  stamp?: { [path: string]: Stamp };
  number?: { [path: string]: string };
}

export interface UpdateOperation extends Changes, OperationOptions {
  op: 'update';
  entityType: string;
  /** This record, or (by `where` and `sort`) the first that fits. */
  entityId?: string;
  where?: Filter;
  sort?: string;
  baseVersion?: number;
  guard?: Filter;
  strategy?: Strategy;
}

export interface DeleteOperation extends EntityKey, OperationOptions {
  op: 'delete';
  baseVersion: number;
  guard?: Filter;
  strategy?: Strategy;
}

export interface RestoreOperation extends EntityKey, OperationOptions {
  op: 'restore';
  baseVersion: number;
  toVersion: number;
  guard?: Filter;
  strategy?: Strategy;
}

export type MutationOperation = CreateOperation | UpdateOperation | DeleteOperation | RestoreOperation;
