// What a rule is: one record with all that the rest of hitless knows of it, and a function from what it looks at to what it finds.

import type { PolicySection, PolicySpec } from '../policy/policy.ts';
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

export interface Rule {
  /** In findings, metrics and SARIF; files and golden folders are named by it. */
  readonly id: string;
  /** The section of a policy that switches it; absent: no policy does. */
  readonly section?: PolicySection;
  /** What loses requests, as a heading. */
  readonly title: string;
  /** A sentence or two for outputs that explain themselves. */
  readonly help: string;
  /** What it writes, as Markdown; absent: it only reports. */
  readonly writes?: string;
  /** For a rule with a section, which the lab measures with and without. */
  readonly lab?: LabWords;
  readonly apply: (subject: Subject) => readonly Finding[];
}

/** How `hitless lab` measures what a rule is worth. */
export interface LabWords {
  /** What the rule gives, as a noun phrase: `preStop sleep`. */
  readonly fix: string;
  /** What its section says beside the action. */
  readonly settings?: Readonly<Record<string, number>>;
  /** The one row of the rule that the quick run measures. */
  readonly quick?: 'only' | 'without';
}
