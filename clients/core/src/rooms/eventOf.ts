import type { DataSyncEvent, Entity } from '@coterie/protocol';

/** A record that came into a filter, in the form of an event. */
export function eventOf(entity: Entity): Omit<DataSyncEvent, 'seq'> {
  const { entityType, entityId, version, data, updatedAt, updatedBy } = entity;
  const told = { entityType, entityId, version, userId: updatedBy, timestamp: updatedAt, cause: 'user' as const };
  return version === 1 ? { ...told, operation: 'CREATE', data } : { ...told, operation: 'UPDATE', set: data };
}
