// Other mutating webhooks behind hitless. Each writes only what is missing, as a well-behaved one does, so that a second call
// changes nothing.

import jsonPatch from 'fast-json-patch';
import type { Webhook } from './admission.ts';
import { copy } from './copy.ts';
import { containersOf } from './defaults.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

const changes = {
  label: ({ metadata }: Any) => {
    metadata.labels = { ...metadata.labels, cost: 'shop' };
  },
  annotation: ({ metadata }: Any) => {
    metadata.annotations = { ...metadata.annotations, seen: 'yes' };
  },
  /** Another value at each write, the same when it is called twice in one. */
  stamp: ({ metadata }: Any) => {
    metadata.annotations = { ...metadata.annotations, stamp: `after ${metadata.resourceVersion ?? 'nothing'}` };
  },
  /** As a webhook that resolves tags. */
  digest: (object: Any) => {
    for (const container of containersOf(object))
      if (container.image?.includes('@') === false) container.image = `${container.image}@sha256:0`;
  },
  env: (object: Any) => {
    for (const container of containersOf(object))
      if (!container.env?.some(({ name }: Any) => name === 'ZONE'))
        container.env = [...(container.env ?? []), { name: 'ZONE', value: 'a' }];
  },
  toleration: ({ spec }: Any) => {
    spec.template.spec.tolerations ??= [{ key: 'spot', operator: 'Exists' }];
  },
  sidecar: ({ spec }: Any) => {
    const { containers } = spec.template.spec;
    if (!containers.some(({ name }: Any) => name === 'mesh')) containers.push({ name: 'mesh', image: 'mesh:1' });
  },
  grace: ({ spec }: Any) => {
    spec.template.spec.terminationGracePeriodSeconds = Math.max(
      50,
      spec.template.spec.terminationGracePeriodSeconds ?? 30,
    );
  },
  probe: (object: Any) => {
    for (const { readinessProbe } of containersOf(object))
      if (readinessProbe !== undefined) readinessProbe.failureThreshold = 5;
  },
};

export type Neighbour = keyof typeof changes;
export const neighbours = Object.keys(changes) as readonly Neighbour[];

export function neighbour(kind: Neighbour): Webhook {
  return {
    name: kind,
    reinvocation: 'Never',
    answer: ({ object }) => {
      const next = copy(object);
      changes[kind](next);
      return { patch: jsonPatch.compare(object, next) };
    },
  };
}
