// Numbers as they are typed: what is meant, or what is wrong with it.
export interface NumberRule {
  integer?: boolean;
  min?: number;
  max?: number;
  /** Nothing typed is no value. */
  optional?: boolean;
}

export type Read<T> = { ok: true; value: T } | { ok: false; error: string };

/** A comma stands for a point. "1e3" and the like are not what somebody at a desk means. */
export function readNumber(text: string, rule: NumberRule = {}): Read<number | null> {
  const typed = text.trim().replace(',', '.');
  if (typed === '') return rule.optional ? { ok: true, value: null } : { ok: false, error: 'A number is needed.' };
  if (!/^-?\d+(\.\d+)?$/.test(typed)) return { ok: false, error: 'That is no number.' };
  const value = Number(typed);
  if (rule.integer && !Number.isInteger(value)) return { ok: false, error: 'A whole number is needed.' };
  if (rule.min !== undefined && value < rule.min) return { ok: false, error: `At least ${rule.min}.` };
  if (rule.max !== undefined && value > rule.max) return { ok: false, error: `At most ${rule.max}.` };
  return { ok: true, value };
}
