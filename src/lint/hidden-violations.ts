// Contradictions of the author's that only an earlier edit of hitless hides: the stored object is right, the author's is not.

import { recoverAuthor } from '../admission/author-document.ts';
import type { Violation, WorkloadKind } from '../workload/kinds/kind.ts';
import { violations } from '../workload/violations.ts';
import type { Workload } from '../workload/workload.ts';

/** For an object that an API server has stored; none for a manifest. */
export function hiddenViolations(kind: WorkloadKind, workload: Workload): readonly Violation[] {
  const { resourceVersion, managedFields } = workload.metadata ?? {};
  if (resourceVersion === undefined && managedFields === undefined) return [];
  return violations(kind, recoverAuthor(workload, { kind }).author).map(({ path, message }) => {
    return { path, message: `without what hitless wrote earlier the API server would refuse ${path}: ${message}` };
  });
}
