// One workload that a cluster runs, judged as `check` judges a manifest: what is there already is no finding.

import { assess } from '../admission/assess.ts';
import type { World } from '../cluster-state/cluster-state.ts';
import type { Workload } from '../workload/workload.ts';
import type { ObjectName } from './inputs.ts';
import { hasSeveralContainers, type Said, saidOf } from './lint.ts';
import { manifest } from './topics.ts';

export interface Audited {
  readonly object: ObjectName;
  readonly said: readonly Said[];
  /** Why it is left alone. */
  readonly skipped?: string;
}

/** `told` remembers what was said about Namespaces: once is enough. */
export function judge(workload: Workload, world: World, told: Set<string>): Audited {
  const { namespace = 'default', name = '(no name)' } = workload.metadata;
  const object = { kind: workload.kind, namespace, name };
  const { skipped, findings, mistakes } = assess(workload, world);
  if (skipped !== undefined) return { object, said: [], skipped };
  const several = hasSeveralContainers(workload);
  const found = findings.flatMap((finding) => (finding.kind === 'fine' ? [] : [saidOf(finding, several)]));
  return { object, said: [...mistakes.filter((one) => isNew(one, told)).map(ignored), ...found] };
}

function isNew(sentence: string, told: Set<string>): boolean {
  const known = told.has(sentence);
  if (sentence.startsWith('Namespace ')) told.add(sentence);
  return !known;
}

function ignored(message: string): Said {
  return { rule: manifest.id, severity: 'error', message, changes: [] };
}
