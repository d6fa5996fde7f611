// Who sent a request, as far as the review tells.

import { managedFieldsOf } from '../workload/managed-fields.ts';
import type { Workload } from '../workload/workload.ts';
import type { AdmissionRequest } from './review.ts';

export interface Requester {
  /** `system:serviceaccount:shop:operator`; empty if the review does not tell. */
  readonly user: string;
  /** The field manager, from the request's options or from the entry in managedFields that it changed; empty if unknown. */
  readonly manager: string;
}

export function requesterOf({ user = '', fieldManager, object, oldObject }: AdmissionRequest): Requester {
  return { user, manager: fieldManager ?? changedBy(object, oldObject) };
}

/** Without an option the API server takes the program's name, and dates the entry of a manager whose fields have changed. */
function changedBy(object: Workload | undefined, oldObject: Workload | undefined): string {
  const before = new Set(entriesOf(oldObject).map((entry) => JSON.stringify(entry)));
  const changed = entriesOf(object).find((entry) => !before.has(JSON.stringify(entry)));
  return typeof changed?.manager === 'string' ? changed.manager : '';
}

// Each manager has some; one process answers all calls in turn.
const mostEntries = 100;

function entriesOf(object: Workload | undefined) {
  const entries = object === undefined ? [] : managedFieldsOf(object.metadata).slice(0, mostEntries);
  return entries.map(({ manager, operation, time }) => ({ manager, operation, time }));
}
