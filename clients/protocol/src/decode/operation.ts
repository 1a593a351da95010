// One operation of a mutation: which members its kind takes, and what stands in them.
import { overlaps } from '../document.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { Changes, MutationOperation, Strategy } from '../operation.js';
import { Refusal, utf8Bytes, within } from '../refusal.js';
import { isLabel } from './names.js';
import { bad, badName, isIntegerIn, MOST_INTEGER, ObjectReader, present } from './objectReader.js';
import { checkValue, MOST_DEPTH, pathAt, takeFilter, takeSort, type DecodeLimits } from './parts.js';

const STRATEGIES: readonly Strategy[] = ['reject', 'merge', 'latest-wins'];
const KINDS = ['create', 'update', 'delete', 'restore'];
const MOST_FENCES = 64;

export function strategyOf(text: string): Strategy {
  const strategy = STRATEGIES.find((known) => known === text);
  if (!strategy) throw bad('A strategy is reject, merge or latest-wins.', 'strategy');
  return strategy;
}

/** A member that holds paths and what to do there; an empty one is none. */
function takePaths<T extends JsonValue>(
  reader: ObjectReader,
  name: string,
  check: (value: JsonValue, depth: number) => void,
): { [path: string]: T } | undefined {
  const members = reader.objectAt(name);
  if (!members) return undefined;
  for (const [path, value] of Object.entries(members)) {
    within(name, () => {
      const steps = pathAt(path, path);
      within(path, () => check(value, MOST_DEPTH - steps.length));
    });
  }
  return Object.keys(members).length > 0 ? (members as { [path: string]: T }) : undefined;
}

function takeUnset(reader: ObjectReader): string[] | undefined {
  const list = reader.list('unset');
  const paths = list?.map((path, i) => {
    if (typeof path !== 'string') throw bad('A path is a text.', `unset[${i}]`);
    pathAt(path, `unset[${i}]`);
    return path;
  });
  return paths && paths.length > 0 ? paths : undefined;
}

function checkList(value: JsonValue, depth: number): void {
  if (!Array.isArray(value)) throw bad('A list of items is needed here.');
  checkValue(value, depth);
}

function checkNumber(value: JsonValue): void {
  if (typeof value !== 'number') throw bad('An increment is a number.');
}

function checkStamp(value: JsonValue): void {
  if (value !== '$user.id' && value !== '$now') throw bad('A stamp is "$user.id" or "$now".');
}

function checkSequence(value: JsonValue): void {
  if (typeof value !== 'string') throw bad('A number takes the name of a sequence.');
  if (!isLabel(value)) throw badName("A sequence's name is 1 to 64 printable characters.");
}

function takeFences(reader: ObjectReader): number[] | undefined {
  const list = reader.list('fences');
  if (!list) return undefined;
  if (list.length > MOST_FENCES)
    throw new Refusal('too_large', `An operation relies on at most ${MOST_FENCES} locks.`, 'fences');
  const fences = list.map((fence, i) => {
    if (!isIntegerIn(fence, 1, MOST_INTEGER)) throw bad('A fence is an integer, 1 or more.', `fences[${i}]`);
    return fence;
  });
  return fences.length > 0 ? fences : undefined;
}

function takeTarget(reader: ObjectReader): object {
  const entityId = reader.entityId();
  const given = reader.take('where');
  const where = takeFilter(reader, 'where') ?? (given === undefined ? undefined : {});
  const sort = takeSort(reader);
  if (entityId !== undefined && where) throw bad('`where` stands in place of `entityId`, not beside it.', 'where');
  if (entityId === undefined && !where) throw bad('`entityId` is missing (or a `where` in its place).', 'entityId');
  if (entityId !== undefined && sort) throw bad('`sort` goes with `where`.', 'sort');
  return { entityId, where, sort };
}

