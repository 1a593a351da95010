// Answers over HTTP, and the status that says at a glance how it went.
import type { Refusal } from '@coterie/protocol';
import type { Reply } from '../requests.js';

const OF_ERROR: { [code: string]: number } = {
  too_large: 413,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  limit: 429,
  rate_limited: 429,
  overloaded: 503,
  unavailable: 503,
  base_version_required: 428,
  not_holder: 409,
};
const OF_REJECTED: { [code: string]: number } = {
  locked: 423,
  not_found: 404,
  forbidden: 403,
  invalid: 422,
  mutation_reused: 422,
  mutation_expired: 422,
};

export function statusOf(answer: Reply): number {
  if (answer.type === 'error') return OF_ERROR[answer.code] ?? 400;
  if (answer.type === 'rejected') return OF_REJECTED[answer.code] ?? 409;
  if (answer.type === 'conflict') return 409;
  return answer.type === 'denied' ? 423 : 200;
}

export function jsonResponse(status: number, body: object, contentType = 'application/json'): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': contentType } });
}

const TITLES: { [status: number]: string } = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  423: 'Locked',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

/** RFC 9457, with the members of the answer beside it. */
function problemWith(status: number, message: string, members: object): Response {
  const body = { type: 'about:blank', title: TITLES[status] ?? '', status, detail: message, ...members };
  return jsonResponse(status, body, 'application/problem+json');
}

export function problem(code: string, message: string, member?: string): Response {
  return problemWith(OF_ERROR[code] ?? 400, message, { code, message, ...(member ? { member } : {}), retry: false });
}

/** Of a body that is of no kind that is read. */
export const wrongKind = (message: string): Response => problemWith(415, message, { code: 'bad_request', message });

/** A refusal of any kind. */
export function problemOf(reply: Reply): Response {
  const { type: _, ...members } = reply;
  const response = problemWith(statusOf(reply), 'message' in reply ? String(reply.message) : '', members);
  return reply.type === 'conflict' && reply.current ? etagged(reply.currentVersion, response) : response;
}

export function etagged(version: number, response: Response): Response {
  response.headers.set('ETag', `"${version}"`);
  return response;
}

export function refusalResponse({ code, message, member }: Refusal): Response {
  return problem(code, message, member);
}
