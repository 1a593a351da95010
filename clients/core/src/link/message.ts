// What the server says to a session, and whose answer it is.
import type { Answer, Push } from '@coterie/protocol';

/** An `error` without `id` is nobody's answer, and read as a push. */
export type Message = Answer | Push;

/** Answers carry the `id` of their request; a push carries none. */
export function answerId(message: Message): number | null {
  const id = (message as { id?: unknown }).id;
  return typeof id === 'number' ? id : null;
}
