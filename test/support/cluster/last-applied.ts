// What is left of client-side apply when kubectl turns to server-side apply: the API server keeps the annotation up to date for
// the manager `kubectl`, forgives it some conflicts, and kubectl moves the old owner's fields (kubectl apply.go, csaupgrade).

import { lastApplied } from './controller.ts';
import { difference, emptySet, type FieldSet, fromFieldsV1, toFieldsV1, union } from './field-sets.ts';
import type { Type } from './schema.ts';
import type { Server } from './server.ts';
import { bare, compare, toFieldSet } from './typed.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

/** The object after an apply by `kubectl`, where it has the annotation already. */
export function withLastApplied(object: Any, live: Any, config: Any, manager: string): Any {
  if (manager !== 'kubectl' || live.metadata.annotations?.[lastApplied] === undefined) return object;
  const { annotations, ...metadata } = config.metadata;
  const { [lastApplied]: _own, ...others } = annotations ?? {};
  const kept = Object.keys(others).length === 0 ? metadata : { ...metadata, annotations: others };
  const text = `${JSON.stringify(sorted({ ...config, metadata: kept }))}\n`;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [lastApplied]: text } },
  };
}

/** Fields of the annotation that still hold what it says: `kubectl` may take them from whoever owns them. */
export function forgiven(type: Type, live: Any, manager: string): FieldSet {
  const text = live.metadata.annotations?.[lastApplied];
  if (manager !== 'kubectl' || text === undefined) return emptySet;
  const last = JSON.parse(text);
  const { added, modified, removed } = compare(type, last, bare(live));
  return [added, modified, removed].reduce(difference, toFieldSet(type, last));
}

/** As Go writes a map. */
export function sorted(value: Any): Any {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}

const annotationOwner = (operation: string) => (entry: Any) =>
  entry.operation === operation && entry.fieldsV1['f:metadata']?.['f:annotations']?.[`f:${lastApplied}`] !== undefined;

/** What `kubectl apply --server-side` sends after its apply; true when it then applies once more. */
export function migrate(server: Server, manager: string): boolean {
  const { metadata, apiVersion, kind } = server.get();
  const text = metadata.annotations?.[lastApplied];
  if (manager === 'kubectl' && text !== undefined && !metadata.managedFields.some(annotationOwner('Apply'))) {
    const { name, namespace } = metadata;
    const annotation = { apiVersion, kind, metadata: { name, namespace, annotations: { [lastApplied]: text } } };
    if (server.apply(annotation, 'kubectl-last-applied').refused.length > 0) return false;
  }
  const { managedFields, resourceVersion } = server.get().metadata;
  const old = managedFields.filter(annotationOwner('Update')).map((entry: Any) => entry.manager);
  if (old.length === 0) return false;
  const operations = [
    { op: 'replace', path: '/metadata/managedFields', value: moved(managedFields, old, manager) },
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
  ] as const;
  return server.jsonPatch(operations, manager).refused.length === 0;
}

/** The Update entries of the old managers, joined to the Apply entry. */
function moved(managedFields: readonly Any[], old: readonly string[], applier: string): Any[] {
  const isOld = ({ manager, operation, subresource }: Any) =>
    operation === 'Update' && old.includes(manager) && subresource === undefined;
  const isOwn = ({ manager, operation }: Any) => operation === 'Apply' && manager === applier;
  const sets = managedFields
    .filter((entry) => isOld(entry) || isOwn(entry))
    .map(({ fieldsV1 }) => fromFieldsV1(fieldsV1));
  const fieldsV1 = toFieldsV1(sets.reduce(union, emptySet));
  return managedFields.filter((entry) => !isOld(entry)).map((entry) => (isOwn(entry) ? { ...entry, fieldsV1 } : entry));
}
