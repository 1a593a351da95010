// The sentence of a conflict, in the words of those who meet it.
import { compareText, type MutationOperation, type Verdict } from '@coterie/protocol';
import type { Head, Logged } from '../model.js';

const MOST_NAMED = 2;

export interface StaleSentence {
  reader: string;
  now: number;
  op: MutationOperation['op'];
  head: Head;
  since: readonly Logged[];
  fields: { [path: string]: Verdict };
}

/** "price", "price and note", "price, note and 3 more". */
function listOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED);
  return names.length > MOST_NAMED ? `${shown.join(', ')} and ${names.length - MOST_NAMED} more` : shown.join(' and ');
}

/** The newest first; "You" where the reader has been busy elsewhere. */
function authors({ since, reader }: StaleSentence): string {
  const names: string[] = [];
  for (const { event } of [...since].reverse()) {
    const own = event.userId === reader;
    if (own && names[0] === 'You') continue;
    const name = own ? (names.length === 0 ? 'You' : 'you') : event.userId;
    if (!names.includes(name)) names.push(name);
  }
  return listOf(names);
}

/** Those that clash; where none does, those that others changed. */
function fieldsOf(fields: { [path: string]: Verdict }): string {
  const paths = Object.keys(fields).sort(compareText);
  const clashing = paths.filter((path) => fields[path] === 'clash');
  const changed = paths.filter((path) => fields[path] !== 'clash' && fields[path] !== 'yours');
  return listOf(clashing.length > 0 ? clashing : changed) || 'it';
}

export function ago(passedMs: number): string {
  const some = (count: number, unit: string) => `${count} ${unit}${count === 1 ? '' : 's'} ago`;
  const seconds = Math.floor(passedMs / 1000);
  if (seconds < 10) return 'just now';
  if (seconds < 60) return some(seconds, 'second');
  if (seconds < 3600) return some(Math.floor(seconds / 60), 'minute');
  if (seconds < 24 * 3600) return some(Math.floor(seconds / 3600), 'hour');
  return some(Math.floor(seconds / (24 * 3600)), 'day');
}

export function staleMessage(about: StaleSentence): string {
  const { updatedAt, updatedBy } = about.head.entity;
  const when = ago(about.now - Date.parse(updatedAt));
  if (about.head.deleted) return `${updatedBy} deleted it ${when}. Restore it first, or let it go.`;
  const who = about.since.length === 0 ? updatedBy : authors(about);
  const what = `${who} changed ${fieldsOf(about.fields)} ${when}.`;
  return about.op === 'delete'
    ? `${what} Delete it all the same, or keep it.`
    : `${what} Take theirs, keep yours, or merge.`;
}
