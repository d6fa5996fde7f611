// Whether the API server stored what a row is about: our webhook must have done its part, and no other may have interfered.

import { recordAnnotation } from '../../names.ts';
import { isObject, type JsonObject } from '../../workload/json.ts';
import { getAt } from '../../workload/path.ts';
import type { Workload } from '../../workload/workload.ts';
import { targetKind } from './objects.ts';
import { metaOf } from './objects-api.ts';
import type { RowResult } from './result.ts';

export const notInjected =
  'the installed webhook does not patch the Deployments of the lab: is it limited to audit (the value mode of its chart), does it exclude this namespace, or can the API server not reach it? With --no-webhook the lab measures the plan of this program instead';

export function isInjected(created: JsonObject): boolean {
  const { annotations } = metaOf(created);
  return isObject(annotations) && annotations[recordAnnotation] !== undefined;
}

/** Fields that the API server does not default. */
const fields = ['readinessProbe', 'lifecycle.preStop'].map(
  (field) => `${targetKind.containerPath('test-app')}.${field}`,
);

/** `wanted`: with the fixes of the row. @throws Error with a sentence when something else was stored */
export function checkStored(created: JsonObject, wanted: Workload, by: RowResult['by']): void {
  if (by === 'webhook' && !isInjected(created)) throw new Error(notInjected);
  const isThere = (object: JsonObject, path: string) => getAt(object, path) !== undefined;
  const different = fields.filter((path) => isThere(created, path) !== isThere(wanted, path)).join(' and ');
  if (different === '') return;
  throw new Error(
    by === 'webhook'
      ? `the installed webhook decides differently on ${different}: it is another version, or does not know the Service yet`
      : `something in this cluster changes ${different} of ${targetKind.kind}s, so the row would not measure what it says`,
  );
}
