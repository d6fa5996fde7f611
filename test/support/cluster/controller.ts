// The Deployment controller, as far as clients see it: a ReplicaSet a template, its revision, and the Deployment's annotations
// copied to it (pkg/controller/deployment/util).

import { copy } from './copy.ts';
import { afterUpdate, type By, decode, encode } from './managers.ts';
import { sameJson } from './typed.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export interface Revision {
  readonly number: number;
  readonly template: Any;
  readonly annotations: Readonly<Record<string, string>>;
}

const revisionAnnotation = 'deployment.kubernetes.io/revision';
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Annotations that the controller does not copy, and that `rollout undo` leaves as they are. */
export const notCopied: readonly string[] = [
  lastApplied,
  revisionAnnotation,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
];

export function copied(annotations: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !notCopied.includes(key)));
}

/** What the controller makes of a Deployment just stored. */
export function controlled(object: Any, revisions: readonly Revision[], by: By) {
  const found = revisions.find(({ template }) => sameJson(template, object.spec.template));
  const latest = Math.max(0, ...revisions.map(({ number }) => number));
  const number = found !== undefined && found.number === latest ? latest : latest + 1;
  const annotations = { ...found?.annotations, ...copied(object.metadata.annotations) };
  const current: Revision = { number, template: copy(object.spec.template), annotations };
  const others = revisions.filter((revision) => revision !== found);
  return { object: marked(object, `${number}`, by), revisions: [...others, current] };
}

/** Written through the status subresource, which no webhook for deployments hears of. */
function marked(object: Any, number: string, by: By): Any {
  if (object.metadata.annotations?.[revisionAnnotation] === number) return object;
  const annotations = { ...object.metadata.annotations, [revisionAnnotation]: number };
  const next = { ...object, metadata: { ...object.metadata, annotations } };
  const managers = afterUpdate(object, next, decode(object.metadata.managedFields), { ...by, subresource: 'status' });
  return { ...next, metadata: { ...next.metadata, managedFields: encode(managers) } };
}
