// A template that equals the stored one, as most do, is compared once, and is the same object from then on.

import type { WorkloadKind } from '../workload/kinds/kind.ts';
import { setAt } from '../workload/path.ts';
import type { Workload } from '../workload/workload.ts';
import type { StoredWorkload } from './read-record.ts';
import { sameStored } from './same-template.ts';

/** `stored`, with the very template of `received` where both are stored alike. */
export function shareTemplate(kind: WorkloadKind, stored: Workload, received: Workload): Workload {
  const template = kind.templateOf(received);
  return sameStored(kind, template, kind.templateOf(stored)) ? setAt(stored, kind.template, template) : stored;
}

interface Templates {
  readonly kind: WorkloadKind;
  readonly received: Workload;
  /** Its template shared with `received`. */
  readonly stored?: StoredWorkload;
  readonly frozen: boolean;
}

/** True when the stored template replaces the received one, because a client dropped or changed injected fields in it. */
export function isTemplateReset({ kind, received, stored, frozen }: Templates): boolean {
  return frozen && stored !== undefined && kind.templateOf(stored.object) !== kind.templateOf(received);
}
