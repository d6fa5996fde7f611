// Workloads with a record of injections in namespaces without the label: what taking the label away too early leaves behind. The record
// is an annotation, so the metadata of the objects is enough.

import { pagesOf } from '../../cluster/client/pages.ts';
import { collectionOf } from '../../cluster/client/resources.ts';
import { ifAllowed, ifPresent, type Known } from '../../cluster/known.ts';
import type { ObjectReference } from '../../lint/object-reference.ts';
import { recordAnnotation } from '../../names.ts';
import { objectAt, own } from '../../workload/json.ts';
import { patchableKinds } from '../../workload/kinds/kinds.ts';
import { labelledNames, type ScanPlace, workloadResources } from './scan.ts';

const pageSize = 500;
/** The record of a workload that lost all of its injections to a server-side apply. */
const emptyRecord = '{}';

/** @throws ApiError */
export async function recordsWithoutLabel({
  api,
  namespaces,
}: Pick<ScanPlace, 'api' | 'namespaces'>): Promise<Known<readonly ObjectReference[]>> {
  if (namespaces.kind === 'unknown') return namespaces;
  const labelled = new Set(labelledNames(namespaces.value));
  const found: ObjectReference[] = [];
  return ifAllowed(`list ${workloadResources()} in all namespaces`, async () => {
    for (const kind of patchableKinds())
      await ifPresent(async () => {
        for await (const items of pagesOf(api, { path: collectionOf(kind), pageSize, metadataOnly: true }))
          for (const item of items) {
            const { namespace, name, annotations } = objectAt(item, 'metadata') as unknown as RecordMetadata;
            const record = own(annotations, recordAnnotation);
            if (record === undefined || record === emptyRecord || labelled.has(namespace)) continue;
            found.push({ kind: kind.kind, namespace, name });
          }
      });
    return found;
  });
}

/** The API server has validated it. */
interface RecordMetadata {
  readonly namespace: string;
  readonly name: string;
  readonly annotations?: Readonly<Record<string, string>>;
}
