// apps/v1 DaemonSet: defaults of pkg/apis/apps/v1/defaults.go, refusals of pkg/apis/apps/validation, and the annotation that its
// conversion keeps (Kubernetes 1.37).

import { copy } from '../copy.ts';
import { defaultTemplate, normalised } from '../defaults.ts';
import type { ModelKind } from '../model-kind.ts';
import { scalar, scalars, struct, workload } from '../schema.ts';
import { sameJson } from '../typed.ts';
import { isZero, templateRefusals } from '../validation.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

const generation = 'deprecated.daemonset.template.generation';

export const daemonSet: ModelKind = {
  kind: 'DaemonSet',
  apiVersion: 'apps/v1',
  type: workload({
    updateStrategy: struct({ type: scalar, rollingUpdate: struct(scalars('maxUnavailable', 'maxSurge')) }),
  }),
  nothing: {
    metadata: {},
    spec: { selector: null, updateStrategy: {}, template: { metadata: {}, spec: { containers: null } } },
  },
  decoded,
  refusals: (object) => [
    ...strategyRefusals(object.spec.updateStrategy),
    ...(object.spec.minReadySeconds < 0 ? ['a negative number'] : []),
    ...templateRefusals(object),
  ],
  annotated: (object, old) => withGeneration(object, nextGeneration(object, old)),
  strategy: 'spec.updateStrategy',
  limits: 'spec.updateStrategy.rollingUpdate',
  revisionTemplate: ({ spec }) => copy(spec.template),
};

function decoded(object: Any): Any {
  const result = normalised(object);
  const { spec } = result;
  spec.updateStrategy ??= {};
  defaultStrategy(spec.updateStrategy);
  spec.revisionHistoryLimit ??= 10;
  defaultTemplate(result);
  return withGeneration(result, result.metadata.annotations?.[generation] ?? '0');
}

function defaultStrategy(strategy: Any): void {
  strategy.type ??= 'RollingUpdate';
  if (strategy.type !== 'RollingUpdate') return;
  strategy.rollingUpdate ??= {};
  strategy.rollingUpdate.maxUnavailable ??= 1;
  strategy.rollingUpdate.maxSurge ??= 0;
}

function withGeneration(object: Any, value: string): Any {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, [generation]: value } } };
}

/** Kept in the stored object, whatever a client sends. */
function nextGeneration({ spec }: Any, old: Any | undefined): string {
  if (old === undefined) return '1';
  const before = old.metadata.annotations[generation];
  return sameJson(spec.template, old.spec.template) ? before : `${Number(before) + 1}`;
}

function strategyRefusals({ type, rollingUpdate }: Any): string[] {
  if (type !== 'RollingUpdate' && type !== 'OnDelete') return [`updateStrategy type ${type}`];
  if (type === 'OnDelete') return [];
  const { maxSurge, maxUnavailable } = rollingUpdate;
  if (isZero(maxSurge) && isZero(maxUnavailable)) return ['maxUnavailable: cannot be 0 when maxSurge is 0'];
  return isZero(maxSurge) || isZero(maxUnavailable) ? [] : ['maxSurge: may not be set when maxUnavailable is non-zero'];
}