function readCreate(reader: ObjectReader, limits: DecodeLimits): object {
  const entityId = reader.entityId();
  const data = reader.neededObject('data');
  within('data', () => checkValue(data, MOST_DEPTH));
  if (utf8Bytes(JSON.stringify(data)) > limits.entityBytes)
    throw new Refusal('too_large', `An entity has at most ${limits.entityBytes} bytes.`, 'data');
  return {
    entityId,
    data,
    stamp: takePaths(reader, 'stamp', checkStamp),
    number: takePaths(reader, 'number', checkSequence),
  };
}

function readUpdate(reader: ObjectReader): object {
  return {
    ...takeTarget(reader),
    set: takePaths(reader, 'set', checkValue),
    unset: takeUnset(reader),
    increment: takePaths(reader, 'increment', checkNumber),
    append: takePaths(reader, 'append', checkList),
    remove: takePaths(reader, 'remove', checkList),
    stamp: takePaths(reader, 'stamp', checkStamp),
    number: takePaths(reader, 'number', checkSequence),
  };
}

function readNamed(reader: ObjectReader, op: string): object {
  const entityId = reader.entityId();
  if (entityId === undefined) throw bad('`entityId` is missing.', 'entityId');
  return op === 'restore' ? { entityId, toVersion: reader.neededInteger('toVersion', 1) } : { entityId };
}

/** The members that an entity which stands already has in common, whatever is done to it. */
function readCommon(reader: ObjectReader): object {
  const baseVersion = reader.integer('baseVersion', 1);
  const guard = takeFilter(reader, 'guard');
  const strategy = reader.text('strategy');
  return { baseVersion, guard, strategy: strategy === undefined ? undefined : strategyOf(strategy) };
}

/** All paths that an operation changes. */
export function pathsOf(op: MutationOperation): string[] {
  const { set, unset, increment, append, remove, stamp, number }: Changes =
    op.op === 'update' || op.op === 'create' ? op : {};
  return [
    ...Object.keys(set ?? {}),
    ...(unset ?? []),
    ...[increment, append, remove, stamp, number].flatMap((paths) => Object.keys(paths ?? {})),
  ];
}

function checkOverlaps(paths: readonly string[]): void {
  // In the order of their steps a path stands right before those below it, so neighbours are enough to look at.
  const key = (path: string) => path.replaceAll('.', '\u0000');
  const sorted = [...paths].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  sorted.slice(1).forEach((path, i) => {
    const before = sorted[i] ?? '';
    if (overlaps(before, path))
      throw bad(`\`${before}\` and \`${path}\` overlap; an operation names each place once.`, path);
  });
}

function needsBase(op: MutationOperation): boolean {
  if (op.op === 'create') return false;
  return op.op !== 'update' || op.unset !== undefined || (op.set !== undefined && op.guard === undefined);
}

function checkWhole(op: MutationOperation): void {
  const paths = pathsOf(op);
  checkOverlaps(paths);
  if (op.op === 'create') return;
  if (op.baseVersion === undefined && needsBase(op))
    throw new Refusal(
      'base_version_required',
      'Name the version that this rests on as `baseVersion`, so that a stale change is noticed.',
      'baseVersion',
    );
  if (op.op === 'update' && paths.length === 0 && op.baseVersion === undefined && !op.guard)
    throw bad('An update names a change, a `guard` or a `baseVersion`.', 'set');
}

/** Throws a Refusal whose member begins within the operation. */
export function decodeOperation(object: JsonObject, limits: DecodeLimits): MutationOperation {
  const reader = new ObjectReader(object);
  const op = reader.neededText('op');
  if (!KINDS.includes(op)) throw bad(`\`${op}\` is not an operation; known are create, update, delete, restore.`, 'op');
  const entityType = reader.neededType();
  const own =
    op === 'create'
      ? readCreate(reader, limits)
      : { ...(op === 'update' ? readUpdate(reader) : readNamed(reader, op)), ...readCommon(reader) };
  const wanted = reader.oneOf('return', ['before', 'after']);
  const fences = takeFences(reader);
  reader.finish(op);
  const operation = present<MutationOperation>({
    op,
    entityType,
    ...own,
    return: wanted,
    fences,
  } as unknown as MutationOperation);
  checkWhole(operation);
  return operation;
}
