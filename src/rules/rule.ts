// A rule: one record with everything that the rest of hitless knows about it, and a function from a subject to findings.

import type { PolicySection, PolicySpec } from '../policy/policy.ts';
import type { WorkloadKind } from '../workload/kinds/kind.ts';
import type { LastRollout } from '../workload/kinds/progress.ts';
import type { Namespace, Service, Version } from '../workload/kubernetes.ts';
import type { PodTemplate, Workload } from '../workload/workload.ts';
import type { Finding } from './finding.ts';
import type { Surroundings } from './surroundings.ts';

/** The input of a rule. */
export interface Subject {
  readonly kind: WorkloadKind;
  /** The author's document. */
  readonly author: Workload;
  /** The author's document, with the edits decided so far. */
  readonly workload: Workload;
  /** Its pod template. */
  readonly template: PodTemplate;
  /** True when the author wrote the field: it is present, and not merely defaulted by the API server. */
  readonly written: (path: string) => boolean;
  readonly policy: PolicySpec;
  /** True of a setting of the policy (`preStopSleep.seconds`) that the workload's own annotation sets; absent: of none. */
  readonly annotated?: (setting: string) => boolean;
  /** The rules, by id, that do not apply here, as somebody says; absent for none. */
  readonly ignored?: { readonly has: (rule: string) => boolean };
  /** What earlier rules found. */
  readonly earlier: readonly Finding[];
  /** The Services of the namespace that select these pods. */
  readonly services: readonly Service[];
  readonly surroundings: Surroundings;
  /** Absent for a new object and for a manifest. */
  readonly stored?: StoredRollout | undefined;
  readonly namespace: Namespace | undefined;
  readonly oldestNode: Version | undefined;
}

/** The same before any rule has run. */
export type Planned = Omit<Subject, 'workload' | 'template' | 'earlier'>;
/** What the stored object tells: on UPDATE the one before, in an audit the object itself. */
export interface StoredRollout {
  readonly last: LastRollout;
  /** The template of the pods that are there. */
  readonly template: PodTemplate;
  /** True for a path that holds an injection. */
  readonly holdsOurs: (path: string) => boolean;
}

export interface Rule {
  /** Its name in findings, metrics, SARIF, file names and golden folders. */
  readonly id: string;
  /** The policy section that switches it; absent for a rule that cannot be switched off. */
  readonly section?: PolicySection;
  /** The problem, as a heading. */
  readonly title: string;
  /** One or two sentences for outputs with explanations. */
  readonly help: string;
  /** The fields that it writes, in Markdown; absent for a rule that only reports. */
  readonly writes?: string;
  /** The lab's wording for a rule with a section, which is measured with and without it. */
  readonly lab?: LabWords;
  readonly apply: (subject: Subject) => readonly Finding[];
}

/** How `hitless lab` measures what a rule is worth. */
export interface LabWords {
  /** The fix as a noun phrase: `preStop sleep`. */
  readonly fix: string;
  /** Settings of its section besides the action. */
  readonly settings?: Readonly<Record<string, number>>;
  /** The one row of the rule that the quick run measures. */
  readonly quick?: 'only' | 'without';
}
