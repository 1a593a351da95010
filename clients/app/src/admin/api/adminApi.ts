// The routes that the dashboard uses, one function each. All of it is public API.
import type { Announcement, AnswerMembers, JsonValue, PastEvent } from '@coterie/protocol';
import type { Answered } from './answer.js';
import { ask, askText, pathOf, type Fetch, type Parameters } from './request.js';
import type {
  ActivityEntry,
  ChangeEntry,
  Configuration,
  ConnectionShown,
  CountedRoom,
  LimitHits,
  LocksPage,
  RulesHeading,
  RulesQuestion,
  RulesVerdict,
  RulesVersion,
  SignInShown,
  UserChange,
  UserShown,
  UserVersion,
} from './types.js';

const base = '/api/v1';
const step = encodeURIComponent;

export type ConflictPage = AnswerMembers['conflicts'];
export type StoredConflict = AnswerMembers['storedConflict'];
export type Decided = AnswerMembers['committed'];
export type DecisionTaken =
  'use-mine' | 'use-theirs' | 'merge' | { set?: { [path: string]: JsonValue }; unset?: string[] };

export type AdminApi = ReturnType<typeof adminApi>;

export function adminApi(fetch: Fetch) {
  const get = <T>(path: string, parameters: Parameters, signal?: AbortSignal): Promise<Answered<T>> =>
    ask<T>(fetch, pathOf(base + path, parameters), signal === undefined ? {} : { signal });
  return {
    metrics: (signal?: AbortSignal) => askText(fetch, '/metrics', signal === undefined ? {} : { signal }),
    configuration: (signal?: AbortSignal) => get<Configuration>('/admin/configuration', {}, signal),
    limits: (signal?: AbortSignal) => get<LimitHits>('/admin/limits', {}, signal),

    connections: (parameters: { limit?: number; userId?: string }, signal?: AbortSignal) =>
      get<{ connections: ConnectionShown[]; total: number }>('/admin/connections', parameters, signal),
    disconnect: (sessionId: string) =>
      ask<object>(fetch, `${base}/admin/connections/${step(sessionId)}`, { method: 'DELETE' }),
    rooms: (parameters: { limit?: number }, signal?: AbortSignal) =>
      get<{ rooms: CountedRoom[]; total: number }>('/admin/rooms', parameters, signal),

    users: (parameters: { limit?: number; cursor?: string }, signal?: AbortSignal) =>
      get<{ users: UserShown[]; total: number; cursor?: string }>('/admin/users', parameters, signal),
    addUser: (username: string, fields: UserChange) =>
      ask<UserShown>(fetch, `${base}/admin/users`, { method: 'POST', body: { username, ...fields } }),
    changeUser: (id: string, version: number, change: UserChange) =>
      ask<UserShown>(fetch, `${base}/admin/users/${step(id)}`, { method: 'PATCH', version, body: change }),
    userHistory: (id: string, signal?: AbortSignal) =>
      get<{ versions: UserVersion[] }>(`/admin/users/${step(id)}/history`, {}, signal),

    sessions: (parameters: { limit?: number; userId?: string }, signal?: AbortSignal) =>
      get<{ sessions: SignInShown[]; total: number }>('/admin/sessions', parameters, signal),
    endSession: (id: string) => ask<object>(fetch, `${base}/admin/sessions/${step(id)}`, { method: 'DELETE' }),

    locks: (parameters: { limit?: number }, signal?: AbortSignal) => get<LocksPage>('/admin/locks', parameters, signal),
    releaseLock: (entityType: string, entityId: string, field: string | undefined) =>
      ask<object>(fetch, pathOf(`${base}/admin/locks/${step(entityType)}/${step(entityId)}`, { field }), {
        method: 'DELETE',
      }),

    activity: (parameters: Parameters, signal?: AbortSignal) =>
      get<{ activity: (ActivityEntry | ChangeEntry)[]; cursor?: string }>('/admin/activity', parameters, signal),
    history: (parameters: Parameters, signal?: AbortSignal) =>
      get<{ events: PastEvent[]; next?: number }>('/history', parameters, signal),

    conflicts: (parameters: Parameters, signal?: AbortSignal) => get<ConflictPage>('/conflicts', parameters, signal),
    conflict: (id: number, signal?: AbortSignal) => get<StoredConflict>(`/conflicts/${id}`, {}, signal),
    decide: (id: number, resolution: DecisionTaken, baseVersion: number, key: string) =>
      ask<Decided>(fetch, `${base}/conflicts/${id}/decide`, {
        method: 'POST',
        headers: { 'Idempotency-Key': key },
        body: { resolution, ...(baseVersion > 0 ? { baseVersion } : {}) },
      }),
    assign: (id: number, assignee: string | null) =>
      ask<object>(fetch, `${base}/conflicts/${id}/assign`, { method: 'POST', body: { assignee } }),

    announcements: (signal?: AbortSignal) => get<{ announcements: Announcement[] }>('/announcements', {}, signal),
    announce: (text: string, severity: 'info' | 'warning', ttlMs: number) =>
      ask<{ announcementId: number }>(fetch, `${base}/announcements`, {
        method: 'POST',
        body: { text, severity, ttlMs },
      }),
    withdraw: (id: number) => ask<object>(fetch, `${base}/announcements/${id}`, { method: 'DELETE' }),

    rules: (signal?: AbortSignal) => get<RulesVersion>('/admin/rules', {}, signal),
    rulesVersion: (version: number, signal?: AbortSignal) =>
      get<RulesVersion>(`/admin/rules/history/${version}`, {}, signal),
    rulesHistory: (parameters: { limit?: number; cursor?: string }, signal?: AbortSignal) =>
      get<{ versions: RulesHeading[]; cursor?: string }>('/admin/rules/history', parameters, signal),
    checkRules: (question: RulesQuestion) =>
      ask<RulesVerdict>(fetch, `${base}/admin/rules/check`, { method: 'POST', body: question }),
    setRules: (rules: object, version: number) =>
      ask<RulesVersion>(fetch, `${base}/admin/rules`, { method: 'PUT', version, body: rules }),
  };
}
