// What an application says once of its own types, so that the compiler knows them wherever they are named. Types only.
import type { Changes, JsonObject, JsonValue } from '@coterie/protocol';

/**
 * To be filled by the application. What is not registered stays as it is: any name, and JSON.
 *
 * @example
 * declare module '@coterie/client' {
 *   interface Register {
 *     types: { Booking: Booking; Order: Order };
 *     presence: { field?: string };
 *   }
 * }
 */
export interface Register {}

type Registered = Register extends { types: infer All extends object } ? All : object;

/** The names that are registered; none where nothing is. */
export type TypeName = keyof Registered & string;

/** What a record of this type holds. */
export type TypeOf<K extends string> = [TypeName] extends [never]
  ? JsonObject
  : K extends keyof Registered
    ? Registered[K] extends object
      ? Registered[K]
      : JsonObject
    : JsonObject;

/** What a session says of itself to those who are at the same record. */
export type PresenceState = Register extends { presence: infer State extends object } ? State : JsonObject;

// ---- fields by their dotted paths ----

/** Whether nothing is known of its fields. */
type IsLoose<T> = string extends keyof T ? true : [keyof T] extends [never] ? true : false;

/** The object that a field may hold; none for a list. */
type Inner<V> = V extends readonly unknown[] ? never : V extends object ? V : never;

/** So deep are paths known; below that any will do. */
type Deeper = [never, 0, 1, 2, 3, 4];

type PathIn<T, Depth extends number> = [Depth] extends [never]
  ? string
  : string extends keyof T
    ? string
    : {
        [K in keyof T & string]:
          K | ([Inner<T[K]>] extends [never] ? never : `${K}.${PathIn<Inner<T[K]>, Deeper[Depth]>}`);
      }[keyof T & string];

/** The dotted paths of a record's fields: `note`, `address.city`. */
export type Path<T> = IsLoose<T> extends true ? string : PathIn<T, 5>;

type ValueIn<T, P> = P extends keyof T
  ? Exclude<T[P], undefined>
  : P extends `${infer K}.${infer Rest}`
    ? K extends keyof T
      ? IsLoose<Inner<T[K]>> extends true
        ? JsonValue
        : ValueIn<Inner<T[K]>, Rest>
      : JsonValue
    : JsonValue;

/** What stands at a path. */
export type ValueAt<T, P> = IsLoose<T> extends true ? JsonValue : ValueIn<T, P>;

/** Some fields, by their paths. */
export type Fields<T> = IsLoose<T> extends true ? { [path: string]: JsonValue } : { [P in Path<T>]?: ValueAt<T, P> };

/** The paths at which such a value stands. */
export type PathTo<T, V> =
  IsLoose<T> extends true
    ? string
    : { [P in Path<T>]: [Exclude<ValueAt<T, P>, null>] extends [V] ? P : never }[Path<T>];

type Items<T, P> = ValueAt<T, P> extends readonly (infer Item)[] ? Item[] : JsonValue[];

/** `Changes` of a record whose fields are known. */
export type ChangesTo<T> =
  IsLoose<T> extends true
    ? Changes
    : Omit<Changes, 'set' | 'unset' | 'increment' | 'append' | 'remove'> & {
        set?: Fields<T>;
        unset?: Path<T>[];
        increment?: { [P in PathTo<T, number>]?: number };
        append?: { [P in PathTo<T, readonly unknown[]>]?: Items<T, P> };
        remove?: { [P in PathTo<T, readonly unknown[]>]?: Items<T, P> };
      };
