// Whether the API server stored what a row is about: our webhook must have done its part, and no other may have interfered.

import { recordAnnotation } from '../../names.ts';
import { isObject, type JsonObject } from '../../workload/json.ts';
import { kindOf } from '../../workload/kinds/kinds.ts';
import { getAt } from '../../workload/path.ts';
import type { Workload } from '../../workload/workload.ts';
import { metaOf } from './objects-api.ts';
import type { RowResult } from './result.ts';

export const notInjected =
  'the installed webhook does not patch the workloads of the lab: is it limited to audit (the value mode of its chart), does it not see their kind (the value workloads), does it exclude this namespace, or can the API server not reach it? With --no-webhook the lab measures the plan of this program instead';

export function isInjected(created: JsonObject): boolean {
  const { annotations } = metaOf(created);
  return isObject(annotations) && annotations[recordAnnotation] !== undefined;
}

/** `wanted`: with the fixes of the row. @throws Error with a sentence when something else was stored */
export function checkStored(created: JsonObject, wanted: Workload, by: RowResult['by']): void {
  const { kind, containerPath } = kindOf(wanted);
  // The API server does not default them.
  const fields = ['readinessProbe', 'lifecycle.preStop'].map((field) => `${containerPath('test-app')}.${field}`);
  if (by === 'webhook' && !isInjected(created)) throw new Error(notInjected);
  const isThere = (object: JsonObject, path: string) => getAt(object, path) !== undefined;
  const different = fields.filter((path) => isThere(created, path) !== isThere(wanted, path)).join(' and ');
  if (different === '') return;
  throw new Error(
    by === 'webhook'
      ? `the installed webhook decides differently on ${different}: it is another version, or does not know the Service yet`
      : `something in this cluster changes ${different} of ${kind}s, so the row would not measure what it says`,
  );
}
