// The hello that a connection begins with. Rooms that stand where the stream stands name no position of their own: with
// hundreds of them the message stays small.
import type { Hello, Position, SubscriptionRequest } from '@coterie/protocol';
import { given } from '../base/given.js';

export interface HelloParts {
  id: number;
  token: string | null;
  clientId: string | undefined;
  resume: string | null;
  position: Position | null;
  rooms: readonly SubscriptionRequest[];
}

export function helloOf(parts: HelloParts): Hello & { id: number } {
  const { id, token, clientId, resume, position: at, rooms } = parts;
  const common = at && JSON.stringify(at);
  return given({
    id,
    type: 'hello' as const,
    token: token ?? undefined,
    clientId,
    resume: resume ?? undefined,
    position: at ?? undefined,
    subscriptions: rooms.map(({ position = null, ...rest }) =>
      at && JSON.stringify(position) === common ? rest : { ...rest, position },
    ),
  });
}
