// The three-way merge: what you changed and what they changed since the same base, path by path. Two paths clash where
// one is the other or lies above it, unless both made them the same.
import type { Verdict } from './answers.js';
import { difference, type Change } from './change.js';
import { putMember, sameValue, setAt, unsetAt } from './document.js';
import type { JsonObject, JsonValue } from './json.js';
import { compareText } from './order.js';

export interface Merge {
  /** Every path that either side changed. */
  fields: { [path: string]: Verdict };
  /** Takes theirs where it clashes. */
  merged: JsonObject;
  /** The paths taken from them, alone or combined with yours. */
  theirs: string[];
  /** The paths where a policy let yours take the place of theirs. */
  overridden: string[];
  clashes: boolean;
}

/** What one side did to each path: the value it set, undefined where it unset it. */
type Edits = Map<string, JsonValue | undefined>;

function editsOf(change: Change): Edits {
  const edits: Edits = new Map(Object.entries(change.set));
  for (const path of change.unset) edits.set(path, undefined);
  return edits;
}

/** All paths that lie above one of these. */
function parentsOf(edits: Edits): Set<string> {
  const parents = new Set<string>();
  for (const path of edits.keys()) for (const parent of above(path)) parents.add(parent);
  return parents;
}

/** `a`, `a.b` of `a.b.c`. */
export function above(path: string): string[] {
  const parents: string[] = [];
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) parents.push(path.slice(0, dot));
  return parents;
}

function judge(edits: Edits, others: Edits, alone: Verdict, verdicts: Map<string, Verdict>): void {
  const parents = parentsOf(others);
  for (const [path, value] of edits) {
    if (others.has(path)) verdicts.set(path, sameValue(value, others.get(path)) ? 'same' : 'clash');
    else if (parents.has(path) || above(path).some((parent) => others.has(parent))) verdicts.set(path, 'clash');
    else verdicts.set(path, alone);
  }
}

/** `yours` is the base with your change, `current` is what stands now. */
export function merge(base: JsonObject, current: JsonObject, yours: JsonObject): Merge {
  const yourEdits = editsOf(difference(base, yours));
  const theirEdits = editsOf(difference(base, current));
  const verdicts = new Map<string, Verdict>();
  judge(yourEdits, theirEdits, 'yours', verdicts);
  judge(theirEdits, yourEdits, 'theirs', verdicts);

  const result: Merge = { fields: {}, merged: current, theirs: [], overridden: [], clashes: false };
  for (const path of [...verdicts.keys()].sort(compareText)) {
    const verdict = verdicts.get(path) ?? 'same';
    putMember(result.fields as JsonObject, path, verdict);
    if (verdict === 'theirs') result.theirs.push(path);
    if (verdict === 'clash') result.clashes = true;
    // Nothing they did touches a parent of this path, so the way to it is as it was in the base: open.
    if (verdict === 'yours') result.merged = placed(result.merged, path, yourEdits.get(path));
  }
  return result;
}

/** The document with the value at the path, or without it where it is undefined. */
export function placed(document: JsonObject, path: string, value: JsonValue | undefined): JsonObject {
  return value === undefined ? unsetAt(document, path) : (setAt(document, path, value) ?? document);
}
