// What a request for records says by its address, its headers and its body, read as the real server reads it.
import { isObject, Refusal, type JsonObject, type JsonValue } from '@coterie/protocol';
import { parseStrictly } from '@coterie/protocol/decode';
import { LIMITS } from '../limits.js';

export interface RecordCall {
  readonly method: string;
  readonly entityType: string;
  readonly entityId?: string;
  readonly headers: Headers;
  readonly query: URLSearchParams;
  readonly body: string;
}

export type Kind = 'text' | 'number' | 'flag' | 'json';
export type Parameters = { readonly [name: string]: Kind };

const refused = (member: string, message: string) => new Refusal('bad_request', message, member);

export function objectOf(text: string): JsonObject {
  const body = parseStrictly(text, { bytes: LIMITS.bodyBytes, depth: 36, members: 10_000 });
  if (!isObject(body)) throw new Refusal('bad_request', 'The body must be a JSON object.');
  return body;
}

function valueOf(name: string, kind: Kind, text: string): JsonValue {
  if (kind === 'text') return text;
  if (kind === 'number') {
    if (!/^-?\d+$/.test(text)) throw refused(name, 'This parameter takes a whole number.');
    return Number(text);
  }
  if (kind === 'flag') {
    if (!/^(true|false|0|1)$/.test(text)) throw refused(name, 'This parameter takes true or false.');
    return text === 'true' || text === '1';
  }
  try {
    return parseStrictly(text, { bytes: LIMITS.bodyBytes, depth: 32, members: 10_000 });
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.code, error.message, name) : error;
  }
}

/** A misspelt filter must not look like none: what is not known is refused. */
export function readQuery(query: URLSearchParams, known: Parameters): JsonObject {
  const read: JsonObject = {};
  const names = Object.keys(known);
  for (const [name, text] of query) {
    const kind = known[name];
    if (kind === undefined)
      throw refused(
        name,
        names.length === 0
          ? 'This path takes no parameters.'
          : `This path does not know that parameter; it knows ${names.join(', ')}.`,
      );
    read[name] = valueOf(name, kind, text);
  }
  return read;
}

const versionOf = (text: string): number | null => (/^[1-9]\d{0,15}$/.test(text) ? Number(text) : null);

/** The version a change rests on, by header, address or body; where several say it, they have to agree. */
export function baseVersion({ headers, query }: RecordCall, inBody?: JsonValue): number | undefined {
  const given: number[] = [];
  const match = headers.get('If-Match');
  if (match !== null) {
    const version = versionOf(/^"(.+)"$/.exec(match)?.[1] ?? '');
    if (version === null)
      throw refused('If-Match', 'If-Match takes one version in quotes, as the ETag shows it: "17".');
    given.push(version);
  }
  const takes = 'version takes the number of the version that the change rests on.';
  for (const text of query.getAll('version')) {
    const version = versionOf(text);
    if (version === null) throw refused('version', takes);
    given.push(version);
  }
  if (inBody !== undefined) {
    if (typeof inBody !== 'number' || !Number.isInteger(inBody) || inBody < 1) throw refused('version', takes);
    given.push(inBody);
  }
  if (new Set(given).size > 1)
    throw refused('version', 'If-Match and version name different versions; send one of them.');
  return given[0];
}

export function neededVersion(version: number | undefined): number {
  if (version !== undefined) return version;
  throw new Refusal(
    'base_version_required',
    'Say which version you changed: send its ETag as If-Match: "17", or version.',
    'version',
  );
}

export function refuseMembers(body: JsonObject, names: readonly string[]): void {
  for (const name of names)
    if (name in body) throw refused(name, 'This member is decided by the path or the route; leave it out.');
}

/** RFC 7396. */
export function mergePatch(document: JsonObject, patch: JsonObject): JsonObject {
  const merged = { ...document };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else if (!isObject(value)) merged[name] = value;
    else {
      const below = merged[name];
      merged[name] = mergePatch(isObject(below) ? below : {}, value);
    }
  }
  return merged;
}
