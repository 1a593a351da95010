// Requests, understood and refused as the server does it: the golden vectors, and the strictness of the JSON.
import { describe, expect, it } from 'vitest';
import { decode, DEFAULT_LIMITS, parseStrictly } from '../src/decode/index.js';
import { Refusal, type JsonObject } from '../src/index.js';
import { vectors } from './vectors.js';

type Case = {
  text: string;
  message?: JsonObject;
  error?: { code: string; member?: string; id?: number };
};

describe('A line is understood, or refused, as the vectors say', () => {
  it.each(vectors<Case>('client'))('$name', ({ text, message, error }) => {
    const decoded = decode(text);
    if (error) {
      const { code, member, id } = error;
      expect(decoded).toMatchObject({ ok: false, error: { code, member: member ?? '' } });
      expect(decoded.ok ? undefined : decoded.id).toBe(id);
    } else {
      expect(JSON.stringify(decoded)).toContain('"ok":true');
      if (decoded.ok) expect(decoded.message).toEqual(message);
      // Sent as a request, it is understood as itself.
      const again = decode(JSON.stringify(message));
      expect(again.ok && again.message).toEqual(message);
    }
  });

  it('holds to the limits it is given', () => {
    const limits = { ...DEFAULT_LIMITS, messageBytes: 30 };
    expect(decode('{"id":1,"type":"ping"}', limits)).toMatchObject({ ok: true });
    expect(decode(`{"id":1,"type":"ping"${' '.repeat(20)}}`, limits)).toMatchObject({
      ok: false,
      error: { code: 'too_large' },
    });
  });
});

describe('Strict JSON', () => {
  const parse = (text: string) => parseStrictly(text, { bytes: 1000, depth: 3, members: 7 });

  it.each(['{"a":[1,-0.5,1e2,"\\u00e9\\n",true,null]}', ' [ ] ', '{"__proto__":1}', '"😀"', '0'])(
    'reads %s as JSON.parse does',
    (text) => {
      expect(JSON.stringify(parse(text))).toBe(JSON.stringify(JSON.parse(text)));
    },
  );

  it.each([
    ['01', 'bad_json'],
    ['[1,]', 'bad_json'],
    ['{"a":1,}', 'bad_json'],
    ["{'a':1}", 'bad_json'],
    ['"a\nb"', 'bad_json'],
    ['"\\x"', 'bad_json'],
    ['[[[[1]]]]', 'bad_json'],
    ['"\udc00"', 'bad_json'],
    ['tru', 'bad_json'],
    ['NaN', 'bad_number'],
    ['-Infinity', 'bad_number'],
    ['1e-400', 'bad_number'],
    ['9007199254740992', 'bad_number'],
    ['[1,2,3,4,5,6,7,8]', 'too_large'],
  ])('refuses %s', (text, code) => {
    expect(() => parse(text)).toThrow(Refusal);
    expect(() => parse(text)).toThrow(expect.objectContaining({ code }));
  });
});
