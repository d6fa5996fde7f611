// argoproj.io/v1alpha1 Rollout: a custom resource. Its API server knows the schema and nothing else; what is wrong in it shows when
// its controller asks for ReplicaSets (argoproj/argo-rollouts 1.9).

import { copy } from '../copy.ts';
import { containersOf, defaultTemplate, normalised, withoutNulls } from '../defaults.ts';
import type { ModelKind } from '../model-kind.ts';
import { atomic, scalar, scalars, struct, workload } from '../schema.ts';
import { isZero, templateRefusals } from '../validation.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export const rollout: ModelKind = {
  kind: 'Rollout',
  apiVersion: 'argoproj.io/v1alpha1',
  type: workload({
    ...scalars('progressDeadlineSeconds', 'restartAt'),
    strategy: struct({
      blueGreen: struct(scalars('activeService', 'previewService')),
      canary: struct({
        ...scalars('maxUnavailable', 'maxSurge'),
        steps: atomic,
        trafficRouting: struct({ nginx: struct({ stableIngress: scalar }) }),
      }),
    }),
  }),
  custom: true,
  nothing: { metadata: {} },
  decoded,
  refusals,
  stuck: (object) => [
    ...strategyRefusals(object.spec.strategy),
    ...deadlineRefusals(object.spec),
    ...podRefusals(object),
  ],
  strategy: 'spec.strategy',
  limits: 'spec.strategy.canary',
  revisionTemplate: (object) => filled(object).spec.template,
  revision: { annotation: 'rollout.argoproj.io/revision', write: 'update' },
  rewritten,
};

/** The few defaults of its schema; its metadata has Go types all the same. */
function decoded(object: Any): Any {
  const { managedFields, ...metadata } = object.metadata;
  const result = copy(withoutNulls({ ...object, metadata }));
  if (managedFields !== undefined) result.metadata.managedFields = copy(managedFields);
  for (const map of ['labels', 'annotations'])
    if (Object.keys(result.metadata[map] ?? {}).length === 0) delete result.metadata[map];
  for (const container of containersOf(result)) {
    for (const port of container.ports ?? []) port.protocol ??= 'TCP';
    for (const probe of [container.readinessProbe, container.livenessProbe, container.startupProbe])
      if (probe?.grpc) probe.grpc.service ??= '';
  }
  return result;
}

/** By its schema. */
function refusals(object: Any): string[] {
  const names = containersOf(object).map(({ name }) => name);
  return [
    ...(object.spec.template?.spec?.containers === undefined ? ['spec.template.spec.containers: Required value'] : []),
    ...(names.includes(undefined) ? ['name: Required value'] : []),
    ...(new Set(names).size < names.length ? ['two containers of one name'] : []),
  ];
}

/** What a ReplicaSet makes of its template. */
function filled(object: Any): Any {
  const result = normalised(object);
  defaultTemplate(result);
  return result;
}

function podRefusals(object: Any): string[] {
  return templateRefusals(filled(object));
}

function deadlineRefusals({ minReadySeconds = 0, progressDeadlineSeconds = 600 }: Any): string[] {
  return minReadySeconds >= progressDeadlineSeconds ? ['progressDeadlineSeconds must be greater'] : [];
}

function strategyRefusals({ canary, blueGreen }: Any = {}): string[] {
  if (canary !== undefined && blueGreen !== undefined) return ['canary and blueGreen'];
  if (canary === undefined) return blueGreen === undefined ? ['no strategy'] : [];
  return isZero(canary.maxSurge) && isZero(canary.maxUnavailable) ? ['maxSurge and maxUnavailable are both 0'] : [];
}

/** Its controller reads it into Go types and writes back what those hold. */
function rewritten(object: Any): Any {
  const result = normalised(object);
  result.spec.replicas ??= 1;
  result.spec.strategy ??= {};
  return result;
}
