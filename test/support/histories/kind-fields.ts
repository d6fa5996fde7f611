// The fields of histories in the words of each kind: strategies are told in those of a Deployment.

import type { ModelKind } from '../cluster/model-kind.ts';
import type { Fields } from './fields.ts';

// biome-ignore lint/suspicious/noExplicitAny: manifests of any shape
type Any = any;

/** `fields` with a record that speaks of this kind's strategy. */
export function fieldsFor({ limits }: ModelKind, fields: Fields): Fields {
  const { record } = fields;
  if (record === undefined || limits === undefined) return fields;
  return { ...fields, record: record.replaceAll('spec.strategy.rollingUpdate', limits) };
}

export function strategyFor({ kind }: ModelKind, strategy: Any): Any {
  return strategies[kind](strategy);
}

const strategies: Readonly<Record<ModelKind['kind'], (strategy: Any) => Any>> = {
  Deployment: (strategy) => strategy,
  StatefulSet: ({ type, rollingUpdate }) => {
    if (type === 'Recreate') return { type: 'OnDelete' };
    if (rollingUpdate === undefined) return { type };
    const { maxUnavailable, maxSurge } = rollingUpdate;
    const partition = maxSurge === 0 ? 2 : maxSurge === undefined ? undefined : 0;
    return { type, rollingUpdate: { partition, maxUnavailable: maxUnavailable === 0 ? undefined : maxUnavailable } };
  },
  DaemonSet: ({ type, rollingUpdate }) => {
    if (type === 'Recreate') return { type: 'OnDelete' };
    if (rollingUpdate === undefined) return { type };
    const { maxUnavailable, maxSurge } = rollingUpdate;
    // One of the two must be 0.
    return { type, rollingUpdate: { maxUnavailable, maxSurge: maxUnavailable === '25%' ? 0 : maxSurge } };
  },
  Rollout: ({ type, rollingUpdate }) => {
    if (type === 'Recreate') return { blueGreen: { activeService: 'web' } };
    if (rollingUpdate?.maxUnavailable === '25%')
      return { canary: { ...rollingUpdate, trafficRouting: { nginx: { stableIngress: 'web' } } } };
    if (rollingUpdate?.maxSurge === '25%') return { canary: { ...rollingUpdate, steps: [{ setWeight: 20 }] } };
    return { canary: rollingUpdate ?? {} };
  },
};

export const replicasOf = ({ kind }: ModelKind, replicas: number | undefined) =>
  kind === 'DaemonSet' ? {} : { replicas };
export const specOf = (model: ModelKind, { strategy, minReady, deadline }: Fields) => ({
  ...(strategy !== undefined && { [lastKey(model.strategy)]: strategyFor(model, strategy) }),
  minReadySeconds: minReady,
  ...(hasDeadline(model) && { progressDeadlineSeconds: deadline }),
});
const hasDeadline = ({ kind }: ModelKind) => kind === 'Deployment' || kind === 'Rollout';
export const lastKey = (path: string) => path.slice(path.lastIndexOf('.') + 1);
