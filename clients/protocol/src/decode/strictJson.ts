// The strict JSON of the protocol: what JSON.parse lets pass and the server does not, is refused here. Numbers within
// ±(2^53-1), no member twice, no U+0000, no lone surrogates, so deep and so many members at most.
import { putMember } from '../document.js';
import type { JsonObject, JsonValue } from '../json.js';
import { Refusal, utf8Bytes } from '../refusal.js';

export interface JsonLimits {
  bytes: number;
  depth: number;
  /** Of all objects, and items of all lists, together. */
  members: number;
}

const WORDS: [word: string, value: JsonValue][] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

/** Throws a Refusal: `bad_json`, `bad_number`, `too_large`. */
export function parseStrictly(text: string, limits: JsonLimits): JsonValue {
  if (utf8Bytes(text) > limits.bytes) throw new Refusal('too_large', `The text is longer than ${limits.bytes} bytes.`);
  return new Parser(text, limits).document();
}

class Parser {
  private at = 0;
  private values = 0;

  constructor(
    private readonly text: string,
    private readonly limits: JsonLimits,
  ) {}

  document(): JsonValue {
    const value = this.value(0);
    this.space();
    if (this.at < this.text.length) throw malformed();
    return value;
  }

  private space(): void {
    while (' \t\r\n'.includes(this.text[this.at] ?? '-')) ++this.at;
  }

  /** Goes past the sign where it is next. */
  private next(sign: string): boolean {
    this.space();
    if (this.text[this.at] !== sign) return false;
    ++this.at;
    return true;
  }

  private value(depth: number): JsonValue {
    this.space();
    // Each value but the outermost is a member of an object or an item of a list.
    if (this.values++ > this.limits.members)
      throw new Refusal('too_large', 'There are too many members and items; send less at once.');
    const sign = this.text[this.at];
    if (sign === '{') return this.object(depth + 1);
    if (sign === '[') return this.list(depth + 1);
    if (sign === '"') return this.string();
    for (const [word, value] of WORDS) {
      if (!this.text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    return this.number();
  }

  private deep(depth: number): void {
    if (depth > this.limits.depth) throw new Refusal('bad_json', 'The objects and arrays are nested too deep.');
    ++this.at;
  }

  private object(depth: number): JsonObject {
    this.deep(depth);
    const object: JsonObject = {};
    if (this.next('}')) return object;
    do {
      this.space();
      if (this.text[this.at] !== '"') throw malformed();
      const name = this.string();
      if (Object.hasOwn(object, name)) throw new Refusal('bad_json', 'An object has two members of the same name.');
      if (!this.next(':')) throw malformed();
      putMember(object, name, this.value(depth));
    } while (this.next(','));
    if (!this.next('}')) throw malformed();
    return object;
  }

  private list(depth: number): JsonValue[] {
    this.deep(depth);
    const items: JsonValue[] = [];
    if (this.next(']')) return items;
    do items.push(this.value(depth));
    while (this.next(','));
    if (!this.next(']')) throw malformed();
    return items;
  }

  private string(): string {
    const literal = /"(?:[^"\\\u0000-\u001f]|\\.)*"/y;
    literal.lastIndex = this.at;
    const found = literal.exec(this.text)?.[0];
    if (found === undefined) throw malformed();
    this.at += found.length;
    let value: string;
    try {
      value = JSON.parse(found) as string;
    } catch {
      throw malformed();
    }
    if (value.includes('\u0000')) throw new Refusal('bad_json', 'A text holds U+0000, which is not allowed.');
    if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value)) throw malformed();
    return value;
  }

  private number(): number {
    const literal = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    literal.lastIndex = this.at;
    const found = literal.exec(this.text)?.[0];
    if (found === undefined) {
      if (/^-?(NaN|Infinity)/.test(this.text.slice(this.at, this.at + 9))) throw badNumber();
      throw malformed();
    }
    this.at += found.length;
    const value = Number(found);
    const tooSmall = value === 0 && /[1-9]/.test(found.split(/e/i)[0] ?? '');
    if (tooSmall || Math.abs(value) > Number.MAX_SAFE_INTEGER) throw badNumber();
    return value === 0 ? 0 : value;
  }
}

function malformed(): Refusal {
  return new Refusal('bad_json', 'The text is not well-formed JSON.');
}

function badNumber(): Refusal {
  return new Refusal(
    'bad_number',
    'A number must be finite, lie between -(2^53-1) and 2^53-1, and not be too small for a double.',
  );
}
