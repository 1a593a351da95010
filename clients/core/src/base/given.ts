// Objects some of whose members may not be there. An absent member and one that is undefined are two things to whoever
// reads it (`in`, a merge of two objects, the types of this package); here the first is made of the second.

type Absent<T, K extends keyof T> = undefined extends T[K] ? K : never;

export type Given<T> = { [K in keyof T as Exclude<K, Absent<T, K>>]: T[K] } & {
  [K in keyof T as Absent<T, K>]?: Exclude<T[K], undefined>;
};

/** The same object, without its members that are undefined. */
export function given<T extends object>(members: T): Given<T> {
  for (const name in members) if (members[name] === undefined) delete members[name];
  return members as Given<T>;
}
