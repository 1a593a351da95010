// What of a session's frame concerns one tab: all tabs of a browser are sent the same text, and each takes the answers to
// its own requests, what concerns its own rooms, and whatever is said to all.
import { tabOf } from './carrier.js';
import type { Message } from './message.js';
import { answerId } from './message.js';

export function messagesOf(tab: number, messages: readonly Message[]): Message[] {
  return messages.flatMap((message) => {
    const own = cut(tab, message);
    return own ? [own] : [];
  });
}

function cut(tab: number, message: Message): Message | null {
  const id = answerId(message);
  if (id !== null) return tabOf(id) === tab ? message : null;
  if (message.type === 'snapshot' || message.type === 'unsubscribed') {
    return tabOf(message.subscription) === tab ? message : null;
  }
  if (message.type === 'enter' || message.type === 'gone') {
    const subscriptions = message.subscriptions.filter((number) => tabOf(number) === tab);
    if (subscriptions.length === message.subscriptions.length) return message;
    return subscriptions.length > 0 ? { ...message, subscriptions } : null;
  }
  return message;
}
