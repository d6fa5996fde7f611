// managedFields: who owns which field. The steps and their order are those of k8s.io/apimachinery util/managedfields and of
// structured-merge-diff's merge.Updater.

import {
  difference,
  emptySet,
  type FieldSet,
  fromFieldsV1,
  type Growing,
  insert,
  intersection,
  pathsOf,
  toFieldsV1,
  union,
} from './field-sets.ts';
import { forgiven } from './last-applied.ts';
import type { ModelKind } from './model-kind.ts';
import type { Type } from './schema.ts';
import { bare, compare, mergeApplied, removeItems, sameJson, toFieldSet, withNamedFields } from './typed.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource?: string;
  readonly time?: string | undefined;
  readonly set: FieldSet;
}

type Managers = ReadonlyMap<string, Manager>;

const idOf = ({ manager, operation, subresource = '' }: Omit<Manager, 'set'>) =>
  `${operation} ${manager} ${subresource}`;

export function decode(entries: readonly Any[] = []): Managers {
  const managers = entries.map(({ fieldsV1, ...entry }): Manager => ({ ...entry, set: fromFieldsV1(fieldsV1) }));
  return new Map(managers.map((manager) => [idOf(manager), manager]));
}

export function encode(managers: Managers, apiVersion: string): Any[] {
  const order = ({ operation, time, manager, subresource }: Manager) =>
    [operation, time ?? '', manager, subresource ?? ''].join('\n');
  return [...managers.values()]
    .filter(({ set }) => set.size > 0)
    .sort((a, b) => (order(a) < order(b) ? -1 : 1))
    .map(({ manager, operation, time, subresource, set }) => ({
      manager,
      operation,
      apiVersion,
      ...(time !== undefined && { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(set),
      ...(subresource !== undefined && { subresource }),
    }));
}

const never = [
  '',
  'f:name',
  'f:namespace',
  'f:creationTimestamp',
  'f:uid',
  'f:generation',
  'f:resourceVersion',
  'f:generateName',
];
const stripped: Growing = new Map();
for (const field of never) insert(stripped, field === '' ? ['f:metadata'] : ['f:metadata', field]);
for (const field of ['f:apiVersion', 'f:kind']) insert(stripped, [field]);
// generateName is tracked by the API server.
stripped.get('f:metadata')?.children.delete('f:generateName');

export interface By {
  readonly model: ModelKind;
  readonly manager: string;
  readonly time: string;
  readonly subresource?: string;
}

/** After a create, a PUT or a patch: what changed belongs to the writer, and to nobody else. */
export function afterUpdate(
  live: Any,
  next: Any,
  managers: Managers,
  { model, manager, time, subresource }: By,
): Managers {
  const { added, modified, removed } = compare(model.type, bare(live), bare(next));
  const taken = union(added, modified);
  const result = new Map(without(managers, union(taken, removed)));
  const own: Manager = {
    manager,
    operation: 'Update',
    time,
    ...(subresource !== undefined && { subresource }),
    set: emptySet,
  };
  const set = difference(taken, stripped);
  if (set.size > 0) result.set(idOf(own), { ...own, set: union(set, result.get(idOf(own))?.set ?? emptySet) });
  return capped(result);
}

function without(managers: Managers, lost: FieldSet): Managers {
  const kept = [...managers].map(([id, entry]) => [id, { ...entry, set: difference(entry.set, lost) }] as const);
  return new Map(kept.filter(([, { set }]) => set.size > 0));
}

const mostUpdateManagers = 10;

/** The oldest entries of Update become one, `ancient-changes`. */
function capped(managers: Managers): Managers {
  const updates = [...managers].filter(([, { operation }]) => operation === 'Update');
  const extra = updates.length - mostUpdateManagers;
  if (extra <= 0) return managers;
  const age = ([id, { time = '' }]: readonly [string, Manager]) => `${time}\n${id}`;
  const oldest = updates.sort((a, b) => (age(a) < age(b) ? -1 : 1)).slice(0, extra + 1);
  const set = oldest.map(([, entry]) => entry.set).reduce(union);
  const rest = new Map([...managers].filter(([id]) => !oldest.some(([old]) => old === id)));
  const ancient: Manager = { manager: 'ancient-changes', operation: 'Update', time: oldest.at(-1)?.[1].time, set };
  return rest.set(idOf(ancient), ancient);
}

export interface Applied {
  /** Undefined where the apply changes nothing. */
  readonly object: Any | undefined;
  readonly managers: Managers;
  /** Fields that others own, where the applier does not force. */
  readonly conflicts: readonly string[];
}

/** Server-side apply: the configuration merged in, and what this applier owned alone and no longer sends taken away. */
export function afterApply(
  live: Any,
  config: Any,
  managers: Managers,
  { model, manager, time, force }: By & { readonly force: boolean },
): Applied {
  const { type } = model;
  const entry: Manager = {
    manager,
    operation: 'Apply',
    set: difference(toFieldSet(type, bare(config)), stripped),
  };
  const last = managers.get(idOf(entry));
  const others = new Map(managers).set(idOf(entry), { ...entry, time: last?.time });
  const merged = mergeApplied(type, bare(live), bare(config));
  const pruned = last === undefined ? merged : prune(type, merged, others, last.set);
  const { added, modified, removed } = compare(type, bare(live), pruned);
  others.delete(idOf(entry));
  const wanted = union(added, modified);
  const conflicts = [...others.values()].map(({ set }) => intersection(set, wanted)).reduce(union, emptySet);
  const refused = force ? emptySet : difference(conflicts, forgiven(type, live, manager));
  const rest = new Map(without(others, union(conflicts, removed)));
  const same = sameJson(bare(live), pruned);
  rest.set(idOf(entry), { ...entry, time: same ? last?.time : time });
  return { object: same ? undefined : pruned, managers: rest, conflicts: pathsOf(refused) };
}

/** What the applier owned, and neither it nor another manager owns now, goes; what lies under a field that goes, goes with it. */
function prune(type: Type, merged: Any, managers: Managers, last: FieldSet): Any {
  const named = (set: FieldSet) => withNamedFields(type, set);
  const fields = (value: Any) => named(toFieldSet(type, value));
  const owned = named([...managers.values()].map(({ set }) => set).reduce(union, emptySet));
  const removed = removeItems(type, merged, named(last));
  const withOwned = removeItems(type, merged, difference(fields(merged), union(fields(removed), owned)));
  const gone = intersection(difference(fields(merged), fields(withOwned)), named(last));
  return removeItems(type, merged, gone);
}
