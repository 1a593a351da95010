// A client's line, understood or refused as the server does it. For fake servers and for tests: an entry point of its
// own, so that no application carries it.
import { isObject } from '../document.js';
import type { JsonObject } from '../json.js';
import { Refusal } from '../refusal.js';
import type { ClientMessage, RequestType } from '../requests.js';
import { bad, isIntegerIn, MOST_INTEGER, ObjectReader } from './objectReader.js';
import type { DecodeLimits } from './parts.js';
import { DECODERS } from './requests.js';
import { parseStrictly } from './strictJson.js';

export type { DecodeLimits } from './parts.js';
export { decodeOperation, pathsOf } from './operation.js';
export { parseSearch, wordsOf, type SearchWord } from './searchWords.js';
export { parseStrictly, type JsonLimits } from './strictJson.js';
export * from './names.js';

export type Decoded =
  /** `source` is the line as it came: what "the same mutation" is judged by. */
  | { ok: true; message: ClientMessage; source: JsonObject }
  /** `id` where it could be read. */
  | { ok: false; id?: number; error: Refusal };

export const DEFAULT_LIMITS: DecodeLimits = {
  messageBytes: 64 * 1024,
  entityBytes: 48 * 1024,
  operations: 500,
  subscriptions: 256,
  stateBytes: 1024,
  pageEntities: 500,
};
const MOST_MESSAGE_DEPTH = 36;
const MOST_MEMBERS = 10_000;

function isRequest(type: string): type is RequestType {
  return Object.hasOwn(DECODERS, type);
}

function understand(source: JsonObject, limits: DecodeLimits): ClientMessage {
  const reader = new ObjectReader(source);
  const type = reader.neededText('type');
  if (type === 'pong') {
    reader.finish('pong');
    return { type };
  }
  if (!isRequest(type))
    throw bad(`\`${type}\` is not a request; known are pong, ${Object.keys(DECODERS).join(', ')}.`, 'type');
  const id = reader.neededInteger('id', 0);
  const members = DECODERS[type](reader, limits);
  // The members that a hello does not know are another day's, and harm nobody.
  if (type !== 'hello') reader.finish(type);
  return { id, type, ...members } as ClientMessage;
}

export function decode(line: string, limits: DecodeLimits = DEFAULT_LIMITS): Decoded {
  let id: number | undefined;
  try {
    const source = parseStrictly(line, {
      bytes: limits.messageBytes,
      depth: MOST_MESSAGE_DEPTH,
      members: MOST_MEMBERS,
    });
    if (!isObject(source)) throw bad('A message is an object.');
    if (isIntegerIn(source.id, 0, MOST_INTEGER)) id = source.id;
    return { ok: true, message: understand(source, limits), source };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, ...(id === undefined ? {} : { id }), error };
  }
}
