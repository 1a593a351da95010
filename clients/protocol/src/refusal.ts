// Why something that a client wrote (a filter, a sort, a path, a request) cannot be taken: a word of the protocol's
// error table, a sentence, and the member at fault. Thrown by whatever parses, as JSON.parse throws.

export type RefusalCode =
  | 'bad_json'
  | 'bad_number'
  | 'bad_request'
  | 'bad_name'
  | 'too_large'
  | 'limit'
  | 'forbidden'
  | 'unauthorized'
  | 'base_version_required';

export class Refusal extends Error {
  readonly code: RefusalCode;
  /** Dotted: `ops[2].set.address..city`; empty: none in particular. */
  readonly member: string;

  constructor(code: RefusalCode, message: string, member = '') {
    super(message);
    this.code = code;
    this.member = shown(member);
  }

  /** The same refusal, seen from one level further out: `city` within `set` is `set.city`. */
  within(outer: string): Refusal {
    const inner = this.member;
    return new Refusal(this.code, this.message, inner === '' || inner[0] === '[' ? outer + inner : `${outer}.${inner}`);
  }
}

/** Runs `work`, and names `outer` in what it refuses. */
export function within<T>(outer: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Refusal ? error.within(outer) : error;
  }
}

/** At most 160 bytes of a text, cut between characters: a member is the client's own text and may be long. */
function shown(text: string): string {
  const most = 160;
  if (text.length * 3 <= most) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += utf8Bytes(character);
    if (bytes <= most) end += character.length;
  }
  return bytes <= most ? text : `${text.slice(0, end)}...`;
}

/** The length of a text as it is sent. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; ++i) {
    const unit = text.charCodeAt(i);
    bytes += unit < 0x80 ? 1 : unit < 0x800 || isSurrogate(unit) ? 2 : 3;
  }
  return bytes;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
