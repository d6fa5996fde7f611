// apps/v1 StatefulSet: defaults of pkg/apis/apps/v1/defaults.go, refusals of pkg/apis/apps/validation (Kubernetes 1.37, where
// maxUnavailable is on).

import { copy } from '../copy.ts';
import { defaultTemplate, normalised } from '../defaults.ts';
import type { ModelKind } from '../model-kind.ts';
import { scalar, scalars, struct, workload } from '../schema.ts';
import { isZero, templateRefusals } from '../validation.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Any = any;

export const statefulSet: ModelKind = {
  kind: 'StatefulSet',
  apiVersion: 'apps/v1',
  type: workload({
    ...scalars('serviceName', 'podManagementPolicy'),
    persistentVolumeClaimRetentionPolicy: struct(scalars('whenDeleted', 'whenScaled')),
    updateStrategy: struct({ type: scalar, rollingUpdate: struct(scalars('partition', 'maxUnavailable')) }),
  }),
  nothing: {
    metadata: {},
    spec: {
      selector: null,
      serviceName: '',
      updateStrategy: {},
      template: { metadata: {}, spec: { containers: null } },
    },
  },
  decoded,
  refusals,
  strategy: 'spec.updateStrategy',
  revisionTemplate: ({ spec }) => copy(spec.template),
};

function decoded(object: Any): Any {
  const result = normalised(object);
  const { spec } = result;
  spec.serviceName ??= '';
  spec.podManagementPolicy ??= 'OrderedReady';
  spec.updateStrategy ??= {};
  defaultStrategy(spec.updateStrategy);
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ??= 'Retain';
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ??= 'Retain';
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  defaultTemplate(result);
  return result;
}

function defaultStrategy(strategy: Any): void {
  if (strategy.type === undefined) {
    strategy.type = 'RollingUpdate';
    strategy.rollingUpdate ??= {};
  }
  if (strategy.type !== 'RollingUpdate' || strategy.rollingUpdate === undefined) return;
  strategy.rollingUpdate.partition ??= 0;
  strategy.rollingUpdate.maxUnavailable ??= 1;
}

function refusals(object: Any): string[] {
  const { updateStrategy, minReadySeconds = 0, replicas } = object.spec;
  return [
    ...strategyRefusals(updateStrategy),
    ...(minReadySeconds < 0 || replicas < 0 ? ['a negative number'] : []),
    ...templateRefusals(object),
  ];
}

function strategyRefusals({ type, rollingUpdate }: Any): string[] {
  if (type !== 'RollingUpdate' && type !== 'OnDelete') return [`updateStrategy type ${type}`];
  if (type === 'OnDelete') return rollingUpdate === undefined ? [] : ['rollingUpdate: only allowed for RollingUpdate'];
  return isZero(rollingUpdate?.maxUnavailable) ? ['maxUnavailable: cannot be 0'] : [];
}
