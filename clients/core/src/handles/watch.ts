// Events as they come, for whoever wants changes and not records.
import type { DataSyncEvent, Filter } from '@coterie/protocol';
import type { Room } from '../rooms/room.js';
import type { Core } from './core.js';

/** So many records of a filtered room are known as its members. */
const MOST = 1000;

export function watch(
  core: Core,
  shapes: readonly { entityType: string; entityId?: string; filter?: Filter }[],
  listener: (event: DataSyncEvent) => void,
): () => void {
  const held = new Set<Room>();
  let last = '';
  const watcher = (event: DataSyncEvent, rooms: readonly Room[]) => {
    const name = `${event.entityType}/${event.entityId}/${event.version}`;
    if (name === last || !rooms.some((room) => held.has(room))) return;
    last = name;
    core.outbox.bases.hear(event);
    listener(event);
  };
  core.base.batch.run(() => {
    for (const { entityType, entityId, filter } of shapes) {
      if (entityId !== undefined) held.add(core.rooms.hold({ entityType, entityId }));
      else if (filter) held.add(core.rooms.hold({ entityType, filter, pageSize: MOST }));
      else held.add(core.rooms.hold({ entityType, eventsOnly: true }));
    }
    core.rooms.watchers.add(watcher);
  });
  return () => {
    if (!core.rooms.watchers.delete(watcher)) return;
    for (const room of held) {
      core.rooms.release(room);
      core.outbox.bases.unhear(room.shape.entityType);
    }
    held.clear();
  };
}
