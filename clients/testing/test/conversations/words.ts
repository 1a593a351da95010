// What conversations are made of: a name, what is configured for it, and the words that all of them use.
import type { JsonObject } from '@coterie/protocol';
import type { Configuration } from '../support/target.js';
import type { Person, Stage } from '../support/stage.js';

export interface Conversation extends Configuration {
  name: string;
  play(stage: Stage): Promise<void>;
}

let mutations = 0;
export const booking = (entityId: string) => ({ entityType: 'Booking', entityId });

/** Each mutation under an id of its own; the numbers begin anew with each conversation. */
export async function mutate(person: Person, ops: JsonObject[], more: JsonObject = {}) {
  return person.ask({ type: 'mutate', mutationId: `m${++mutations}`, ops, ...more });
}
export function create(person: Person, entityId: string, data: JsonObject, more: JsonObject = {}) {
  return mutate(person, [{ op: 'create', ...booking(entityId), data, ...more }]);
}
export function update(person: Person, entityId: string, changes: JsonObject, more: JsonObject = {}) {
  return mutate(person, [{ op: 'update', ...booking(entityId), ...changes }], more);
}

/** The numbers of mutations begin anew. */
export function beginConversation(): void {
  mutations = 0;
}
