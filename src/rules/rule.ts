// What a rule is: a function from what it looks at to what it finds.

import type { PolicySpec } from '../policy/policy.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import type { Namespace, Service, Version } from '../workload/kubernetes.ts';
import type { PodTemplate, Workload } from '../workload/workload.ts';
import type { Finding } from './finding.ts';

/** What a rule looks at. */
export interface Subject {
  readonly kind: WorkloadKind;
  /** The author's document. */
  readonly author: Workload;
  /** The author's document, with the edits decided so far. */
  readonly workload: Workload;
  /** Its pod template. */
  readonly template: PodTemplate;
  /** True when the author wrote the field: present, and not merely defaulted by the API server. */
  readonly written: (path: string) => boolean;
  readonly policy: PolicySpec;
  /** The Services of the namespace that select these pods. */
  readonly services: readonly Service[];
  readonly namespace: Namespace | undefined;
  readonly oldestNode: Version | undefined;
}

export type Rule = (subject: Subject) => readonly Finding[];
