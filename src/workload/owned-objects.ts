// The objects that operators write, by the custom resources that own them.

import type { Json } from './json.ts';
import { isJudged, namedKind } from './kinds/named-kinds.ts';
import { isForeignGroup } from './kubernetes.ts';
import { type Owner, ownerOf } from './owner.ts';

export interface OwnedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly owner: Owner;
}

/** The custom resource that owns an object, and whose operator writes it. `metadata`: of the object. */
export function customOwnerOf(metadata: Json | undefined): Owner | undefined {
  const owner = ownerOf(metadata);
  return owner !== undefined && isForeignGroup(owner.group) ? owner : undefined;
}

/** The same, but for an owner of a kind that is judged or named itself. */
export function unknownOwnerOf(metadata: Json | undefined): Owner | undefined {
  const owner = customOwnerOf(metadata);
  return owner === undefined || isKnown(owner) ? undefined : owner;
}

function isKnown({ group, kind }: Owner): boolean {
  const named = namedKind(group, kind);
  return isJudged(group, kind) || (named !== undefined && named.runsNone === undefined);
}

/** What the custom resources of one kind own. */
export interface OwnedObjects {
  /** The kind of the owners. */
  readonly owner: Pick<Owner, 'group' | 'kind'>;
  /** One of them. */
  readonly example: Pick<OwnedObject, 'namespace'> & Pick<Owner, 'name'>;
  /** The number of objects of each kind. */
  readonly counts: Readonly<Record<string, number>>;
}

export function countOwned(objects: readonly OwnedObject[]): readonly OwnedObjects[] {
  const byOwner = Map.groupBy(objects, ({ owner }) => `${owner.group}/${owner.kind}`);
  return Array.from(byOwner.values(), (owned) => {
    const [{ namespace, owner }] = owned as [OwnedObject];
    const kinds = Map.groupBy(owned, ({ kind }) => kind);
    return {
      owner: { group: owner.group, kind: owner.kind },
      example: { namespace, name: owner.name },
      counts: Object.fromEntries(Array.from(kinds, ([kind, all]) => [kind, all.length])),
    };
  });
}
