// What is advised where no pod of a workload was ready, by its kind.

import { expect, it } from 'vitest';
import { advise } from '../../../src/measurement/analysis/advise.ts';
import type { JsonObject } from '../../../src/workload/json.ts';
import { daemonSet } from '../../../src/workload/kinds/daemon-set.ts';
import { deployment } from '../../../src/workload/kinds/deployment.ts';
import { rollout } from '../../../src/workload/kinds/rollout.ts';
import { statefulSet } from '../../../src/workload/kinds/stateful-set.ts';

const spec = (fields: JsonObject) => ({ template: { spec: { containers: [{ name: 'web' }] } }, ...fields });

it.each([
  [
    'a Deployment',
    deployment,
    { replicas: 1 },
    /Set maxUnavailable 0 and maxSurge 1 \(now 25% and 25% with 1 replica\)/,
  ],
  ['a StatefulSet of one pod', statefulSet, { replicas: 1 }, /a StatefulSet has no surge.*Run two or more replicas/],
  ['a StatefulSet of three', statefulSet, { replicas: 3 }, /a StatefulSet has no surge.*Keep maxUnavailable 1/],
  ['a DaemonSet', daemonSet, {}, /the pod of a node ended before.*now maxUnavailable 1 and maxSurge 0.*Set maxSurge 1/],
  ['a blue-green Rollout', rollout, { strategy: { blueGreen: {} } }, /although blueGreen starts all new pods before/],
  ['a canary', rollout, { strategy: { canary: {} } }, /Set maxUnavailable 0 and maxSurge 1/],
] as const)('%s', (_name, kind, fields, words) => {
  const workload = { apiVersion: kind.apiVersion, kind: kind.kind, metadata: {}, spec: spec(fields) };
  const [advice] = advise({ causes: { 'no-endpoint': 3 }, rolled: { kind, workload: workload as never } });
  expect(advice?.text).toMatch(words);
});
