// The controller of a workload, as far as clients see it: a revision for each template, and for some kinds the workload's
// annotations copied to it (pkg/controller/deployment/util, pkg/controller/history).

import type { ModelKind } from './model-kind.ts';
import { sameJson } from './typed.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

/** A ReplicaSet or a ControllerRevision. */
export interface Revision {
  readonly number: number;
  readonly template: Any;
  readonly annotations: Readonly<Record<string, string>>;
}

export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Annotations that the controller does not copy, and that `rollout undo` leaves as they are. */
export const notCopied: readonly string[] = [
  lastApplied,
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
];

export function copied(annotations: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !notCopied.includes(key)));
}

/** The revisions once the controller has seen a workload just stored, and the number of the newest. */
export function revisionsAfter(model: ModelKind, object: Any, revisions: readonly Revision[]) {
  const template = model.revisionTemplate(object);
  const found = revisions.find((revision) => sameJson(revision.template, template));
  const latest = Math.max(0, ...revisions.map(({ number }) => number));
  const number = found !== undefined && found.number === latest ? latest : latest + 1;
  const own = model.undoesAnnotations ? copied(object.metadata.annotations) : {};
  const current: Revision = { number, template, annotations: { ...found?.annotations, ...own } };
  return { number, revisions: [...revisions.filter((revision) => revision !== found), current] };
}

/** The workload with the number of its revision, as its controller writes it; undefined where it is there already. */
export function marked({ revision }: ModelKind, object: Any, number: number): Any | undefined {
  if (revision === undefined || object.metadata.annotations?.[revision.annotation] === `${number}`) return undefined;
  const annotations = { ...object.metadata.annotations, [revision.annotation]: `${number}` };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
