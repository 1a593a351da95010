// The hello that a connection begins with. Rooms that stand where the stream stands name no position of their own: with
// hundreds of them the message stays small.
import type { Hello, Position, SubscriptionRequest } from '@coterie/protocol';

export interface HelloParts {
  id: number;
  token: string | null;
  clientId: string | undefined;
  resume: string | null;
  position: Position | null;
  rooms: readonly SubscriptionRequest[];
}

export function helloOf(parts: HelloParts): Hello & { id: number } {
  const hello: Hello & { id: number } = { id: parts.id, type: 'hello' };
  if (parts.token !== null) hello.token = parts.token;
  if (parts.clientId !== undefined) hello.clientId = parts.clientId;
  if (parts.resume !== null) hello.resume = parts.resume;
  if (parts.position) hello.position = parts.position;
  const common = parts.position ? JSON.stringify(parts.position) : '';
  hello.subscriptions = parts.rooms.map((room) => {
    const { position = null, ...rest } = room;
    return common !== '' && JSON.stringify(position) === common ? rest : { ...rest, position };
  });
  return hello;
}
