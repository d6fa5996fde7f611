// What is asked of the audit of each cluster.

import type { Acceptance } from '../../lint/acceptance/acceptance.ts';
import type { TrialPolicies } from '../../lint/trial/policy-trial.ts';
import type { NamespaceOptions } from '../with-cluster.ts';

export interface AuditTask {
  readonly scope: NamespaceOptions;
  /** What accepts findings besides annotations. */
  readonly acceptance: Acceptance;
  /** Policies to try. */
  readonly trial?: TrialPolicies | undefined;
}
