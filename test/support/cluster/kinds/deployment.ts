// apps/v1 Deployment: defaults of pkg/apis/apps/v1/defaults.go, refusals of pkg/apis/apps/validation (Kubernetes 1.37).

import { copy } from '../copy.ts';
import { defaultTemplate, normalised } from '../defaults.ts';
import type { ModelKind } from '../model-kind.ts';
import { scalar, scalars, struct, workload } from '../schema.ts';
import { isZero, templateRefusals } from '../validation.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export const deployment: ModelKind = {
  kind: 'Deployment',
  apiVersion: 'apps/v1',
  type: workload({
    progressDeadlineSeconds: scalar,
    strategy: {
      ...struct({ type: scalar, rollingUpdate: struct(scalars('maxUnavailable', 'maxSurge')) }),
      retainsKeys: true,
    } as ReturnType<typeof struct>,
  }),
  nothing: {
    metadata: {},
    spec: { selector: null, strategy: {}, template: { metadata: {}, spec: { containers: null } } },
  },
  decoded,
  refusals,
  countsAnnotations: true,
  strategy: 'spec.strategy',
  limits: 'spec.strategy.rollingUpdate',
  undoesAnnotations: true,
  revisionTemplate: ({ spec }) => copy(spec.template),
  revision: { annotation: 'deployment.kubernetes.io/revision', write: 'status' },
};

function decoded(object: Any): Any {
  const result = normalised(object);
  const { spec } = result;
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  spec.strategy ??= {};
  defaultStrategy(spec.strategy);
  defaultTemplate(result);
  return result;
}

function defaultStrategy(strategy: Any): void {
  strategy.type ??= 'RollingUpdate';
  if (strategy.type !== 'RollingUpdate') return;
  strategy.rollingUpdate ??= {};
  strategy.rollingUpdate.maxUnavailable ??= '25%';
  strategy.rollingUpdate.maxSurge ??= '25%';
}

function refusals(object: Any): string[] {
  const { strategy, minReadySeconds = 0, progressDeadlineSeconds, replicas } = object.spec;
  return [
    ...strategyRefusals(strategy),
    ...(minReadySeconds < 0 || replicas < 0 ? ['a negative number'] : []),
    ...(minReadySeconds >= progressDeadlineSeconds
      ? ['progressDeadlineSeconds must be greater than minReadySeconds']
      : []),
    ...templateRefusals(object),
  ];
}

function strategyRefusals({ type, rollingUpdate }: Any): string[] {
  if (type !== 'RollingUpdate' && type !== 'Recreate') return [`strategy type ${type}`];
  if (type === 'Recreate')
    return rollingUpdate === undefined ? [] : ['rollingUpdate: may not be specified with Recreate'];
  const { maxSurge, maxUnavailable } = rollingUpdate;
  return isZero(maxSurge) && isZero(maxUnavailable) ? ['maxUnavailable: may not be 0 when maxSurge is 0'] : [];
}
