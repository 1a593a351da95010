// Rules as somebody types them.
import type { JsonObject } from '@coterie/protocol';

export type RulesText = { ok: true; rules: JsonObject } | { ok: false; message: string };

export function readRules(text: string): RulesText {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { ok: false, message: 'Rules are an object: {"access": {...}, "roles": {...}}.' };
    }
    return { ok: true, rules: value as JsonObject };
  } catch (error) {
    return { ok: false, message: `This is no JSON: ${error instanceof Error ? error.message : 'unreadable'}` };
  }
}

export const writeRules = (rules: JsonObject): string => JSON.stringify(rules, null, 2);
